"""The client for asyncio and trio."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import TYPE_CHECKING

from ._async_sender import AsyncSender
from ._http import AsyncClient
from ._settings import settings_from
from .async_chat import AsyncChat

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .options import ClientOptions


class AsyncMoonborn:
    """A client of the Moonborn API, for asyncio and trio. Close it, or use it in an `async with` block.

    It takes what Moonborn takes; a function in the place of the key may be async.
    """

    def __init__(
        self,
        *,
        api_key: str | Callable[[], str | Awaitable[str]] | None = None,
        http_client: AsyncClient | None = None,
        **options: Unpack[ClientOptions],
    ) -> None:
        settings = settings_from(api_key=api_key, **options)
        self._sender = AsyncSender(settings, http_client)
        self.chat: AsyncChat = AsyncChat(self._sender)

    async def close(self) -> None:
        """Close the connections; the client cannot be used afterwards."""
        await self._sender.close()

    async def __aenter__(self) -> AsyncMoonborn:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"AsyncMoonborn(base_url={self._sender.settings.base_url!r})"
