"""The Python client of the Moonborn API: start a chat session, once, however the network behaves."""

from ._version import __version__
from .async_client import AsyncMoonborn
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
from .pages import AsyncChatSessionPage, ChatSessionPage
from .sessions import EndChatSessionResult, Session, SessionStatus, StartChatSessionResult

__all__ = [
    "APIConnectionError",
    "APIError",
    "APITimeoutError",
    "AsyncChatSessionPage",
    "AsyncMoonborn",
    "ChatSessionPage",
    "ConflictError",
    "EndChatSessionResult",
    "ForbiddenError",
    "MalformedResponseError",
    "Moonborn",
    "MoonbornError",
    "NotFoundError",
    "RateLimitError",
    "ServerError",
    "Session",
    "SessionStatus",
    "StartChatSessionResult",
    "UnauthorizedError",
    "UsageError",
    "ValidationError",
    "__version__",
]
