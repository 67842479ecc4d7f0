"""The HTTP library underneath: httpx2, or httpx where that is not installed. A caller's own client may be of either."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import httpx2 as library
else:
    try:
        import httpx2 as library
    except ModuleNotFoundError:
        import httpx as library

__all__ = ["NAMES", "AsyncClient", "AsyncResponse", "BlockingClient", "BlockingResponse", "library", "of_either"]

NAMES = ("httpx2", "httpx")


def of_either(name: str) -> tuple[type[Any], ...]:
    """Return the classes of that name: httpx2's, httpx's, or both. A library that nobody imported has no objects."""
    modules = (sys.modules.get(module) for module in NAMES)
    return tuple(getattr(module, name) for module in modules if hasattr(module, name))


class BlockingResponse(Protocol):
    """What is used of an answer."""

    @property
    def status_code(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    def iter_bytes(self) -> Iterator[bytes]: ...
    def close(self) -> None: ...


class AsyncResponse(Protocol):
    """What is used of an answer."""

    @property
    def status_code(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    async def aread(self) -> bytes: ...
    async def aclose(self) -> None: ...


class BlockingClient(Protocol):
    """An `httpx2.Client`, or an `httpx.Client`."""

    @property
    def is_closed(self) -> bool: ...
    def build_request(
        self, method: str, url: str, *, headers: dict[str, str], content: bytes | None, timeout: float
    ) -> Any: ...
    def send(self, request: Any, *, stream: bool, auth: None, follow_redirects: bool) -> BlockingResponse: ...
    def close(self) -> None: ...


class AsyncClient(Protocol):
    """An `httpx2.AsyncClient`, or an `httpx.AsyncClient`."""

    @property
    def is_closed(self) -> bool: ...
    def build_request(
        self, method: str, url: str, *, headers: dict[str, str], content: bytes | None, timeout: float
    ) -> Any: ...
    async def send(self, request: Any, *, stream: bool, auth: None, follow_redirects: bool) -> AsyncResponse: ...
    async def aclose(self) -> None: ...
