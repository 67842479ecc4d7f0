"""One call, from its first attempt to its result, without any I/O: the sync and the async client both drive it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

from ._answer import Answer, error_of, object_or_none
from ._backoff import http_date_seconds, wait_seconds
from ._http import of_either
from ._idempotency_key import key_at
from ._operations import Operation
from ._settings import Limits, Settings
from ._version import __version__
from .errors import APIConnectionError, APIError, APITimeoutError, MalformedResponseError, MoonbornError, UsageError

T = TypeVar("T")
RETRIED_STATUSES = frozenset((408, 429, 500, 502, 503, 504))
REFUSED_UNDONE_STATUSES = frozenset((429,))
KEY_HEADER = "Idempotency-Key"
LONGEST_ATTEMPT_SECONDS = 1_000_000.0  # sockets and locks take no more than some weeks


@dataclass(frozen=True)
class Done(Generic[T]):
    """The call has succeeded."""

    result: T


@dataclass(frozen=True)
class Wait:
    """The call is to be tried again, after so many seconds."""

    seconds: float


class Call(Generic[T]):
    """Decides what to send, how long to allow it, and what its outcome means.

    Drive it so: send within `attempt_timeout()`, report what came of it, wait when told to, send again.
    """

    def __init__(
        self,
        operation: Operation[T],
        settings: Settings,
        limits: Limits,
        *,
        clock: Callable[[], float] = time.monotonic,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._operation = operation
        self._settings = settings
        self._limits = limits
        self._clock = clock
        self._jitter = jitter
        self._ends_at = clock() + limits.total_timeout
        self._retries = 0
        self._may_be_done = False
        self._idempotency_key = operation.idempotency_key
        self._may_change_key = operation.key_is_ours

    @property
    def method(self) -> str:
        return self._operation.method

    @property
    def url(self) -> str:
        return self._settings.base_url + self._operation.target

    @property
    def body(self) -> bytes | None:
        return self._operation.body

    @property
    def headers(self) -> dict[str, str]:
        headers = {
            "accept": "application/json",
            "authorization": f"Bearer {self._settings.api_key}",
            "user-agent": f"moonborn-python/{__version__}",
        }
        if self._operation.body is not None:
            headers["content-type"] = "application/json"
        if self._idempotency_key is not None:
            headers["idempotency-key"] = self._idempotency_key
        return headers

    def attempt_timeout(self) -> float:
        """Return the seconds that the attempt about to be sent may take."""
        return max(0.001, min(self._limits.timeout, self._ends_at - self._clock(), LONGEST_ATTEMPT_SECONDS))

    def answered(self, answer: Answer) -> Done[T] | Wait:
        """Say what an answer means; raises its error when it ends the call."""
        if answer.is_success:
            return self._succeeded(answer)
        if answer.status == 404 and self._operation.missing_means_done and self._may_be_done:
            return Done(self._operation.read(b""))
        error = error_of(answer, api_key=self._settings.api_key, idempotency_key=self._idempotency_key)
        if refuses_key(error) and self._changed_key(answer):
            return Wait(0.0)
        if answer.status not in RETRIED_STATUSES:
            raise error
        if answer.status not in REFUSED_UNDONE_STATUSES:
            self._may_be_done = True
        return self._try_again(error)

    def failed(self, cause: Exception, after_seconds: float) -> Wait:
        """Say what an attempt without a whole answer means; raises an error when it ends the call."""
        if isinstance(cause, of_either("InvalidURL")):
            raise UsageError(f"The arguments make no usable address: {cause}") from cause
        self._may_be_done = True
        if isinstance(cause, (TimeoutError, *of_either("TimeoutException"))):
            return self._try_again(
                APITimeoutError(
                    f"{self._settings.base_url} gave no answer within {after_seconds:.3g} seconds.",
                    idempotency_key=self._idempotency_key,
                ),
                cause,
            )
        reason = (str(cause) or type(cause).__name__).replace(self._settings.api_key, "[API key]")
        return self._try_again(
            APIConnectionError(
                f"The connection to {self._settings.base_url} failed: {reason}",
                idempotency_key=self._idempotency_key,
            ),
            cause,
        )

    def _succeeded(self, answer: Answer) -> Done[T] | Wait:
        try:
            return Done(self._operation.read(answer.body))
        except (ValueError, RecursionError) as cause:
            self._may_be_done = True
            return self._try_again(
                MalformedResponseError(
                    f"The server answered {answer.status} with a body that cannot be used: {cause}",
                    status=answer.status,
                    request_id=answer.request_id,
                    idempotency_key=self._idempotency_key,
                )
            )

    def _changed_key(self, answer: Answer) -> bool:
        """Make the key anew by the server's clock, since this machine's is off; once, and never for a caller's own.

        Had an earlier attempt been carried out, a new key would start a second session.
        """
        server_now = http_date_seconds(answer.headers.get("date"))
        if not self._may_change_key or self._may_be_done or server_now is None:
            return False
        self._idempotency_key, self._may_change_key = key_at(server_now), False
        return True

    def _try_again(self, error: MoonbornError, cause: Exception | None = None) -> Wait:
        error.__cause__ = cause
        if self._retries >= self._limits.max_retries:
            raise error
        seconds = wait_seconds(self._retries, error.retry_after_seconds, self._jitter())
        if seconds is None or self._clock() + seconds >= self._ends_at:
            raise error
        self._retries += 1
        return Wait(seconds)


def refuses_key(error: APIError) -> bool:
    """Tell whether the API refused the idempotency key; it then wrote nothing, since it checks a request first."""
    issues: object = (error.details or {}).get("issues")
    listed = cast("list[object]", issues) if isinstance(issues, list) else []
    return error.status == 422 and any((object_or_none(issue) or {}).get("path") == KEY_HEADER for issue in listed)
