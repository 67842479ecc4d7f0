"""Idempotency keys: a UUIDv7 (RFC 9562) names one intent to start a session, however often it is sent."""

from __future__ import annotations

import os
import time


def new_idempotency_key() -> str:
    """Return a fresh UUIDv7 whose first 48 bits are the current time in milliseconds."""
    return uuid7(time.time_ns() // 1_000_000, os.urandom(10))


def uuid7(unix_ms: int, random_bytes: bytes) -> str:
    """Lay out a UUIDv7 from a time and ten random bytes."""
    octets = bytearray(unix_ms.to_bytes(6, "big") + random_bytes)
    octets[6] = octets[6] & 0x0F | 0x70
    octets[8] = octets[8] & 0x3F | 0x80
    digits = octets.hex()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
