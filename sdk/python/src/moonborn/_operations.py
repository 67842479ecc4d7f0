"""The operations of the API as data: what each one sends, and how its success is read."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import quote, urlencode

from ._idempotency_key import checked_key, key_at, named_in_errors
from ._json_object import Reader, view_of
from ._shown import shown
from .errors import UsageError
from .sessions import (
    ChatSession,
    EndChatSessionResponse,
    RecordChatTurnResponse,
    StartChatSessionResponse,
    UpdateChatSessionResponse,
)

T = TypeVar("T")
SURROGATE = re.compile("[\ud800-\udfff]")  # half a pair: it has no encoding


@dataclass(frozen=True)
class Operation(Generic[T]):
    """One call of the API, before it is sent."""

    method: str
    target: str
    read: Callable[[bytes], T]
    body: bytes | None = None
    idempotency_key: str | None = None
    key_is_ours: bool = False
    """The key is not the caller's, so that another may take its place while nothing was written under it."""
    missing_means_done: bool = False
    """A 404 is success once an earlier attempt may have done the work."""


def start_chat_session(
    *,
    id: str,
    persona_id: str,
    title: str | None,
    metadata: dict[str, str] | None,
    idempotency_key: str | None,
) -> Operation[StartChatSessionResponse]:
    """Bind a new session to a persona."""
    key = key_at(time.time()) if idempotency_key is None else checked_key(idempotency_key)
    with named_in_errors(key):
        return Operation(
            "POST",
            f"/v1/personas/{path_segment(id)}/chat/sessions",
            json_reader(view_of(StartChatSessionResponse)),
            body=json_body({"personaId": persona_id, "title": title, "metadata": metadata}),
            idempotency_key=key,
            key_is_ours=idempotency_key is None,
        )


def list_chat_sessions_for_persona(
    read_page: Reader[T],
    cursor: str | None,
    *,
    id: str,
    limit: int | None,
    status: str | None,
) -> Operation[T]:
    """Ask for one page of a persona's sessions."""
    query = query_string({"cursor": cursor or None, "limit": limit, "status": status})
    return Operation("GET", f"/v1/personas/{path_segment(id)}/chat/sessions{query}", json_reader(read_page))


def list_chat_sessions(
    read_page: Reader[T],
    cursor: str | None,
    *,
    persona_id: str | None,
    limit: int | None,
    status: str | None,
) -> Operation[T]:
    """Ask for one page of the sessions of the user of the credentials."""
    query = query_string({"personaId": persona_id, "cursor": cursor or None, "limit": limit, "status": status})
    return Operation("GET", f"/v1/chat/sessions{query}", json_reader(read_page))


def get_chat_session(*, id: str) -> Operation[ChatSession]:
    """Read one session."""
    return Operation("GET", f"/v1/chat/sessions/{path_segment(id)}", json_reader(view_of(ChatSession)))


def record_chat_turn(
    *, id: str, turn: int, messages: int, input_tokens: int, output_tokens: int, cost_usd_micros: int
) -> Operation[RecordChatTurnResponse]:
    """Count one exchange."""
    figures = {
        "turn": turn,
        "messages": messages,
        "inputTokens": input_tokens,
        "outputTokens": output_tokens,
        "costUsdMicros": cost_usd_micros,
    }
    target = f"/v1/chat/sessions/{path_segment(id)}/turns"
    return Operation("POST", target, json_reader(view_of(RecordChatTurnResponse)), body=json_body(figures))


def update_chat_session(
    *, id: str, title: str | None, metadata: dict[str, str] | None, archived: bool | None
) -> Operation[UpdateChatSessionResponse]:
    """Change the fields of a session that are given."""
    target = f"/v1/chat/sessions/{path_segment(id)}"
    body = json_body({"title": title, "metadata": metadata, "archived": archived})
    return Operation("PATCH", target, json_reader(view_of(UpdateChatSessionResponse)), body=body)


def end_chat_session(*, id: str) -> Operation[EndChatSessionResponse]:
    """End a session and keep its counters."""
    return Operation("POST", f"/v1/chat/sessions/{path_segment(id)}/end", json_reader(view_of(EndChatSessionResponse)))


def delete_chat_session(*, id: str) -> Operation[None]:
    """End a session and delete it for good."""
    target = f"/v1/chat/sessions/{path_segment(id)}"
    return Operation("DELETE", target, lambda body: None, missing_means_done=True)


def path_segment(id: object) -> str:
    """Encode an id so that it stays one segment of the path."""
    if not isinstance(id, str) or id in ("", ".", "..") or SURROGATE.search(id):
        raise UsageError(f"id must be the id of a persona or a session, given: {shown(id)}")
    return quote(id, safe="")


def query_string(parameters: Mapping[str, object]) -> str:
    """Encode the parameters that were given."""
    given = {name: value for name, value in parameters.items() if value is not None}
    try:
        return f"?{urlencode(given)}" if given else ""
    except Exception as cause:
        raise UsageError(f"The arguments cannot be sent in a query: {cause}") from cause


def json_body(fields: Mapping[str, object]) -> bytes:
    """Encode the fields of a body that were given."""
    given = {name: value for name, value in fields.items() if value is not None}
    try:
        return json.dumps(given, allow_nan=False).encode()
    except Exception as cause:
        raise UsageError(f"The arguments cannot be sent as JSON: {cause}") from cause


def json_reader(read: Reader[T]) -> Callable[[bytes], T]:
    """Return a reader of JSON bodies."""
    return lambda body: read(json.loads(body), "")
