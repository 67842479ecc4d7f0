"""The blocking client."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING

from ._http import BlockingClient
from ._sender import Sender
from ._settings import settings_from
from .chat import Chat

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .options import ClientOptions


class Moonborn:
    """A client of the Moonborn API. Share one between threads; close it, or use it in a `with` block.

    `api_key`, and `base_url` among the options, fall back to MOONBORN_API_KEY and MOONBORN_BASE_URL. A function in the
    place of the key is asked before each attempt, and once more in a call that gets a 401. An `http_client` of your
    own, of httpx2 or httpx (proxies, certificates), stays yours to close. `timeout` is the seconds that one attempt may
    take (30), `total_timeout` the seconds that a call may take with all its retries and waits (120), `max_retries` how
    often it is tried again (2). `default_headers`, `logger`, `log_level`, `on_retry` and `on_rate_limit_near_cap` are
    described with ClientOptions.
    """

    def __init__(
        self,
        *,
        api_key: str | Callable[[], str] | None = None,
        http_client: BlockingClient | None = None,
        **options: Unpack[ClientOptions],
    ) -> None:
        settings = settings_from(api_key=api_key, **options)
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
