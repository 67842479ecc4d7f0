"""The Python client of the Moonborn API: start a chat session, once, however the network behaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._version import __version__
from .client import Moonborn
from .errors import (
    APIConnectionError,
    APIError,
    APITimeoutError,
    ConflictError,
    ForbiddenError,
    MalformedResponseError,
    MoonbornError,
    NotFoundError,
    RateLimitError,
    ServerError,
    UnauthorizedError,
    UsageError,
    ValidationError,
)
from .options import LogLevel
from .pages import AsyncChatSessionPage, ChatSessionPage
from .responses import APIResponse, NearCap, RateLimit, Retry
from .sessions import (
    ChatSession,
    ChatSessionStatus,
    EndChatSessionResponse,
    RecordChatTurnResponse,
    StartChatSessionResponse,
    UpdateChatSessionResponse,
)

if TYPE_CHECKING:
    from .async_client import AsyncMoonborn
else:

    def __getattr__(name: str) -> object:
        # The async half is loaded when it is first named: anyio may take as long to import as httpx does.
        if name == "AsyncMoonborn":
            from .async_client import AsyncMoonborn

            return AsyncMoonborn
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = [
    "APIConnectionError",
    "APIError",
    "APIResponse",
    "APITimeoutError",
    "AsyncChatSessionPage",
    "AsyncMoonborn",
    "ChatSession",
    "ChatSessionPage",
    "ChatSessionStatus",
    "ConflictError",
    "EndChatSessionResponse",
    "ForbiddenError",
    "LogLevel",
    "MalformedResponseError",
    "Moonborn",
    "MoonbornError",
    "NearCap",
    "NotFoundError",
    "RateLimit",
    "RateLimitError",
    "RecordChatTurnResponse",
    "Retry",
    "ServerError",
    "StartChatSessionResponse",
    "UnauthorizedError",
    "UpdateChatSessionResponse",
    "UsageError",
    "ValidationError",
    "__version__",
]
