"""A page of chat sessions, and the walk over all of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterable, Iterator
from typing import Any

from ._json_object import Field, JsonObject, list_of, text
from .sessions import Session


class ChatSessionPage(JsonObject):
    """One page: `items`, and `next_cursor`, which is `""` on the last. Iterating goes on over the later pages."""

    __slots__ = ("_fetch",)
    items: Field[list[Session]] = Field(list_of(Session))
    next_cursor: Field[str] = Field(text)

    def __init__(self, json: object, fetch: Callable[[str], ChatSessionPage]) -> None:
        super().__init__(json)
        self._fetch = fetch

    def next_page(self) -> ChatSessionPage | None:
        """Fetch the page after this one; None after the last."""
        return self._fetch(self.next_cursor) if self.next_cursor else None

    def __iter__(self) -> Iterator[Session]:
        page: ChatSessionPage | None = self
        while page is not None:
            yield from page.items
            page = page.next_page()


class AsyncChatSessionPage(JsonObject):
    """One page: `items`, and `next_cursor`, which is `""` on the last. `async for` goes on over the later pages."""

    __slots__ = ("_fetch",)
    items: Field[list[Session]] = Field(list_of(Session))
    next_cursor: Field[str] = Field(text)

    def __init__(self, json: object, fetch: Callable[[str], Awaitable[AsyncChatSessionPage]]) -> None:
        super().__init__(json)
        self._fetch = fetch

    async def next_page(self) -> AsyncChatSessionPage | None:
        """Fetch the page after this one; None after the last."""
        return await self._fetch(self.next_cursor) if self.next_cursor else None

    def __aiter__(self) -> AsyncIterator[Session]:
        return AsyncWalk(self.next_page, self.items)


class AsyncChatSessionList:
    """A list about to be asked for: `await` it for its first page, or go over all its sessions with `async for`."""

    def __init__(self, fetch_first: Callable[[], Awaitable[AsyncChatSessionPage]]) -> None:
        self._fetch_first = fetch_first

    def __await__(self) -> Generator[Any, Any, AsyncChatSessionPage]:
        return self._fetch_first().__await__()

    def __aiter__(self) -> AsyncIterator[Session]:
        return AsyncWalk(self._fetch_first)


class AsyncWalk(AsyncIterator[Session]):
    """The sessions of one page after another. Not an async generator: leaving a walk early leaves nothing to close."""

    def __init__(
        self, next_page: Callable[[], Awaitable[AsyncChatSessionPage | None]], items: Iterable[Session] = ()
    ) -> None:
        self._next_page = next_page
        self._items = iter(items)

    async def __anext__(self) -> Session:
        while True:
            for session in self._items:
                return session
            page = await self._next_page()
            if page is None:
                raise StopAsyncIteration
            self._next_page, self._items = page.next_page, iter(page.items)
