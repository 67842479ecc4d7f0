"""Results: typed, and the JSON all the same."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from answers import SESSION
from moonborn import EndChatSessionResult, RecordChatTurnResult, Session, StartChatSessionResult


def test_a_result_reads_by_attribute_and_as_json() -> None:
    result = StartChatSessionResult({"session": SESSION})
    assert result.session.session_id == SESSION["sessionId"]
    assert result["session"]["sessionId"] == SESSION["sessionId"]
    assert result.to_dict() == {"session": SESSION}
    assert "session" in result


def test_every_published_field_is_an_attribute() -> None:
    session = Session(SESSION)
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
    assert EndChatSessionResult({"session": SESSION, "alreadyEnded": True}).already_ended is True


def test_a_turn_says_whether_it_had_been_recorded_before() -> None:
    assert RecordChatTurnResult({"session": SESSION, "alreadyRecorded": True}).already_recorded is True


def test_a_session_has_metadata_where_some_was_given() -> None:
    assert Session(SESSION).metadata is None
    assert Session({**SESSION, "metadata": {}}).metadata == {}
    assert Session({**SESSION, "metadata": {"topic": "travel"}}).metadata == {"topic": "travel"}


def test_fields_and_statuses_of_a_newer_server_are_kept() -> None:
    session = Session({**SESSION, "mood": "fine", "status": "paused"})
    assert session["mood"] == session.to_dict()["mood"] == "fine"
    assert session.status == "paused"


@pytest.mark.parametrize("name", SESSION)
def test_a_missing_field_is_refused_by_name(name: str) -> None:
    without = {key: value for key, value in SESSION.items() if key != name}
    with pytest.raises(ValueError, match=f"^session.{name} is missing$"):
        StartChatSessionResult({"session": without})


@pytest.mark.parametrize("name", SESSION)
def test_null_in_place_of_a_field_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=rf"^{name} is null instead of a (string|number)$"):
        Session({**SESSION, name: None})


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
        Session({**SESSION, name: value})


def test_a_whole_number_with_a_point_is_a_whole_number() -> None:
    count = Session({**SESSION, "messageCount": 3.0}).message_count
    assert (count, type(count)) == (3, int)


def test_a_copy_as_json_is_the_callers_own() -> None:
    result = StartChatSessionResult({"session": SESSION})
    result.to_dict()["session"]["title"] = "Changed"
    assert result["session"]["title"] == "Chat with Demo"


def test_a_result_cannot_be_changed_by_attribute() -> None:
    session = Session(SESSION)
    with pytest.raises(AttributeError):
        session.title = "Changed"  # pyright: ignore[reportAttributeAccessIssue]


def test_equal_json_makes_equal_results() -> None:
    assert Session(SESSION) == Session(dict(SESSION))
    assert Session(SESSION) != Session({**SESSION, "title": "Other"})
    assert Session(SESSION) != SESSION


def test_results_survive_pickling_and_copying() -> None:
    session = Session(SESSION)
    assert pickle.loads(pickle.dumps(session)).title == "Chat with Demo"
    assert copy.deepcopy(session) == session
