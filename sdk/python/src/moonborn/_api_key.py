"""The key of a request: fixed, or asked for before each attempt; and its removal from all that is shown."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from inspect import isawaitable, iscoroutine
from typing import Any, cast

from .errors import UsageError

MOST_KEYS_KEPT = 100  # a function that makes a new key for each attempt must not fill the memory
SHOWN_INSTEAD = "[API key]"


class KeyRing:
    """Gives the key to use now, and knows the keys that it gave. Its `repr` shows none."""

    def __init__(self, api_key: object) -> None:
        self.is_function: bool = callable(api_key)
        self._given: dict[str, None] = {}
        self._ask = cast("Callable[[], object]", api_key) if callable(api_key) else lambda: api_key
        if not self.is_function:
            self._checked(api_key)

    def key(self) -> str:
        """Return the key; raises UsageError when the function fails or gives none."""
        with failures_named():
            given = self._ask()
        if isawaitable(given):
            if iscoroutine(given):
                given.close()
            raise UsageError("The function api_key is async: AsyncMoonborn awaits it, Moonborn cannot.")
        return self._checked(given)

    async def key_async(self) -> str:
        """Return the key, from a function that may be async."""
        with failures_named():
            given = self._ask()
            if isawaitable(given):
                given = await cast("Awaitable[object]", given)
        return self._checked(given)

    def without(self, json: Any) -> Any:
        """Return what a server or a library said, with the keys taken out wherever it repeats them."""
        if isinstance(json, str):
            # The longest first, since one key may begin another.
            for key in sorted(list(self._given), key=len, reverse=True):
                json = json.replace(key, SHOWN_INSTEAD)
            return json
        if isinstance(json, list):
            return [self.without(item) for item in cast("list[Any]", json)]
        if isinstance(json, dict):
            return {name: self.without(value) for name, value in cast("dict[str, Any]", json).items()}
        return json

    def _checked(self, api_key: object) -> str:
        if not api_key:
            raise UsageError("No API key: pass api_key or set MOONBORN_API_KEY.")
        if not isinstance(api_key, str) or not re.fullmatch("[!-~]+", api_key):
            raise UsageError(
                "The API key is not a string, or has a space, a line break or another character that no key has."
            )
        self._given[api_key] = None
        for oldest in list(self._given)[:-MOST_KEYS_KEPT]:
            self._given.pop(oldest, None)  # another thread may have done so
        return api_key


@contextmanager
def failures_named() -> Generator[None, None, None]:
    """Turn an exception of the caller's function into a UsageError; its text may hold a secret, so it is the cause."""
    try:
        yield
    except Exception as cause:
        raise UsageError(f"The function api_key raised {type(cause).__name__}.") from cause
