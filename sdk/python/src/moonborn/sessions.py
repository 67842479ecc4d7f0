"""A chat session and the answers that hold one."""

from __future__ import annotations

from typing import Literal, cast

from ._json_object import Field, JsonObject, OptionalField, count, flag, number, text, texts

SessionStatus = Literal["active", "ended", "archived"]


def session_status(json: object, at: str) -> SessionStatus:
    """Read a status; one that a newer server adds is passed on as it is."""
    return cast("SessionStatus", text(json, at))


class Session(JsonObject):
    """A chat session, bound to a persona, a user and a workspace. `ended_at` is `""` until it ends.

    `last_active_at` is the time of the last turn or of the end, `metadata` is None where none was given.
    """

    __slots__ = ()
    session_id: Field[str] = Field(text)
    org_id: Field[str] = Field(text)
    workspace_id: Field[str] = Field(text)
    persona_id: Field[str] = Field(text)
    user_id: Field[str] = Field(text)
    title: Field[str] = Field(text)
    status: Field[SessionStatus] = Field(session_status)
    message_count: Field[int] = Field(count)
    input_tokens: Field[int] = Field(count)
    output_tokens: Field[int] = Field(count)
    cost_usd_micros: Field[float] = Field(number)
    started_at: Field[str] = Field(text)
    last_active_at: Field[str] = Field(text)
    ended_at: Field[str] = Field(text)
    metadata: OptionalField[dict[str, str]] = OptionalField(texts)


class StartChatSessionResult(JsonObject):
    """What a start answers: `session`."""

    __slots__ = ()
    session: Field[Session] = Field(Session)


class RecordChatTurnResult(JsonObject):
    """What a turn answers: `session`, and `already_recorded`, true when an earlier call or attempt had recorded it."""

    __slots__ = ()
    session: Field[Session] = Field(Session)
    already_recorded: Field[bool] = Field(flag)


class UpdateChatSessionResult(JsonObject):
    """What a change answers: `session`."""

    __slots__ = ()
    session: Field[Session] = Field(Session)


class EndChatSessionResult(JsonObject):
    """What an end answers: `session`, and `already_ended`, true when an earlier call (or attempt) had ended it."""

    __slots__ = ()
    session: Field[Session] = Field(Session)
    already_ended: Field[bool] = Field(flag)
