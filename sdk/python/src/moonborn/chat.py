"""The chat family of the API, blocking."""

from __future__ import annotations

from . import _operations as operations
from ._json_object import view_of
from ._sender import Sender
from .pages import ChatSessionPage
from .sessions import (
    ChatSession,
    ChatSessionStatus,
    EndChatSessionResponse,
    RecordChatTurnResponse,
    StartChatSessionResponse,
    UpdateChatSessionResponse,
)


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
        title: str | None = None,
        metadata: dict[str, str] | None = None,
        idempotency_key: str | None = None,
        timeout: float | None = None,
        total_timeout: float | None = None,
        max_retries: int | None = None,
    ) -> StartChatSessionResponse:
        """Start a session with the persona `id`; `persona_id` is the same persona.

        One call is one session, however often it is retried. To keep that over several calls, or over a restart of
        your program, bring your own `idempotency_key`.
        """
        operation = operations.start_chat_session(
            id=id, persona_id=persona_id, title=title, metadata=metadata, idempotency_key=idempotency_key
        )
        return self._sender.perform(operation, timeout, total_timeout, max_retries)

    def list_chat_sessions_for_persona(
        self,
        *,
        id: str,
        cursor: str | None = None,
        limit: int | None = None,
        status: ChatSessionStatus | None = None,
        timeout: float | None = None,
        total_timeout: float | None = None,
        max_retries: int | None = None,
    ) -> ChatSessionPage:
        """List a persona's sessions: one page of at most `limit` (1 to 100), which iterates over all pages.

        Newest first by the moment the start was meant, as the id tells; `started_at` is the server's time.
        """

        def fetch(cursor: str | None) -> ChatSessionPage:
            operation = operations.list_chat_sessions_for_persona(
                lambda json, at: view_of(ChatSessionPage)(json, at).fetching(fetch),
                id=id,
                cursor=cursor,
                limit=limit,
                status=status,
            )
            return self._sender.perform(operation, timeout, total_timeout, max_retries)

        return fetch(cursor)

    def list_chat_sessions(
        self,
        *,
        persona_id: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        status: ChatSessionStatus | None = None,
        timeout: float | None = None,
        total_timeout: float | None = None,
        max_retries: int | None = None,
    ) -> ChatSessionPage:
        """List your own sessions: one page of at most `limit` (1 to 100), which iterates over all pages.

        They are those of the user of the credentials, over all personas of the workspace or with `persona_id` alone,
        newest first by the time in the id. A session is in this list a moment after its start, less than a second as
        a rule. NotFoundError in a deployment that has not switched the list on.
        """

        def fetch(cursor: str | None) -> ChatSessionPage:
            operation = operations.list_chat_sessions(
                lambda json, at: view_of(ChatSessionPage)(json, at).fetching(fetch),
                persona_id=persona_id,
                cursor=cursor,
                limit=limit,
                status=status,
            )
            return self._sender.perform(operation, timeout, total_timeout, max_retries)

        return fetch(cursor)

    def get_chat_session(
        self,
        *,
        id: str,
        timeout: float | None = None,
        total_timeout: float | None = None,
        max_retries: int | None = None,
    ) -> ChatSession:
        """Read the session `id`."""
        return self._sender.perform(operations.get_chat_session(id=id), timeout, total_timeout, max_retries)

    def record_chat_turn(
        self,
        *,
        id: str,
        turn: int,
        messages: int,
        input_tokens: int,
        output_tokens: int,
        cost_usd_micros: int,
        timeout: float | None = None,
        total_timeout: float | None = None,
        max_retries: int | None = None,
    ) -> RecordChatTurnResponse:
        """Count one exchange in the session `id`: the turns are numbered from 1 without a gap, the figures are this
        turn's alone, `cost_usd_micros` in millionths of a US dollar.

        A turn is counted exactly once: sent again, by a retry or by you, it changes nothing and succeeds, with
        `already_recorded`. A turn that cannot be counted is a ConflictError, which says why.
        """
        operation = operations.record_chat_turn(
            id=id,
            turn=turn,
            messages=messages,
            input_tokens=input_tokens,
            output_tokens=output_tokens,
            cost_usd_micros=cost_usd_micros,
        )
        return self._sender.perform(operation, timeout, total_timeout, max_retries)

    def update_chat_session(
        self,
        *,
        id: str,
        title: str | None = None,
        metadata: dict[str, str] | None = None,
        archived: bool | None = None,
        timeout: float | None = None,
        total_timeout: float | None = None,
        max_retries: int | None = None,
    ) -> UpdateChatSessionResponse:
        """Change the session `id`: what is left out, or None, stays as it is. `metadata` replaces all that it has;
        `archived=False` gives back the status that it had.

        Of two changes of one field at the same time, the later one stays; a retry counts as sent when it is sent.
        """
        operation = operations.update_chat_session(id=id, title=title, metadata=metadata, archived=archived)
        return self._sender.perform(operation, timeout, total_timeout, max_retries)

    def end_chat_session(
        self,
        *,
        id: str,
        timeout: float | None = None,
        total_timeout: float | None = None,
        max_retries: int | None = None,
    ) -> EndChatSessionResponse:
        """End the session `id` and keep its history; ending it again is no error."""
        return self._sender.perform(operations.end_chat_session(id=id), timeout, total_timeout, max_retries)

    def delete_chat_session(
        self,
        *,
        id: str,
        timeout: float | None = None,
        total_timeout: float | None = None,
        max_retries: int | None = None,
    ) -> None:
        """End the session `id` and delete it for good.

        NotFoundError when it was not there; but a retry that finds nothing, after an attempt that may have deleted
        it, is a success.
        """
        return self._sender.perform(operations.delete_chat_session(id=id), timeout, total_timeout, max_retries)
