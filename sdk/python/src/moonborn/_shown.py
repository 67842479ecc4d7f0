"""How a value is shown in a message."""

from __future__ import annotations


def shown(value: object) -> str:
    """Return any value as text, for a message; showing it must not fail in its turn."""
    try:
        return repr(value)
    except Exception:
        return type(value).__name__
