"""Sends calls over a blocking httpx client: the only I/O of the sync client."""

from __future__ import annotations

import time
from typing import Any, Optional, TypeVar

import httpx

from ._answer import Answer
from ._call import Call, Done
from ._operations import Operation
from ._settings import Settings

T = TypeVar("T")


class Sender:
    """Carries operations to the server, and closes the httpx client that it made itself."""

    def __init__(self, settings: Settings, http_client: Optional[httpx.Client]) -> None:
        self.settings = settings
        self._owns_http_client = http_client is None
        self._http = httpx.Client() if http_client is None else http_client

    def perform(
        self,
        operation: Operation[T],
        timeout: Optional[float],
        total_timeout: Optional[float],
        max_retries: Optional[int],
    ) -> T:
        """Send an operation until its call is done; raises MoonbornError."""
        limits = self.settings.limits.override(timeout, total_timeout, max_retries)
        call = Call(operation, self.settings, limits)
        while True:
            seconds = call.attempt_timeout()
            try:
                outcome = call.answered(self._exchange(call, seconds))
            except httpx.TimeoutException as cause:
                outcome = call.timed_out(seconds, cause)
            except httpx.RequestError as cause:
                outcome = call.disconnected(cause)
            if isinstance(outcome, Done):
                return outcome.result
            time.sleep(outcome.seconds)

    def _exchange(self, call: Call[Any], seconds: float) -> Answer:
        ends_at = time.monotonic() + seconds
        request = self._http.build_request(
            call.method, call.url, headers=call.headers, content=call.body, timeout=seconds
        )
        response = self._http.send(request, stream=True, auth=None, follow_redirects=False)
        try:
            body = bytearray()
            for chunk in response.iter_bytes():
                body += chunk
                # httpx times each read alone; a body that drips must not outlive the attempt.
                if time.monotonic() > ends_at:
                    raise httpx.ReadTimeout("The answer came too slowly.", request=request)
            return Answer(response.status_code, response.headers, bytes(body))
        finally:
            response.close()

    def close(self) -> None:
        """Close the connections, unless the caller brought the httpx client."""
        if self._owns_http_client:
            self._http.close()
