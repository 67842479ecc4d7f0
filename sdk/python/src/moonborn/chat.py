"""The chat family of the API, blocking."""

from __future__ import annotations

from typing import Optional

from . import _operations as operations
from ._sender import Sender
from .pages import ChatSessionPage
from .sessions import EndChatSessionResult, Session, SessionStatus, StartChatSessionResult


class Chat:
    """Chat sessions. Every call takes `timeout` (seconds an attempt may take), `total_timeout` (seconds all may take)
    and `max_retries` in place of the client's own, and raises MoonbornError."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def start_chat_session(
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
        return self._sender.perform(operation, timeout, total_timeout, max_retries)

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
    ) -> ChatSessionPage:
        """List a persona's sessions: one page of at most `limit` (1 to 100), which iterates over all pages.

        Newest first by the moment the start was meant, as the id tells; `started_at` is the server's time.
        """

        def fetch(cursor: Optional[str]) -> ChatSessionPage:
            operation = operations.list_chat_sessions_for_persona(
                lambda json: ChatSessionPage(json, fetch), id=id, cursor=cursor, limit=limit, status=status
            )
            return self._sender.perform(operation, timeout, total_timeout, max_retries)

        return fetch(cursor)

    def get_chat_session(
        self,
        *,
        id: str,
        timeout: Optional[float] = None,
        total_timeout: Optional[float] = None,
        max_retries: Optional[int] = None,
    ) -> Session:
        """Read the session `id`."""
        return self._sender.perform(operations.get_chat_session(id=id), timeout, total_timeout, max_retries)

    def end_chat_session(
        self,
        *,
        id: str,
        timeout: Optional[float] = None,
        total_timeout: Optional[float] = None,
        max_retries: Optional[int] = None,
    ) -> EndChatSessionResult:
        """End the session `id` and keep its history; ending it again is no error."""
        return self._sender.perform(operations.end_chat_session(id=id), timeout, total_timeout, max_retries)

    def delete_chat_session(
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
        return self._sender.perform(operations.delete_chat_session(id=id), timeout, total_timeout, max_retries)
