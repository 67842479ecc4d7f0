"""A chat session and the answers that hold one."""

from __future__ import annotations

from typing import Literal, cast

from ._json_object import JsonObject, count, field, flag, number, text, texts, view_of

ChatSessionStatus = Literal["active", "ended", "archived"]


def session_status(json: object, at: str) -> ChatSessionStatus:
    """Read a status; one that a newer server adds is passed on as it is."""
    return cast("ChatSessionStatus", text(json, at))


class ChatSession(JsonObject):
    """A chat session, bound to a persona, a user and a workspace. `ended_at` is `""` until it ends.

    `last_active_at` is the time of the last turn or of the end, `metadata` is None where none was given.
    """

    __slots__ = ()
    session_id: str = field(text)
    org_id: str = field(text)
    workspace_id: str = field(text)
    persona_id: str = field(text)
    user_id: str = field(text)
    title: str = field(text)
    status: ChatSessionStatus = field(session_status)
    message_count: int = field(count)
    input_tokens: int = field(count)
    output_tokens: int = field(count)
    cost_usd_micros: float = field(number)
    started_at: str = field(text)
    last_active_at: str = field(text)
    ended_at: str = field(text)
    metadata: dict[str, str] | None = field(texts, default=None)


class StartChatSessionResponse(JsonObject):
    """What a start answers: `session`."""

    __slots__ = ()
    session: ChatSession = field(view_of(ChatSession))


class RecordChatTurnResponse(JsonObject):
    """What a turn answers: `session`, and `already_recorded`, true when an earlier call or attempt had recorded it."""

    __slots__ = ()
    session: ChatSession = field(view_of(ChatSession))
    already_recorded: bool = field(flag)


class UpdateChatSessionResponse(JsonObject):
    """What a change answers: `session`."""

    __slots__ = ()
    session: ChatSession = field(view_of(ChatSession))


class EndChatSessionResponse(JsonObject):
    """What an end answers: `session`, and `already_ended`, true when an earlier call (or attempt) had ended it."""

    __slots__ = ()
    session: ChatSession = field(view_of(ChatSession))
    already_ended: bool = field(flag)
