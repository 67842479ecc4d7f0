"""The client for asyncio and trio."""

from __future__ import annotations

from types import TracebackType
from typing import Optional

import httpx

from ._async_sender import AsyncSender
from ._settings import settings_from
from .async_chat import AsyncChat


class AsyncMoonborn:
    """A client of the Moonborn API. Close it, or use it in an `async with` block.

    `api_key` and `base_url` fall back to MOONBORN_API_KEY and MOONBORN_BASE_URL. `timeout` is the seconds that one
    attempt may take (30), `total_timeout` the seconds that a call may take with all its retries and waits (120),
    `max_retries` how often it is tried again (2). An `http_client` of your own (proxies, certificates) stays yours
    to close.
    """

    def __init__(
        self,
        *,
        api_key: Optional[str] = None,
        base_url: Optional[str] = None,
        timeout: Optional[float] = None,
        total_timeout: Optional[float] = None,
        max_retries: Optional[int] = None,
        http_client: Optional[httpx.AsyncClient] = None,
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
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"AsyncMoonborn(base_url={self._sender.settings.base_url!r})"
