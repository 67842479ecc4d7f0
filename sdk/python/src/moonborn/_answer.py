"""What came back from one attempt, and the error that it stands for when it is not a success."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

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

    @property
    def is_success(self) -> bool:
        return 200 <= self.status <= 299

    @property
    def request_id(self) -> str | None:
        return self.headers.get("x-request-id") or self.headers.get("apigw-requestid")

    @property
    def retry_after_seconds(self) -> float | None:
        # The server's clock reads its own dates best; this machine's may be wrong.
        server_now = http_date_seconds(self.headers.get("date"))
        return retry_after_seconds(self.headers.get("retry-after"), time.time() if server_now is None else server_now)


def error_of(answer: Answer, *, api_key: str, idempotency_key: str | None) -> APIError:
    """Return the typed error of an answer that is not a success, whoever wrote it."""
    body = json_object(answer.body, api_key)
    stated = object_or_none(body.get("error")) or body
    return class_of(answer.status)(
        string_or_none(stated.get("message")) or f"The server answered {answer.status} without saying why.",
        code=string_or_none(stated.get("code")) or CODE_OF_STATUS.get(answer.status, f"http_{answer.status}"),
        status=answer.status,
        request_id=answer.request_id,
        details=object_or_none(stated.get("details")),
        retry_after_seconds=answer.retry_after_seconds,
        idempotency_key=idempotency_key,
    )


def class_of(status: int) -> type[APIError]:
    """Return the error class of a status."""
    return CLASS_OF_STATUS.get(status, ServerError if status >= 500 else APIError)


def without(api_key: str, json: Any) -> Any:
    """Return what a server said, with the API key taken out wherever it repeats it."""
    if isinstance(json, str):
        return json.replace(api_key, "[API key]")
    if isinstance(json, list):
        return [without(api_key, item) for item in cast("list[Any]", json)]
    if isinstance(json, dict):
        return {name: without(api_key, value) for name, value in cast("dict[str, Any]", json).items()}
    return json


def json_object(body: bytes, api_key: str) -> dict[str, Any]:
    """Read a body as a JSON object, without the API key; anything else is an empty one."""
    try:
        return object_or_none(without(api_key, json.loads(body))) or {}
    except (ValueError, RecursionError):
        return {}


def object_or_none(value: object) -> dict[str, Any] | None:
    """Return a JSON object, or None for anything else."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None


def string_or_none(value: object) -> str | None:
    """Return a string that says something, or None for anything else."""
    return value if isinstance(value, str) and value.strip() else None
