"""A page of chat sessions, and the walk over all of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from typing import Any

from ._json_object import JsonObject, field, list_of, text, view_of
from .errors import UsageError
from .sessions import ChatSession

FETCH = "fetch()"  # beside the values of the fields, and no name of a field


class ChatSessionPage(JsonObject):
    """One page: `items`, and `next_cursor`, which is `""` on the last. Iterating goes on over the later pages."""

    __slots__ = ()
    items: list[ChatSession] = field(list_of(view_of(ChatSession)))
    next_cursor: str = field(text)

    def next_page(self) -> ChatSessionPage | None:
        """Fetch the page after this one; None after the last."""
        return fetcher_of(self._values)(self.next_cursor) if self.next_cursor else None

    def fetching(self, fetch: Callable[[str], ChatSessionPage]) -> ChatSessionPage:
        """Return this page, which fetches later ones so; the client does this."""
        self._values[FETCH] = fetch
        return self

    def iter_pages(self) -> Iterator[ChatSessionPage]:
        """Go over the pages from this one on; each is fetched when its turn comes."""
        page: ChatSessionPage | None = self
        while page is not None:
            yield page
            page = page.next_page()

    def __iter__(self) -> Iterator[ChatSession]:
        for page in self.iter_pages():
            yield from page.items


class AsyncChatSessionPage(JsonObject):
    """One page: `items`, and `next_cursor`, which is `""` on the last. `async for` goes on over the later pages."""

    __slots__ = ()
    items: list[ChatSession] = field(list_of(view_of(ChatSession)))
    next_cursor: str = field(text)

    async def next_page(self) -> AsyncChatSessionPage | None:
        """Fetch the page after this one; None after the last."""
        return await fetcher_of(self._values)(self.next_cursor) if self.next_cursor else None

    def fetching(self, fetch: Callable[[str], Awaitable[AsyncChatSessionPage]]) -> AsyncChatSessionPage:
        """Return this page, which fetches later ones so; the client does this."""
        self._values[FETCH] = fetch
        return self

    def iter_pages(self) -> AsyncIterator[AsyncChatSessionPage]:
        """Go over the pages from this one on; each is fetched when its turn comes."""
        return PageWalk(lambda: at_hand(self))

    def __aiter__(self) -> AsyncIterator[ChatSession]:
        return SessionWalk(self.iter_pages())


class AsyncChatSessionList:
    """A list about to be asked for: `await` it for its first page, or go over all its sessions with `async for`."""

    def __init__(self, fetch_first: Callable[[], Awaitable[AsyncChatSessionPage]]) -> None:
        self._fetch_first = fetch_first

    def iter_pages(self) -> AsyncIterator[AsyncChatSessionPage]:
        """Go over the pages; each is fetched when its turn comes."""
        return PageWalk(self._fetch_first)

    def __await__(self) -> Generator[Any, Any, AsyncChatSessionPage]:
        return self._fetch_first().__await__()

    def __aiter__(self) -> AsyncIterator[ChatSession]:
        return SessionWalk(self.iter_pages())


class PageWalk(AsyncIterator[AsyncChatSessionPage]):
    """One page after another. Not an async generator: leaving a walk early leaves nothing to close."""

    def __init__(self, next_page: Callable[[], Awaitable[AsyncChatSessionPage | None]]) -> None:
        self._next_page = next_page

    async def __anext__(self) -> AsyncChatSessionPage:
        page = await self._next_page()
        if page is None:
            raise StopAsyncIteration
        self._next_page = page.next_page
        return page


class SessionWalk(AsyncIterator[ChatSession]):
    """The sessions of one page after another."""

    def __init__(self, pages: AsyncIterator[AsyncChatSessionPage]) -> None:
        self._pages = pages
        self._items: Iterator[ChatSession] = iter(())

    async def __anext__(self) -> ChatSession:
        while True:
            for session in self._items:
                return session
            self._items = iter((await self._pages.__anext__()).items)


async def at_hand(page: AsyncChatSessionPage) -> AsyncChatSessionPage:
    """Return a page as if it had been fetched."""
    return page


def fetcher_of(values: dict[str, Any]) -> Callable[[str], Any]:
    """Return what fetches the pages after one that a client answered."""
    if FETCH not in values:
        raise UsageError("This page was not fetched by a client, so it cannot fetch the next one.")
    return values[FETCH]
