"""Results: typed, and the JSON all the same."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import pytest

from answers import SESSION
from moonborn import (
    ChatSession,
    ChatSessionPage,
    EndChatSessionResponse,
    NotFoundError,
    RecordChatTurnResponse,
    StartChatSessionResponse,
    UpdateChatSessionResponse,
    UsageError,
)
from scenarios import SDK_FOLDER


def test_a_result_reads_by_attribute_and_as_json() -> None:
    result = StartChatSessionResponse.from_dict({"session": SESSION})
    assert result.session.session_id == SESSION["sessionId"]
    assert result["session"]["sessionId"] == SESSION["sessionId"]
    assert result.to_dict() == {"session": SESSION}
    assert "session" in result


def test_every_published_field_is_an_attribute() -> None:
    session = ChatSession.from_dict(SESSION)
    assert session.org_id == "org_demo"
    assert session.workspace_id == "ws_demo"
    assert session.persona_id == "psn_demo"
    assert session.user_id == "usr_demo"
    assert session.title == "Chat with Demo"
    assert session.status == "active"
    assert (session.message_count, session.input_tokens, session.output_tokens) == (1, 2, 3)
    assert session.cost_usd_micros == 4
    assert session.started_at == session.last_active_at == "2025-01-02T03:04:05.678Z"
    assert session.ended_at == ""


def test_an_end_says_whether_the_session_had_ended_before() -> None:
    assert EndChatSessionResponse.from_dict({"session": SESSION, "alreadyEnded": True}).already_ended is True


def test_a_turn_says_whether_it_had_been_recorded_before() -> None:
    assert RecordChatTurnResponse.from_dict({"session": SESSION, "alreadyRecorded": True}).already_recorded is True


def test_a_session_has_metadata_where_some_was_given() -> None:
    assert ChatSession.from_dict(SESSION).metadata is None
    assert ChatSession.from_dict({**SESSION, "metadata": {}}).metadata == {}
    assert ChatSession.from_dict({**SESSION, "metadata": {"topic": "travel"}}).metadata == {"topic": "travel"}


def test_fields_and_statuses_of_a_newer_server_are_kept() -> None:
    session = ChatSession.from_dict({**SESSION, "mood": "fine", "status": "paused"})
    assert session["mood"] == session.to_dict()["mood"] == "fine"
    assert session.status == "paused"


@pytest.mark.parametrize("name", SESSION)
def test_a_missing_field_is_refused_by_name(name: str) -> None:
    without = {key: value for key, value in SESSION.items() if key != name}
    with pytest.raises(ValueError, match=f"^session.{name} is missing$"):
        StartChatSessionResponse.from_dict({"session": without})


@pytest.mark.parametrize("name", SESSION)
def test_null_in_place_of_a_field_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=rf"^{name} is null instead of a (string|number)$"):
        ChatSession.from_dict({**SESSION, name: None})


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("title", 7, "title is a number instead of a string"),
        ("title", {}, "title is an object instead of a string"),
        ("messageCount", "7", "messageCount is a string instead of a number"),
        ("messageCount", True, "messageCount is a boolean instead of a number"),
        ("messageCount", 1.5, "messageCount is 1.5 instead of a whole number"),
        ("messageCount", float("inf"), "messageCount is inf instead of a whole number"),
        ("metadata", None, "metadata is null instead of an object"),
        ("metadata", {"topic": 7}, "metadata.topic is a number instead of a string"),
    ],
)
def test_a_field_of_another_type_is_refused(name: str, value: Any, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{reason}$"):
        ChatSession.from_dict({**SESSION, name: value})


def test_a_whole_number_with_a_point_is_a_whole_number() -> None:
    count = ChatSession.from_dict({**SESSION, "messageCount": 3.0}).message_count
    assert (count, type(count)) == (3, int)


def test_a_copy_as_json_is_the_callers_own() -> None:
    result = StartChatSessionResponse.from_dict({"session": SESSION})
    result.to_dict()["session"]["title"] = "Changed"
    assert result["session"]["title"] == "Chat with Demo"


def test_a_result_cannot_be_changed_by_attribute() -> None:
    session = ChatSession.from_dict(SESSION)
    with pytest.raises(AttributeError):
        session.title = "Changed"  # pyright: ignore[reportAttributeAccessIssue]


def test_equal_json_makes_equal_results() -> None:
    assert ChatSession.from_dict(SESSION) == ChatSession.from_dict(dict(SESSION))
    assert ChatSession.from_dict(SESSION) != ChatSession.from_dict({**SESSION, "title": "Other"})
    assert ChatSession.from_dict(SESSION) != SESSION


def test_results_survive_pickling_and_copying() -> None:
    session = ChatSession.from_dict(SESSION)
    assert pickle.loads(pickle.dumps(session)).title == "Chat with Demo"
    assert copy.deepcopy(session) == session


def test_equal_results_have_one_place_in_a_set() -> None:
    end = EndChatSessionResponse.from_dict({"session": {**SESSION, "tags": ["a", {"b": None}]}, "alreadyEnded": True})
    assert len({end, copy.deepcopy(end), EndChatSessionResponse.from_dict(end.to_dict())}) == 1
    one, same, other = (ChatSession.from_dict({**SESSION, "messageCount": count}) for count in (3, 3.0, 4))
    assert len({one, same, other}) == 2
    page = ChatSessionPage.from_dict({"items": [SESSION], "nextCursor": ""})
    assert hash(page) == hash(ChatSessionPage(items=[ChatSession.from_dict(SESSION)], next_cursor=""))


def test_the_hash_of_a_result_does_not_change() -> None:
    json = {**SESSION, "metadata": {"topic": "travel"}}
    session = ChatSession.from_dict(json)
    before = hash(session)
    json["title"] = "Changed"
    session["metadata"]["topic"] = "music"
    session.to_dict()["metadata"]["topic"] = "music"
    assert hash(session) == before
    assert session["metadata"] == {"topic": "travel"}


def test_results_and_errors_inside_anything_are_json_as_the_read_me_says() -> None:
    error = NotFoundError("There is no such session.", status=404, request_id="req_1")
    kept = {"session": ChatSession.from_dict(SESSION), "errors": [error]}
    written = json.dumps(kept, default=lambda value: value.to_dict())
    assert json.loads(written)["session"] == SESSION
    assert json.loads(written)["errors"][0]["request_id"] == "req_1"
    assert "default=lambda value: value.to_dict()" in (SDK_FOLDER / "python/README.md").read_text()


def test_a_caller_makes_results_of_fields_as_of_json() -> None:
    session = ChatSession(
        session_id=SESSION["sessionId"],
        org_id="org_demo",
        workspace_id="ws_demo",
        persona_id="psn_demo",
        user_id="usr_demo",
        title="Chat with Demo",
        status="active",
        message_count=1,
        input_tokens=2,
        output_tokens=3,
        cost_usd_micros=4,
        started_at=SESSION["startedAt"],
        last_active_at=SESSION["lastActiveAt"],
        ended_at="",
    )
    assert session == ChatSession.from_dict(SESSION)
    assert session.request_id is None
    result = StartChatSessionResponse(session=session)
    assert result.to_dict() == {"session": SESSION}
    assert result.session == session
    assert list(ChatSessionPage(items=[session], next_cursor="")) == [session]


def test_a_page_that_a_caller_made_fetches_no_other() -> None:
    with pytest.raises(UsageError, match="not fetched by a client"):
        ChatSessionPage(items=[], next_cursor="c").next_page()


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({}, "UpdateChatSessionResponse needs session"),
        ({"session": None, "mood": 1}, "UpdateChatSessionResponse has no field mood"),
    ],
)
def test_a_result_of_the_wrong_fields_is_refused(fields: dict[str, Any], problem: str) -> None:
    with pytest.raises(TypeError, match=f"^{problem}$"):
        UpdateChatSessionResponse(**fields)


def test_a_result_of_wrong_values_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^session is a string instead of an object$"):
        StartChatSessionResponse(session="chs_1")  # pyright: ignore[reportArgumentType]
