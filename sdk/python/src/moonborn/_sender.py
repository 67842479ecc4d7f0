"""Sends calls over a blocking client of httpx2 or httpx: the only I/O of the sync client."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, TypeVar

from ._answer import Answer
from ._attempts import Attempts
from ._call import Attempt, Call, answer_of
from ._http import BlockingClient, library
from ._operations import Operation
from ._settings import Settings, checked_http_client, new_http_client
from .errors import UsageError
from .responses import APIResponse

if TYPE_CHECKING:
    from .options import CallOptions

T = TypeVar("T")


class Sender:
    """Carries operations to the server, and closes the HTTP client that it made itself."""

    def __init__(self, settings: Settings, http_client: BlockingClient | None) -> None:
        self.settings = settings
        self._callers_http = checked_http_client(http_client, "Client")
        self._attempts = Attempts()
        self._closed = False
        self._open()

    def perform(
        self,
        operation: Operation[T],
        options: CallOptions,
    ) -> APIResponse[T]:
        """Send an operation until its call is done; raises MoonbornError."""
        call = Call(operation, self.settings, options)
        while True:
            attempt = call.next_attempt()
            try:
                http = self._http_client()
                answer = self._attempts.run(lambda: exchange(http, attempt), attempt.seconds)  # noqa: B023
            except Exception as cause:
                outcome = call.failed(cause)
            else:
                outcome = call.answered(answer)
            if isinstance(outcome, APIResponse):
                return outcome
            time.sleep(outcome.seconds)

    def close(self) -> None:
        """Close the connections, unless the caller brought the HTTP client."""
        if not self._closed and self._callers_http is None and self._process == os.getpid():
            self._attempts.close_after(self._http.close)
        self._closed = True

    def _http_client(self) -> BlockingClient:
        # After a fork the connections are the parent's: two processes would read each other's answers.
        if self._process != os.getpid():
            self._open()
        if self._closed or self._http.is_closed:
            raise UsageError("The client is closed: make another one.")
        return self._http

    def _open(self) -> None:
        self._http = new_http_client(library.Client) if self._callers_http is None else self._callers_http
        self._process = os.getpid()


def exchange(http: BlockingClient, attempt: Attempt) -> Answer:
    """Make one attempt; raises what the HTTP library raises, or anything that a caller's own client does."""
    ends_at = time.monotonic() + attempt.seconds
    key = attempt.key or attempt.keys.key()
    request = http.build_request(
        attempt.method, attempt.url, headers=attempt.headers(key), content=attempt.body, timeout=attempt.seconds
    )
    response = http.send(request, stream=True, auth=None, follow_redirects=False)
    try:
        body = bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            # Nobody waits any longer: a body that drips would keep this thread.
            if time.monotonic() > ends_at:
                raise TimeoutError("The answer came too slowly.")
    finally:
        response.close()
    other_key = attempt.keys.key() if attempt.asks_for_another_key(response.status_code) else key
    return answer_of(response, bytes(body), attempt, key, other_key)
