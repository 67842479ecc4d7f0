"""The keys that name a start."""

from __future__ import annotations

import json
import re
import time
import uuid

import pytest

from moonborn import UsageError
from moonborn._idempotency_key import KEY_MAX_LENGTH, KEY_PATTERN, checked_key, key_at, uuid7
from scenarios import SDK_FOLDER

DOCUMENT = json.loads((SDK_FOLDER.parent / "docs/openapi/openapi.json").read_text())
SCHEMA = DOCUMENT["components"]["parameters"]["IdempotencyKey"]["schema"]


def test_lays_out_the_example_of_the_standard() -> None:
    # RFC 9562, appendix A.6: the bits below the version and the variant come from its random parts.
    random_bytes = bytes.fromhex("0cc3" + "18c4dc0c0c07398f")
    assert uuid7(0x017F22E279B0, random_bytes) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


def test_a_new_key_is_a_uuid_of_version_7_with_the_current_time() -> None:
    key = uuid.UUID(key_at(time.time()))
    assert key.version == 7
    assert key.variant == uuid.RFC_4122
    assert abs((key.int >> 80) / 1000 - time.time()) < 5


def test_new_keys_differ() -> None:
    assert len({key_at(1_700_000_000) for _ in range(1000)}) == 1000


@pytest.mark.parametrize("unix_seconds", [-1.0, -1e12, 1e300])
def test_a_clock_beyond_what_a_key_can_hold_still_makes_a_key(unix_seconds: float) -> None:
    assert uuid.UUID(key_at(unix_seconds)).version == 7


def test_a_callers_key_is_checked_as_the_document_of_the_api_says() -> None:
    assert (SCHEMA["pattern"], SCHEMA["maxLength"]) == (KEY_PATTERN, KEY_MAX_LENGTH)


def test_a_key_of_every_character_is_taken_or_refused_as_the_document_says() -> None:
    for code in range(0x180):
        key = chr(code)
        if re.search(SCHEMA["pattern"], key):
            assert checked_key(key) == key
        else:
            with pytest.raises(UsageError):
                checked_key(key)


@pytest.mark.parametrize("key", ["", "k" * 256, "one,two", "key\n", 5, b"key", object(), [], True])
def test_a_key_that_the_api_would_not_take_is_refused(key: object) -> None:
    with pytest.raises(UsageError, match="1 to 255 visible ASCII characters but the comma"):
        checked_key(key)


def test_the_longest_key_is_taken() -> None:
    assert checked_key("k" * 255) == "k" * 255
