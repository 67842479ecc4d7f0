"""One call, from its first attempt to its result, without any I/O: the sync and the async client both drive it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from ._answer import Answer, error_of, object_or_none
from ._api_key import KeyRing
from ._backoff import http_date_seconds, wait_seconds
from ._http import AsyncResponse, BlockingResponse, of_either
from ._idempotency_key import key_at, named_in_errors
from ._json_object import answered
from ._operations import Operation
from ._settings import Settings
from ._version import __version__
from .errors import APIConnectionError, APIError, APITimeoutError, MalformedResponseError, MoonbornError, UsageError
from .responses import APIResponse

if TYPE_CHECKING:
    from .options import CallOptions

T = TypeVar("T")
RETRIED_STATUSES = frozenset((408, 429, 500, 502, 503, 504))
REFUSED_UNDONE_STATUSES = frozenset((429,))
KEY_HEADER = "Idempotency-Key"
LONGEST_ATTEMPT_SECONDS = 1_000_000.0  # sockets and locks take no more than some weeks


@dataclass(frozen=True)
class Wait:
    """The call is to be tried again, after so many seconds."""

    seconds: float


@dataclass(frozen=True)
class Attempt:
    """One request of a call, but for its API key, and the `seconds` that it may take."""

    method: str
    url: str
    own_headers: Mapping[str, str]
    body: bytes | None
    seconds: float
    keys: KeyRing
    key: str | None
    """The key to send, if it is known already."""
    may_ask_again: bool

    def headers(self, key: str) -> dict[str, str]:
        """Return all headers, those of the caller and the key among them."""
        return {**self.own_headers, "authorization": f"Bearer {key}"}

    def asks_for_another_key(self, status: int) -> bool:
        """Tell whether an answer of that status is worth another key."""
        return status == 401 and self.may_ask_again


def answer_of(
    response: BlockingResponse | AsyncResponse, body: bytes, attempt: Attempt, key: str, other_key: str
) -> Answer:
    """Return the answer of an attempt; the same key again is no other key."""
    return Answer(response.status_code, response.headers, body, attempt.keys, None if other_key == key else other_key)


class Call(Generic[T]):
    """Decides what to send, how long to allow it, and what its outcome means.

    Drive it so: send the `next_attempt()`, report what came of it, wait when told to, send again.
    """

    def __init__(
        self,
        operation: Operation[T],
        settings: Settings,
        options: CallOptions,
        *,
        clock: Callable[[], float] = time.monotonic,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        with named_in_errors(operation.idempotency_key):
            self._settings = settings.of_call(**options)
        self._operation = operation
        self._clock = clock
        self._jitter = jitter
        self._began_at = clock()
        self._ends_at = self._began_at + self._settings.limits.total_timeout
        self._seconds = self._settings.limits.timeout
        self._attempts = 0
        self._retries = 0
        self._may_be_done = False
        self._idempotency_key = operation.idempotency_key
        self._may_change_key = operation.key_is_ours
        self._next_key: str | None = None
        self._may_ask_again = self._settings.keys.is_function

    def next_attempt(self) -> Attempt:
        """Return what to send now; the attempt begins."""
        self._attempts += 1
        self._began_at = self._clock()
        remaining = self._ends_at - self._began_at
        self._seconds = max(0.001, min(self._settings.limits.timeout, remaining, LONGEST_ATTEMPT_SECONDS))
        key, self._next_key = self._next_key, None
        return Attempt(
            self._operation.method,
            self._settings.base_url + self._operation.target,
            self._headers(),
            self._operation.body,
            self._seconds,
            self._settings.keys,
            key,
            self._may_ask_again,
        )

    def answered(self, answer: Answer) -> APIResponse[T] | Wait:
        """Say what an answer means; raises its error when it ends the call."""
        is_gone = answer.status == 404 and self._operation.missing_means_done and self._may_be_done
        if answer.is_success or is_gone:
            try:
                result = self._operation.read(answer.body)
            except (ValueError, RecursionError) as cause:
                error = MalformedResponseError(
                    f"The server answered {answer.status} with a body that cannot be used: {cause}",
                    status=answer.status,
                    request_id=answer.request_id,
                )
                self._may_be_done = True
                return self._wait(error, self._retry_delay(error), answer)
            self._tell(answer=answer)
            return APIResponse(
                answered(result, answer.request_id),
                answer.status,
                answer.headers,
                answer.request_id,
                self._attempts,
                answer.rate_limit,
            )
        error = error_of(answer)
        error.idempotency_key = self._idempotency_key
        return self._wait(error, self._delay_after(error, answer), answer)

    def failed(self, cause: Exception) -> Wait:
        """Say what an attempt without a whole answer means; raises an error when it ends the call."""
        error = self._error_of(cause)
        if isinstance(error, UsageError):
            return self._wait(error, None)
        self._may_be_done = True
        error.__cause__ = cause
        return self._wait(error, self._retry_delay(error))

    def _headers(self) -> dict[str, str]:
        headers = {
            "user-agent": f"moonborn-python/{__version__}",
            **self._settings.headers,
            "accept": "application/json",
        }
        if self._operation.body is not None:
            headers["content-type"] = "application/json"
        if self._idempotency_key is not None:
            headers["idempotency-key"] = self._idempotency_key
        if self._attempts > 1:
            headers["x-moonborn-retry-count"] = str(self._attempts - 1)
        return headers

    def _error_of(self, cause: Exception) -> MoonbornError:
        if isinstance(cause, MoonbornError):
            return cause
        if isinstance(cause, of_either("InvalidURL")):
            error = UsageError(f"The arguments make no usable address: {cause}")
            error.__cause__ = cause
            return error
        base_url = self._settings.base_url
        if isinstance(cause, (TimeoutError, *of_either("TimeoutException"))):
            return APITimeoutError(f"{base_url} gave no answer within {self._seconds:.3g} seconds.")
        reason = self._settings.keys.without(str(cause) or type(cause).__name__)
        return APIConnectionError(f"The connection to {base_url} failed: {reason}")

    def _delay_after(self, error: APIError, answer: Answer) -> float | None:
        if refuses_key(error) and self._changed_key(answer):
            return 0.0
        if answer.other_key is not None:
            self._next_key, self._may_ask_again = answer.other_key, False
            return 0.0
        if answer.status not in RETRIED_STATUSES:
            return None
        if answer.status not in REFUSED_UNDONE_STATUSES:
            self._may_be_done = True
        return self._retry_delay(error)

    def _changed_key(self, answer: Answer) -> bool:
        """Make the key anew by the server's clock, since this machine's is off; once, and never for a caller's own.

        Had an earlier attempt been carried out, a new key would start a second session.
        """
        server_now = http_date_seconds(answer.headers.get("date"))
        if not self._may_change_key or self._may_be_done or server_now is None:
            return False
        self._idempotency_key, self._may_change_key = key_at(server_now), False
        return True

    def _retry_delay(self, error: MoonbornError) -> float | None:
        if self._retries >= self._settings.limits.max_retries:
            return None
        seconds = wait_seconds(self._retries, error.retry_after_seconds, self._jitter())
        if seconds is None or self._clock() + seconds >= self._ends_at:
            return None
        self._retries += 1
        return seconds

    def _wait(self, error: MoonbornError, delay: float | None, answer: Answer | None = None) -> Wait:
        """Return the wait before the next attempt, or raise the error when there is none."""
        error.idempotency_key = error.idempotency_key or self._idempotency_key
        self._tell(answer=answer, error=error, delay=delay)
        if delay is None:
            raise error
        return Wait(delay)

    def _tell(
        self, *, answer: Answer | None = None, error: MoonbornError | None = None, delay: float | None = None
    ) -> None:
        request = f"{self._operation.method} {self._operation.target.partition('?')[0]}"
        seconds = self._clock() - self._began_at
        self._settings.watch.attempted(request, self._attempts, seconds, answer=answer, error=error, delay=delay)


def refuses_key(error: APIError) -> bool:
    """Tell whether the API refused the idempotency key; it then wrote nothing, since it checks a request first."""
    issues: object = (error.details or {}).get("issues")
    listed = cast("list[object]", issues) if isinstance(issues, list) else []
    return error.status == 422 and any((object_or_none(issue) or {}).get("path") == KEY_HEADER for issue in listed)
