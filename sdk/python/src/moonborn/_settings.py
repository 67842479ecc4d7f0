"""How a client is set up: what the caller gave, else the environment, else the defaults; checked once."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from numbers import Integral, Real
from typing import TYPE_CHECKING, TypeVar, cast

from ._api_key import KeyRing
from ._headers import with_headers
from ._http import NAMES, library, of_either
from ._shown import shown
from ._watch import Watch
from .errors import UsageError

if TYPE_CHECKING:
    from logging import Logger

    from .options import Headers, LogLevel
    from .responses import NearCap, Retry

T = TypeVar("T")
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

    def override(self, timeout: float | None, total_timeout: float | None, max_retries: int | None) -> Limits:
        """Return these limits with those that were given in their place."""
        return Limits(
            timeout=self.timeout if timeout is None else seconds("timeout", timeout),
            total_timeout=self.total_timeout if total_timeout is None else seconds("total_timeout", total_timeout),
            max_retries=self.max_retries if max_retries is None else retries(max_retries),
        )


@dataclass(frozen=True)
class Settings:
    """Where a client sends its calls, as whom, with what headers, within which limits, and who is told."""

    base_url: str
    keys: KeyRing
    limits: Limits
    headers: Mapping[str, str] = field(repr=False)
    watch: Watch

    def of_call(
        self,
        *,
        timeout: float | None = None,
        total_timeout: float | None = None,
        max_retries: int | None = None,
        headers: Headers | None = None,
    ) -> Settings:
        """Return these settings with those that were given for one call in their place."""
        limits = self.limits.override(timeout, total_timeout, max_retries)
        return replace(self, limits=limits, headers=with_headers(self.headers, headers))


def settings_from(
    *,
    api_key: object = None,
    base_url: str | None = None,
    timeout: float | None = None,
    total_timeout: float | None = None,
    max_retries: int | None = None,
    default_headers: Headers | None = None,
    logger: Logger | None = None,
    log_level: LogLevel | None = None,
    on_retry: Callable[[Retry], object] | None = None,
    on_rate_limit_near_cap: Callable[[NearCap], object] | None = None,
) -> Settings:
    """Fill in what was not given, and refuse what cannot work."""
    return Settings(
        base_url=checked_base_url(base_url or os.environ.get("MOONBORN_BASE_URL") or DEFAULT_BASE_URL),
        keys=KeyRing(api_key or os.environ.get("MOONBORN_API_KEY")),
        limits=Limits().override(timeout, total_timeout, max_retries),
        headers=with_headers({}, default_headers),
        watch=Watch(
            logger=logger, log_level=log_level, on_retry=on_retry, on_rate_limit_near_cap=on_rate_limit_near_cap
        ),
    )


def checked_base_url(base_url: object) -> str:
    """Return a base URL without a trailing slash."""
    if isinstance(base_url, str) and not re.search(r"[\s?#]", base_url):
        with suppress(library.InvalidURL, ValueError):
            url = library.URL(base_url)
            url.raw_host.decode("ascii").encode("idna")  # as the resolver does it: no label is empty or too long
            port = 443 if url.port is None else url.port
            if url.scheme in ("http", "https") and url.host and not url.userinfo and 0 < port < 65536:
                return base_url.rstrip("/")
    given = re.sub("//.*@", "//***@", shown(base_url))
    raise UsageError(f"base_url must be an http or https address without a user name or a query, given: {given}")


def checked_http_client(http_client: T, kind: str) -> T:
    """Return a caller's own HTTP client, when it is of that class of either library."""
    if http_client is not None and not isinstance(http_client, of_either(kind)):
        classes = " or an ".join(f"{name}.{kind}" for name in NAMES)
        raise UsageError(f"http_client must be an {classes}, given: {shown(http_client)}")
    return http_client


def new_http_client(make: Callable[[], T]) -> T:
    """Return a new HTTP client; it reads the environment, and may refuse what it finds there."""
    try:
        return make()
    except Exception as cause:
        raise UsageError(
            "The HTTP client cannot be made: check the proxies and the certificates that the environment names "
            f"(ALL_PROXY, HTTP_PROXY, HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE, SSL_CERT_DIR). {cause}"
        ) from cause


def seconds(name: str, value: object) -> float:
    """Return a duration that is more than nothing and less than for ever."""
    with suppress(OverflowError):
        if isinstance(value, Real) and 0 < float(value) < math.inf:
            return float(value)
    raise UsageError(f"{name} must be a number of seconds above 0, given: {shown(value)}")


def retries(value: object) -> int:
    """Return a number of retries."""
    whole = isinstance(value, Integral) or (isinstance(value, float) and value.is_integer())
    if not whole or cast("int", value) < 0:
        raise UsageError(f"max_retries must be a whole number, 0 or more, given: {shown(value)}")
    return int(cast("int", value))
