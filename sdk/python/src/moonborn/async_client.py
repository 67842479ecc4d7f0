"""The client for asyncio and trio."""

from __future__ import annotations

from types import TracebackType

from ._async_sender import AsyncSender
from ._http import AsyncClient
from ._settings import settings_from
from .async_chat import AsyncChat


class AsyncMoonborn:
    """A client of the Moonborn API. Close it, or use it in an `async with` block.

    `api_key` and `base_url` fall back to MOONBORN_API_KEY and MOONBORN_BASE_URL. `timeout` is the seconds that one
    attempt may take (30), `total_timeout` the seconds that a call may take with all its retries and waits (120),
    `max_retries` how often it is tried again (2). An `http_client` of your own, of httpx2 or httpx
    (proxies, certificates), stays yours to close.
    """

    def __init__(
        self,
        *,
        api_key: str | None = None,
        base_url: str | None = None,
        timeout: float | None = None,
        total_timeout: float | None = None,
        max_retries: int | None = None,
        http_client: AsyncClient | None = None,
    ) -> None:
        settings = settings_from(
            api_key=api_key,
            base_url=base_url,
            timeout=timeout,
            total_timeout=total_timeout,
            max_retries=max_retries,
        )
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
