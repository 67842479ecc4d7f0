"""Headers of the caller's own, for a client and for one call."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import cast

from ._shown import shown
from .errors import UsageError

RESERVED = frozenset(("accept", "authorization", "content-type", "idempotency-key", "x-moonborn-retry-count"))


def with_headers(headers: Mapping[str, str], changes: object) -> Mapping[str, str]:
    """Return the headers with those changes, by name in any case. No message shows a value: it may be a secret."""
    if changes is None:
        return headers
    if not isinstance(changes, Mapping):
        raise UsageError(f"headers must be a mapping of names to texts, given: {shown(changes)}")
    changed = dict(headers)
    for given, value in cast("Mapping[object, object]", changes).items():
        if not isinstance(given, str) or not re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", given):
            raise UsageError(f"A header cannot have the name {shown(given)}.")
        name = given.lower()
        if name in RESERVED:
            raise UsageError(
                f"The header {name} is set by the SDK: pass api_key for the authorization, idempotency_key for the key "
                "of a start."
            )
        if value is None:
            changed.pop(name, None)
        elif isinstance(value, str) and re.fullmatch(r"[\t -~]*", value):
            changed[name] = value
        else:
            raise UsageError(f"The header {name} is not a text of visible ASCII characters.")
    return changed
