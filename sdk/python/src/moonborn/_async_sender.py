"""Sends calls over an async client of httpx2 or httpx, under asyncio or trio: the only I/O of the async client."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, TypeVar

import anyio
import anyio.lowlevel

from ._answer import Answer
from ._call import Attempt, Call, answer_of
from ._http import AsyncClient, library
from ._operations import Operation
from ._settings import Settings, checked_http_client, new_http_client
from .errors import UsageError
from .responses import APIResponse

if TYPE_CHECKING:
    from .options import CallOptions

T = TypeVar("T")

# anyio imports its backend on first use; an older anyio hands a half-imported one to a second thread.
_first_use = threading.Lock()


class Own(threading.local):
    """The client of one thread's event loop: connections belong to the loop that opened them."""

    http: AsyncClient | None = None
    home: object = None


class AsyncSender:
    """Carries operations to the server, and closes the HTTP client that it made itself."""

    def __init__(self, settings: Settings, http_client: AsyncClient | None) -> None:
        self.settings = settings
        self._callers_http = checked_http_client(http_client, "AsyncClient")
        self._own = Own()
        self._closed = False
        if http_client is None:
            self._own.http = new_http_client(library.AsyncClient)

    async def perform(
        self,
        operation: Operation[T],
        options: CallOptions,
    ) -> APIResponse[T]:
        """Send an operation until its call is done; raises MoonbornError. Cancellation passes straight through."""
        call = Call(operation, self.settings, options)
        while True:
            attempt = call.next_attempt()
            try:
                http = self._http_client()
                with anyio.fail_after(attempt.seconds):
                    answer = await exchange(http, attempt)
            except Exception as cause:
                outcome = call.failed(cause)
            else:
                outcome = call.answered(answer)
            if isinstance(outcome, APIResponse):
                return outcome
            await anyio.sleep(outcome.seconds)

    async def close(self) -> None:
        """Close the connections of this event loop, unless the caller brought the HTTP client."""
        http, self._closed = self._own.http, True
        if http is not None and self._own.home in (None, current_home()):
            await http.aclose()

    def _http_client(self) -> AsyncClient:
        http = self._own_http_client(current_home()) if self._callers_http is None else self._callers_http
        if self._closed or http.is_closed:
            raise UsageError("The client is closed: make another one.")
        return http

    def _own_http_client(self, home: object) -> AsyncClient:
        # A second asyncio.run, or a fork: nobody can use, or even close, the connections of an event loop that is gone.
        if self._own.http is None or self._own.home not in (None, home):
            self._own.http = new_http_client(library.AsyncClient)
        self._own.home = home
        return self._own.http


def current_home() -> object:
    """Return what tells the running event loop, of this process, from any other."""
    try:
        with _first_use:
            return os.getpid(), anyio.lowlevel.current_token()
    except Exception as cause:
        raise UsageError("Calls of the async client must be awaited under asyncio or trio.") from cause


async def exchange(http: AsyncClient, attempt: Attempt) -> Answer:
    """Make one attempt; raises what the HTTP library raises, or anything that a caller's own client does."""
    key = attempt.key or await attempt.keys.key_async()
    request = http.build_request(
        attempt.method, attempt.url, headers=attempt.headers(key), content=attempt.body, timeout=attempt.seconds
    )
    response = await http.send(request, stream=True, auth=None, follow_redirects=False)
    try:
        body = await response.aread()
    finally:
        await response.aclose()
    other_key = await attempt.keys.key_async() if attempt.asks_for_another_key(response.status_code) else key
    return answer_of(response, body, attempt, key, other_key)
