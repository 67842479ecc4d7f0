"""An answer as a whole, and the events that a client reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from .errors import MoonbornError

T = TypeVar("T")


@dataclass(frozen=True)
class RateLimit:
    """Of `limit` requests in a window, `remaining` are left until `reset_at`, which is in UTC."""

    limit: int
    remaining: int
    reset_at: datetime


@dataclass(frozen=True)
class APIResponse(Generic[T]):
    """The answer of a call: `data` is what the call without `with_raw_response` returns.

    `attempts` is the number of requests that were made for it, 1 when none was retried. `rate_limit` is None where the
    service has no limits. Names in `headers` are looked up without regard to case.
    """

    data: T
    status: int
    headers: Mapping[str, str]
    request_id: str | None
    attempts: int
    rate_limit: RateLimit | None


@dataclass(frozen=True)
class Retry:
    """What `on_retry` gets: attempt number `attempt`, from 1, failed with `error`; the next is `delay` seconds away."""

    attempt: int
    delay: float
    error: MoonbornError


@dataclass(frozen=True)
class NearCap:
    """What `on_rate_limit_near_cap` gets: `remaining` requests are left for the next `reset_in` seconds."""

    remaining: int
    reset_in: float
