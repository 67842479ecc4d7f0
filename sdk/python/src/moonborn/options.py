"""What callers may set, beside the key and the HTTP client: for a client, and for one call."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Literal, TypedDict

from .responses import NearCap, Retry

LogLevel = Literal["off", "error", "warn", "info", "debug"]
Headers = Mapping[str, "str | None"]


class LimitOptions(TypedDict, total=False):
    """How long and how often a call may try; what is absent or None is the client's, or the default."""

    timeout: float | None
    """Seconds that one attempt may take, to the last byte of its answer: 30."""
    total_timeout: float | None
    """Seconds that a call may take, with its retries and the waits between them: 120."""
    max_retries: int | None
    """How often a call is tried again: 2."""


class CallOptions(LimitOptions, total=False):
    """What every call takes beside its own arguments."""

    headers: Headers | None
    """Sent beside the client's `default_headers`; None in the place of a text takes one of those away."""


class ClientOptions(LimitOptions, total=False):
    """What both clients take, beside `api_key` and `http_client`."""

    base_url: str | None
    """Else MOONBORN_BASE_URL, else https://api.moonborn.co."""
    default_headers: Headers | None
    """Sent with every request. The SDK's own headers, but for `user-agent`, are refused."""
    logger: logging.Logger | None
    """Gets a line for each attempt. Else `logging.getLogger("moonborn")`."""
    log_level: LogLevel | None
    """The least important lines to log. Else MOONBORN_LOG, else `off`."""
    on_retry: Callable[[Retry], object] | None
    """Called before each wait for another attempt; an exception of it is ignored."""
    on_rate_limit_near_cap: Callable[[NearCap], object] | None
    """Called when less than a tenth of the rate limit remains, once in a window; an exception of it is ignored."""
