"""The keys that name a start."""

from __future__ import annotations

import time
import uuid

from moonborn._idempotency_key import new_idempotency_key, uuid7


def test_lays_out_the_example_of_the_standard() -> None:
    # RFC 9562, appendix A.6: the bits below the version and the variant come from its random parts.
    random_bytes = bytes.fromhex("0cc3" + "18c4dc0c0c07398f")
    assert uuid7(0x017F22E279B0, random_bytes) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


def test_a_new_key_is_a_uuid_of_version_7_with_the_current_time() -> None:
    key = uuid.UUID(new_idempotency_key())
    assert key.version == 7
    assert key.variant == uuid.RFC_4122
    assert abs((key.int >> 80) / 1000 - time.time()) < 5


def test_new_keys_differ() -> None:
    assert len({new_idempotency_key() for _ in range(1000)}) == 1000
