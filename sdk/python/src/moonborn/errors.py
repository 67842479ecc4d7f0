"""Every exception of this package: catch MoonbornError broadly, recover by its subclasses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from .responses import RateLimit


class MoonbornError(Exception):
    """The base of every error raised here; catch it to catch them all.

    Carries `code` (stable, for programs), `message` (for people), `status`, `request_id` (name it to support),
    `details`, `retry_after_seconds` (what the server asked for), and `idempotency_key`: the key of the start that
    failed. Starting again with that key cannot make a second session.
    """

    default_code: ClassVar[str] = "error"
    message: str
    code: str
    status: int | None
    request_id: str | None
    details: dict[str, Any] | None
    retry_after_seconds: float | None
    idempotency_key: str | None

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        status: int | None = None,
        request_id: str | None = None,
        details: dict[str, Any] | None = None,
        retry_after_seconds: float | None = None,
        idempotency_key: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.status = status
        self.request_id = request_id
        self.details = details
        self.retry_after_seconds = retry_after_seconds
        self.idempotency_key = idempotency_key

    def to_dict(self) -> dict[str, Any]:
        """Return what a log needs: the name of the class and the fields of this error, those it has not as None."""
        return {
            "name": type(self).__name__,
            "message": self.message,
            "code": self.code,
            "status": self.status,
            "request_id": self.request_id,
            "details": self.details,
            "retry_after_seconds": self.retry_after_seconds,
            "idempotency_key": self.idempotency_key,
        }

    def __str__(self) -> str:
        known = [str(self.status)] if self.status else []
        request = f" (request {self.request_id})" if self.request_id else ""
        return f"{' '.join([*known, self.code])}: {self.message}{request}"


class UsageError(MoonbornError, ValueError):
    """Raised before anything is sent, when the client or a call is given something that cannot work.

    Carries a `message` that says what to change, and the cause as `__cause__` if another refused it; no `status`.
    """

    default_code: ClassVar[str] = "usage"


class APIConnectionError(MoonbornError):
    """Raised when the last attempt got no whole answer: refused, reset, cut off, the name is unknown, or httpx raised.

    Carries the cause as `__cause__` and, for a start, `idempotency_key`; the start may have been applied.
    """

    default_code: ClassVar[str] = "connection_failed"


class APITimeoutError(MoonbornError):
    """Raised when the last attempt took longer than `timeout`, or all of them longer than `total_timeout`.

    Carries, for a start, `idempotency_key`; the start may have been applied.
    """

    default_code: ClassVar[str] = "timed_out"


class APIError(MoonbornError):
    """Raised when the server answered with a status that is not a success; the base of the classes per status.

    Carries `status`, `code`, `message`, `request_id`, `details` and `retry_after_seconds` as the server gave them.
    When the answer is not ours (a gateway's or a proxy's), `code` is made from the status: `http_413`.
    """

    status: int  # pyright: ignore[reportIncompatibleVariableOverride]


class UnauthorizedError(APIError):
    """Raised on 401: the API key is missing, unknown, revoked or expired. Carries what APIError carries."""


class ForbiddenError(APIError):
    """Raised on 403: the key is good but lacks a scope. Carries what APIError carries; `message` names the scope."""


class NotFoundError(APIError):
    """Raised on 404: it does not exist, or this key may not see it. Carries what APIError carries."""


class ConflictError(APIError):
    """Raised on 409, never retried: the idempotency key belongs to another start, or its session was deleted.

    Of a turn: the session has ended, is archived or was deleted, the turn was recorded with other figures, or it leaves
    a gap; `details["nextTurn"]` is then the next one. Carries what APIError carries; `code` is `idempotency_conflict`
    or `state_conflict`.
    """


class ValidationError(APIError):
    """Raised on 422: the request is not valid. `details["issues"]` lists every problem with its path and message."""


class RateLimitError(APIError):
    """Raised on 429, after the retries: too many requests or a used-up quota.

    Carries what APIError carries; `code` is `rate_limited` or `quota_exceeded`, `retry_after_seconds` says when to come
    back, and `rate_limit` is None when the answer did not tell it, as those of the gateway do not.
    """

    rate_limit: RateLimit | None = None


class ServerError(APIError):
    """Raised on 500 to 599, after the retries where they can help: the fault is the service's or the gateway's.

    Carries what APIError carries; quote `request_id` to support.
    """


class MalformedResponseError(MoonbornError):
    """Raised, after the retries, when a success carried nothing usable: an empty body, HTML, or a missing field.

    Carries `status`, `request_id` and, for a start, `idempotency_key`; what was asked for was probably done.
    """

    status: int  # pyright: ignore[reportIncompatibleVariableOverride]
    default_code: ClassVar[str] = "malformed_response"
