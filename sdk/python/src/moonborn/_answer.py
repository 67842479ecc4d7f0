"""What came back from one attempt, and the error that it stands for when it is not a success."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, cast

from ._api_key import KeyRing
from ._backoff import http_date_seconds, retry_after_seconds
from .errors import (
    APIError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    RateLimitError,
    ServerError,
    UnauthorizedError,
    ValidationError,
)
from .responses import RateLimit

CLASS_OF_STATUS: dict[int, type[APIError]] = {
    401: UnauthorizedError,
    403: ForbiddenError,
    404: NotFoundError,
    409: ConflictError,
    422: ValidationError,
    429: RateLimitError,
}
CODE_OF_STATUS = {
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    422: "validation_failed",
    429: "rate_limited",
    500: "internal_error",
    503: "service_unavailable",
}


@dataclass(frozen=True)
class Answer:
    """One HTTP answer, wholly read; header names are lower-case or looked up without regard to case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    keys: KeyRing
    """What it may repeat, and must not be shown."""
    other_key: str | None = None
    """The key to send it again with, where there is one."""

    @property
    def is_success(self) -> bool:
        return 200 <= self.status <= 299

    @property
    def request_id(self) -> str | None:
        return self.keys.without(self.headers.get("x-request-id") or self.headers.get("apigw-requestid"))

    @property
    def server_now_seconds(self) -> float:
        """The server's clock, which reads its own dates best: this machine's may be wrong."""
        server_now = http_date_seconds(self.headers.get("date"))
        return time.time() if server_now is None else server_now

    @property
    def retry_after_seconds(self) -> float | None:
        return retry_after_seconds(self.headers.get("retry-after"), self.server_now_seconds)

    @property
    def rate_limit(self) -> RateLimit | None:
        """None unless all three headers are there, and numbers."""
        try:
            limit, remaining, reset = (whole(self.headers[f"x-ratelimit-{name}"]) for name in RATE_LIMIT_NAMES)
            return RateLimit(limit, remaining, datetime.fromtimestamp(reset, timezone.utc))
        except (KeyError, ValueError, OverflowError, OSError):
            return None


RATE_LIMIT_NAMES = ("limit", "remaining", "reset")


def whole(text: str) -> int:
    """Read digits, and nothing else."""
    if not (text.isascii() and text.isdigit()):
        raise ValueError(text)
    return int(text)


def error_of(answer: Answer) -> APIError:
    """Return the typed error of an answer that is not a success, whoever wrote it."""
    body = json_object(answer.body, answer.keys)
    stated = object_or_none(body.get("error")) or body
    error = class_of(answer.status)(
        string_or_none(stated.get("message")) or f"The server answered {answer.status} without saying why.",
        code=string_or_none(stated.get("code")) or CODE_OF_STATUS.get(answer.status, f"http_{answer.status}"),
        status=answer.status,
        request_id=answer.request_id,
        details=object_or_none(stated.get("details")),
        retry_after_seconds=answer.retry_after_seconds,
    )
    if isinstance(error, RateLimitError):
        error.rate_limit = answer.rate_limit
    return error


def class_of(status: int) -> type[APIError]:
    """Return the error class of a status."""
    return CLASS_OF_STATUS.get(status, ServerError if status >= 500 else APIError)


def json_object(body: bytes, keys: KeyRing) -> dict[str, Any]:
    """Read a body as a JSON object, without the API key; anything else is an empty one."""
    try:
        return object_or_none(keys.without(json.loads(body))) or {}
    except (ValueError, RecursionError):
        return {}


def object_or_none(value: object) -> dict[str, Any] | None:
    """Return a JSON object, or None for anything else."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None


def string_or_none(value: object) -> str | None:
    """Return a string that says something, or None for anything else."""
    return value if isinstance(value, str) and value.strip() else None
