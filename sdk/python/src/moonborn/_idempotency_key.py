"""Idempotency keys: a UUIDv7 (RFC 9562) names one intent to start a session, however often it is sent."""

from __future__ import annotations

import os
import re
from collections.abc import Generator
from contextlib import contextmanager

from ._shown import shown
from .errors import MoonbornError, UsageError

KEY_PATTERN = r"^[!-+\--~]+$"  # this and the length: as the API's OpenAPI document has them
KEY_MAX_LENGTH = 255
LATEST_MS = 2**48 - 1


def checked_key(idempotency_key: object) -> str:
    """Return a caller's own key when the API can take it."""
    if (
        not isinstance(idempotency_key, str)
        or len(idempotency_key) > KEY_MAX_LENGTH
        or not re.fullmatch(KEY_PATTERN, idempotency_key)
    ):
        raise UsageError(
            f"idempotency_key must be 1 to {KEY_MAX_LENGTH} visible ASCII characters but the comma, "
            f"given: {shown(idempotency_key)}"
        )
    return idempotency_key


@contextmanager
def named_in_errors(idempotency_key: str | None) -> Generator[None, None, None]:
    """Let an error of a start carry its key, unless it does already."""
    try:
        yield
    except MoonbornError as error:
        error.idempotency_key = error.idempotency_key or idempotency_key
        raise


def key_at(unix_seconds: float) -> str:
    """Return a fresh UUIDv7 whose first 48 bits are that time in milliseconds."""
    return uuid7(min(max(0, int(unix_seconds * 1000)), LATEST_MS), os.urandom(10))


def uuid7(unix_ms: int, random_bytes: bytes) -> str:
    """Lay out a UUIDv7 from a time and ten random bytes."""
    octets = bytearray(unix_ms.to_bytes(6, "big") + random_bytes)
    octets[6] = octets[6] & 0x0F | 0x70
    octets[8] = octets[8] & 0x3F | 0x80
    digits = octets.hex()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
