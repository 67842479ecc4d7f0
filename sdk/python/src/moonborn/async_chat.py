"""The chat family of the API, for asyncio and trio."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import cached_property, wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar, cast

from . import _operations as operations
from ._async_sender import AsyncSender
from ._json_object import Reader, view_of
from ._operations import Operation
from .pages import AsyncChatSessionList, AsyncChatSessionPage
from .responses import APIResponse
from .sessions import (
    ChatSession,
    ChatSessionStatus,
    EndChatSessionResponse,
    RecordChatTurnResponse,
    StartChatSessionResponse,
    UpdateChatSessionResponse,
)

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .options import CallOptions

T = TypeVar("T")
P = ParamSpec("P")


class AsyncChat:
    """Chat sessions. Every call takes `timeout` (seconds an attempt may take), `total_timeout` (seconds all may take)
    and `max_retries` in place of the client's own, and `headers` beside its own; and raises MoonbornError."""

    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    @cached_property
    def with_raw_response(self) -> AsyncChatWithRawResponse:
        """The same calls, each of which returns its APIResponse: status, headers, request id, attempts, rate limit."""
        return AsyncChatWithRawResponse(self._sender)

    async def start_chat_session(
        self,
        *,
        id: str,
        persona_id: str,
        title: str | None = None,
        metadata: dict[str, str] | None = None,
        idempotency_key: str | None = None,
        **options: Unpack[CallOptions],
    ) -> StartChatSessionResponse:
        """Start a session with the persona `id`; `persona_id` is the same persona.

        One call is one session, however often it is retried. To keep that over several calls, or over a restart of
        your program, bring your own `idempotency_key`.
        """
        operation = operations.start_chat_session(
            id=id, persona_id=persona_id, title=title, metadata=metadata, idempotency_key=idempotency_key
        )
        return await self._send(operation, options)

    def list_chat_sessions_for_persona(
        self,
        *,
        id: str,
        cursor: str | None = None,
        limit: int | None = None,
        status: ChatSessionStatus | None = None,
        **options: Unpack[CallOptions],
    ) -> AsyncChatSessionList:
        """List a persona's sessions: `await` a page of at most `limit` (1 to 100), or `async for` over all.

        Newest first by the moment the start was meant, as the id tells; `started_at` is the server's time.
        """
        return self._list(
            lambda read, cursor: operations.list_chat_sessions_for_persona(
                read, cursor, id=id, limit=limit, status=status
            ),
            cursor,
            options,
        )

    def list_chat_sessions(
        self,
        *,
        persona_id: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        status: ChatSessionStatus | None = None,
        **options: Unpack[CallOptions],
    ) -> AsyncChatSessionList:
        """List your own sessions: `await` a page of at most `limit` (1 to 100), or `async for` over all.

        They are those of the user of the credentials, over all personas of the workspace or with `persona_id` alone,
        newest first by the time in the id. A session is in this list a moment after its start, less than a second as
        a rule. NotFoundError in a deployment that has not switched the list on.
        """
        return self._list(
            lambda read, cursor: operations.list_chat_sessions(
                read, cursor, persona_id=persona_id, limit=limit, status=status
            ),
            cursor,
            options,
        )

    async def get_chat_session(
        self,
        *,
        id: str,
        **options: Unpack[CallOptions],
    ) -> ChatSession:
        """Read the session `id`."""
        return await self._send(operations.get_chat_session(id=id), options)

    async def record_chat_turn(
        self,
        *,
        id: str,
        turn: int,
        messages: int,
        input_tokens: int,
        output_tokens: int,
        cost_usd_micros: int,
        **options: Unpack[CallOptions],
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
        return await self._send(operation, options)

    async def update_chat_session(
        self,
        *,
        id: str,
        title: str | None = None,
        metadata: dict[str, str] | None = None,
        archived: bool | None = None,
        **options: Unpack[CallOptions],
    ) -> UpdateChatSessionResponse:
        """Change the session `id`: what is left out, or None, stays as it is. `metadata` replaces all that it has;
        `archived=False` gives back the status that it had.

        Of two changes of one field at the same time, the later one stays; a retry counts as sent when it is sent.
        """
        operation = operations.update_chat_session(id=id, title=title, metadata=metadata, archived=archived)
        return await self._send(operation, options)

    async def end_chat_session(
        self,
        *,
        id: str,
        **options: Unpack[CallOptions],
    ) -> EndChatSessionResponse:
        """End the session `id` and keep its counters; ending it again is no error."""
        return await self._send(operations.end_chat_session(id=id), options)

    async def delete_chat_session(
        self,
        *,
        id: str,
        **options: Unpack[CallOptions],
    ) -> None:
        """End the session `id` and delete it for good.

        NotFoundError when it was not there; but a retry that finds nothing, after an attempt that may have deleted
        it, is a success.
        """
        return await self._send(operations.delete_chat_session(id=id), options)

    async def _send(self, operation: Operation[T], options: CallOptions) -> T:
        return (await self._sender.perform(operation, options)).data

    def _list(
        self,
        ask: Callable[[Reader[AsyncChatSessionPage], str | None], Operation[AsyncChatSessionPage]],
        cursor: str | None,
        options: CallOptions,
    ) -> AsyncChatSessionList:
        def read(json: object, at: str) -> AsyncChatSessionPage:
            return view_of(AsyncChatSessionPage)(json, at).fetching(fetch)

        async def fetch(cursor: str) -> AsyncChatSessionPage:
            return (await self._sender.perform(ask(read, cursor), options)).data

        async def first() -> AsyncChatSessionPage:
            return await self._send(ask(read, cursor), options)

        return AsyncChatSessionList(first)


class AnsweringAsyncChat(AsyncChat):
    """The calls as they are, but for what they return: a type checker must not see them so."""

    async def _send(self, operation: Operation[Any], options: CallOptions) -> Any:
        return await self._sender.perform(operation, options)


def answering(
    call: Callable[Concatenate[AsyncChat, P], Awaitable[T]],
) -> Callable[[Callable[..., None]], Callable[Concatenate[AsyncChatWithRawResponse, P], Awaitable[APIResponse[T]]]]:
    """Make of a call the one that returns the whole answer; the function that is decorated gives its name."""

    def of_call(
        named: Callable[..., None],
    ) -> Callable[Concatenate[AsyncChatWithRawResponse, P], Awaitable[APIResponse[T]]]:
        @wraps(call)
        def answer(self: AsyncChatWithRawResponse, *args: P.args, **arguments: P.kwargs) -> Awaitable[APIResponse[T]]:
            return cast("Awaitable[APIResponse[T]]", call(self._chat, *args, **arguments))  # pyright: ignore[reportPrivateUsage]

        return answer

    return of_call


class AsyncChatWithRawResponse:
    """The calls of AsyncChat; each returns an APIResponse, whose `data` is what the call itself returns."""

    def __init__(self, sender: AsyncSender) -> None:
        self._chat = AnsweringAsyncChat(sender)

    @answering(AsyncChat.start_chat_session)
    def start_chat_session(self) -> None:
        """Start a session."""

    @answering(AsyncChat.list_chat_sessions_for_persona)
    def list_chat_sessions_for_persona(self) -> None:
        """List a persona's sessions."""

    @answering(AsyncChat.list_chat_sessions)
    def list_chat_sessions(self) -> None:
        """List your own sessions."""

    @answering(AsyncChat.get_chat_session)
    def get_chat_session(self) -> None:
        """Read a session."""

    @answering(AsyncChat.record_chat_turn)
    def record_chat_turn(self) -> None:
        """Count one exchange."""

    @answering(AsyncChat.update_chat_session)
    def update_chat_session(self) -> None:
        """Change a session."""

    @answering(AsyncChat.end_chat_session)
    def end_chat_session(self) -> None:
        """End a session and keep its counters."""

    @answering(AsyncChat.delete_chat_session)
    def delete_chat_session(self) -> None:
        """End a session and delete it for good."""
