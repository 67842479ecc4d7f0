"""The blocking client."""

from __future__ import annotations

from types import TracebackType

from ._http import BlockingClient
from ._sender import Sender
from ._settings import settings_from
from .chat import Chat


class Moonborn:
    """A client of the Moonborn API. Share one between threads; close it, or use it in a `with` block.

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
        http_client: BlockingClient | None = None,
    ) -> None:
        settings = settings_from(
            api_key=api_key,
            base_url=base_url,
            timeout=timeout,
            total_timeout=total_timeout,
            max_retries=max_retries,
        )
        self._sender = Sender(settings, http_client)
        self.chat: Chat = Chat(self._sender)

    def close(self) -> None:
        """Close the connections; the client cannot be used afterwards."""
        self._sender.close()

    def __enter__(self) -> Moonborn:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Moonborn(base_url={self._sender.settings.base_url!r})"
