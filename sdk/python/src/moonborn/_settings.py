"""How a client is set up: what the caller gave, else the environment, else the defaults; checked once."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass, field
from typing import Optional
from urllib.parse import urlsplit

from .errors import UsageError

DEFAULT_BASE_URL = "https://api.moonborn.co"
DEFAULT_TIMEOUT_SECONDS = 30.0
DEFAULT_TOTAL_TIMEOUT_SECONDS = 120.0
DEFAULT_MAX_RETRIES = 2


@dataclass(frozen=True)
class Limits:
    """How long, in seconds, and how often a call may try."""

    timeout: float = DEFAULT_TIMEOUT_SECONDS
    total_timeout: float = DEFAULT_TOTAL_TIMEOUT_SECONDS
    max_retries: int = DEFAULT_MAX_RETRIES

    def override(self, timeout: Optional[float], total_timeout: Optional[float], max_retries: Optional[int]) -> Limits:
        """Return these limits with those that were given in their place."""
        return Limits(
            timeout=self.timeout if timeout is None else seconds("timeout", timeout),
            total_timeout=self.total_timeout if total_timeout is None else seconds("total_timeout", total_timeout),
            max_retries=self.max_retries if max_retries is None else retries(max_retries),
        )


@dataclass(frozen=True)
class Settings:
    """Where a client sends its calls, as whom, and within which limits."""

    base_url: str
    api_key: str = field(repr=False)
    limits: Limits


def settings_from(
    *,
    api_key: Optional[str],
    base_url: Optional[str],
    timeout: Optional[float],
    total_timeout: Optional[float],
    max_retries: Optional[int],
) -> Settings:
    """Fill in what was not given, and refuse what cannot work."""
    return Settings(
        base_url=checked_base_url(base_url or os.environ.get("MOONBORN_BASE_URL") or DEFAULT_BASE_URL),
        api_key=checked_api_key(api_key or os.environ.get("MOONBORN_API_KEY")),
        limits=Limits().override(timeout, total_timeout, max_retries),
    )


def checked_api_key(api_key: Optional[str]) -> str:
    """Return a key that fits into a header; the message of a refusal never shows it."""
    if not api_key:
        raise UsageError("No API key: pass api_key or set MOONBORN_API_KEY.")
    if not is_visible_ascii(api_key):
        raise UsageError("The API key has a space, a line break or another character that no key has.")
    return api_key


def checked_base_url(base_url: str) -> str:
    """Return a base URL without a trailing slash."""
    url = urlsplit(base_url)
    if url.scheme not in ("http", "https") or not url.hostname:
        raise UsageError(f"base_url is {base_url!r}; it must begin with https:// or http:// and name a host.")
    if url.username is not None or url.query or url.fragment:
        raise UsageError("base_url must have no user name, query or fragment.")
    return base_url.rstrip("/")


def seconds(name: str, value: float) -> float:
    """Return a duration that is more than nothing and less than for ever."""
    if not 0 < value < math.inf:
        raise UsageError(f"{name} is {value!r}; it must be a number of seconds above 0.")
    return value


def retries(value: int) -> int:
    """Return a number of retries."""
    if value < 0 or value != int(value):
        raise UsageError(f"max_retries is {value!r}; it must be a whole number, 0 or more.")
    return int(value)


def is_visible_ascii(value: str) -> bool:
    """Tell whether a string can stand in a header as it is."""
    return all("!" <= character <= "~" for character in value)
