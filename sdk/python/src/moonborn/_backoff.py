"""How long to wait before the next attempt: pure arithmetic, told its randomness and the time."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

BASE_SECONDS = 0.5
CAP_SECONDS = 8.0
RETRY_AFTER_CEILING_SECONDS = 60.0


def wait_seconds(retry: int, retry_after_seconds: float | None, jitter: float) -> float | None:
    """Return the wait before retry number `retry` (0 is the first), or None when it is not worth waiting.

    `jitter` is a random number in [0, 1). The server's own wish comes first and is spread by the jitter,
    so that callers who were refused together do not come back together.
    """
    spread = jitter * min(CAP_SECONDS, BASE_SECONDS * 2.0 ** min(retry, 30))
    if retry_after_seconds is None:
        return spread
    if retry_after_seconds > RETRY_AFTER_CEILING_SECONDS:
        return None
    return retry_after_seconds + spread


def retry_after_seconds(value: str | None, now_seconds: float) -> float | None:
    """Read a Retry-After header, seconds or an HTTP date; None when it is absent or says nothing usable."""
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    date_seconds = http_date_seconds(text)
    return None if date_seconds is None else max(0.0, date_seconds - now_seconds)


def http_date_seconds(value: str | None) -> float | None:
    """Return an HTTP date as seconds since 1970, or None when it is not one."""
    try:
        return parsedate_to_datetime(value or "").timestamp()
    except (TypeError, ValueError, IndexError, OverflowError, OSError):
        return None
