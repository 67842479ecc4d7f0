"""The chat family of the API, for asyncio and trio."""

from __future__ import annotations

from typing import Optional

from . import _operations as operations
from ._async_sender import AsyncSender
from .pages import AsyncChatSessionList, AsyncChatSessionPage
from .sessions import EndChatSessionResult, Session, SessionStatus, StartChatSessionResult


class AsyncChat:
    """Chat sessions. Every call takes `timeout` (seconds an attempt may take), `total_timeout` (seconds all may take)
    and `max_retries` in place of the client's own, and raises MoonbornError."""

    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    async def start_chat_session(
        self,
        *,
        id: str,
        persona_id: str,
        title: Optional[str] = None,
        idempotency_key: Optional[str] = None,
        timeout: Optional[float] = None,
        total_timeout: Optional[float] = None,
        max_retries: Optional[int] = None,
    ) -> StartChatSessionResult:
        """Start a session with the persona `id`; `persona_id` is the same persona.

        One call is one session, however often it is retried. To keep that over several calls, or over a restart of
        your program, bring your own `idempotency_key`.
        """
        operation = operations.start_chat_session(
            id=id, persona_id=persona_id, title=title, idempotency_key=idempotency_key
        )
        return await self._sender.perform(operation, timeout, total_timeout, max_retries)

    def list_chat_sessions_for_persona(
        self,
        *,
        id: str,
        cursor: Optional[str] = None,
        limit: Optional[int] = None,
        status: Optional[SessionStatus] = None,
        timeout: Optional[float] = None,
        total_timeout: Optional[float] = None,
        max_retries: Optional[int] = None,
    ) -> AsyncChatSessionList:
        """List a persona's sessions: `await` a page of at most `limit` (1 to 100), or `async for` over all.

        Newest first by the moment the start was meant, as the id tells; `started_at` is the server's time.
        """

        async def fetch(cursor: Optional[str]) -> AsyncChatSessionPage:
            operation = operations.list_chat_sessions_for_persona(
                lambda json: AsyncChatSessionPage(json, fetch),
                id=id,
                cursor=cursor,
                limit=limit,
                status=status,
            )
            return await self._sender.perform(operation, timeout, total_timeout, max_retries)

        return AsyncChatSessionList(lambda: fetch(cursor))

    async def get_chat_session(
        self,
        *,
        id: str,
        timeout: Optional[float] = None,
        total_timeout: Optional[float] = None,
        max_retries: Optional[int] = None,
    ) -> Session:
        """Read the session `id`."""
        return await self._sender.perform(operations.get_chat_session(id=id), timeout, total_timeout, max_retries)

    async def end_chat_session(
        self,
        *,
        id: str,
        timeout: Optional[float] = None,
        total_timeout: Optional[float] = None,
        max_retries: Optional[int] = None,
    ) -> EndChatSessionResult:
        """End the session `id` and keep its history; ending it again is no error."""
        return await self._sender.perform(operations.end_chat_session(id=id), timeout, total_timeout, max_retries)

    async def delete_chat_session(
        self,
        *,
        id: str,
        timeout: Optional[float] = None,
        total_timeout: Optional[float] = None,
        max_retries: Optional[int] = None,
    ) -> None:
        """End the session `id` and delete it for good.

        NotFoundError when it was not there; but a retry that finds nothing, after an attempt that may have deleted
        it, is a success.
        """
        return await self._sender.perform(operations.delete_chat_session(id=id), timeout, total_timeout, max_retries)
