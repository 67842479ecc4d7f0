"""Sends calls over an async httpx client, under asyncio or trio: the only I/O of the async client."""

from __future__ import annotations

from typing import Any, Optional, TypeVar

import anyio
import httpx

from ._answer import Answer
from ._call import Call, Done
from ._operations import Operation
from ._settings import Settings

T = TypeVar("T")


class AsyncSender:
    """Carries operations to the server, and closes the httpx client that it made itself."""

    def __init__(self, settings: Settings, http_client: Optional[httpx.AsyncClient]) -> None:
        self.settings = settings
        self._owns_http_client = http_client is None
        self._http = httpx.AsyncClient() if http_client is None else http_client

    async def perform(
        self,
        operation: Operation[T],
        timeout: Optional[float],
        total_timeout: Optional[float],
        max_retries: Optional[int],
    ) -> T:
        """Send an operation until its call is done; raises MoonbornError. Cancellation passes straight through."""
        limits = self.settings.limits.override(timeout, total_timeout, max_retries)
        call = Call(operation, self.settings, limits)
        while True:
            seconds = call.attempt_timeout()
            try:
                with anyio.fail_after(seconds):
                    answer = await self._exchange(call, seconds)
                outcome = call.answered(answer)
            except (TimeoutError, httpx.TimeoutException) as cause:
                outcome = call.timed_out(seconds, cause)
            except httpx.RequestError as cause:
                outcome = call.disconnected(cause)
            if isinstance(outcome, Done):
                return outcome.result
            await anyio.sleep(outcome.seconds)

    async def _exchange(self, call: Call[Any], seconds: float) -> Answer:
        request = self._http.build_request(
            call.method, call.url, headers=call.headers, content=call.body, timeout=seconds
        )
        response = await self._http.send(request, stream=True, auth=None, follow_redirects=False)
        try:
            return Answer(response.status_code, response.headers, await response.aread())
        finally:
            await response.aclose()

    async def close(self) -> None:
        """Close the connections, unless the caller brought the httpx client."""
        if self._owns_http_client:
            await self._http.aclose()
