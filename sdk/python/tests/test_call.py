"""What a call decides, told what happened and what time it is; nothing is sent here."""

from __future__ import annotations

import json
from typing import Any

import pytest

from answers import SESSION
from moonborn import APIConnectionError, APITimeoutError, MalformedResponseError, NotFoundError, ServerError
from moonborn import _operations as operations
from moonborn._answer import Answer
from moonborn._api_key import KeyRing
from moonborn._call import Call, Wait
from moonborn._settings import settings_from
from moonborn.options import CallOptions
from moonborn.responses import APIResponse

KEYS = KeyRing("sk_test_secret")
STARTED = Answer(201, {}, json.dumps({"session": SESSION}).encode(), KEYS)
UNAVAILABLE = Answer(503, {}, b'{"message":"Service Unavailable"}', KEYS)
NOT_FOUND = Answer(404, {}, b'{"error":{"code":"not_found","message":"There is no such session."}}', KEYS)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def start_call(options: CallOptions | None = None, clock: Clock | None = None) -> Call[Any]:
    operation = operations.start_chat_session(
        id="psn_demo", persona_id="psn_demo", title=None, metadata=None, idempotency_key="order-4711"
    )
    return call_of(operation, options, clock)


def delete_call() -> Call[None]:
    return call_of(operations.delete_chat_session(id="chs_1"))


def call_of(
    operation: operations.Operation[Any], options: CallOptions | None = None, clock: Clock | None = None
) -> Call[Any]:
    settings = settings_from(api_key="sk_test_secret", base_url="http://127.0.0.1:8787")
    return Call(operation, settings, options or {}, clock=clock or Clock(), jitter=lambda: 1.0)


def test_sends_the_same_request_on_every_attempt() -> None:
    call = start_call()
    first = call.next_attempt()
    call.failed(OSError("reset"))
    again = call.next_attempt()
    assert again.headers("key") == {**first.headers("key"), "x-moonborn-retry-count": "1"}
    assert (again.method, again.url, again.body) == (first.method, first.url, first.body)
    assert first.url == "http://127.0.0.1:8787/v1/personas/psn_demo/chat/sessions"
    assert first.headers("key")["idempotency-key"] == "order-4711"
    assert first.body == b'{"personaId": "psn_demo"}'


def test_a_read_has_neither_a_body_nor_a_key() -> None:
    attempt = call_of(operations.get_chat_session(id="chs_1")).next_attempt()
    assert attempt.body is None
    assert not {"idempotency-key", "content-type"} & set(attempt.headers("key"))


def test_waits_longer_before_each_retry_and_then_gives_up() -> None:
    call = start_call()
    assert call.answered(UNAVAILABLE) == Wait(0.5)
    assert call.answered(UNAVAILABLE) == Wait(1.0)
    with pytest.raises(ServerError) as failure:
        call.answered(UNAVAILABLE)
    assert failure.value.idempotency_key == "order-4711"


def test_an_attempt_may_take_no_longer_than_the_call_has_left() -> None:
    clock = Clock()
    call = start_call({"timeout": 30, "total_timeout": 40}, clock)
    assert call.next_attempt().seconds == 30
    clock.now += 25
    assert call.next_attempt().seconds == 15


def test_does_not_begin_a_wait_that_would_outlast_the_call() -> None:
    clock = Clock()
    call = start_call({"total_timeout": 10}, clock)
    call.next_attempt()
    clock.now += 9.6
    with pytest.raises(APITimeoutError, match=r"no answer within 10 seconds"):
        call.failed(TimeoutError())


def test_measures_a_date_in_retry_after_by_the_servers_own_clock() -> None:
    headers = {"date": "Tue, 14 Nov 2023 22:13:20 GMT", "retry-after": "Tue, 14 Nov 2023 22:13:25 GMT"}
    assert start_call().answered(Answer(503, headers, b"", KEYS)) == Wait(5.5)


def test_a_success_after_a_lost_answer_is_the_result() -> None:
    call = start_call()
    call.failed(OSError("reset"))
    outcome = call.answered(STARTED)
    assert isinstance(outcome, APIResponse)
    assert outcome.data.session.session_id == SESSION["sessionId"]


def test_a_connection_that_stays_lost_is_an_error_with_its_cause() -> None:
    call, cause = start_call({"max_retries": 0}), OSError("reset")
    with pytest.raises(APIConnectionError) as failure:
        call.failed(cause)
    assert failure.value.__cause__ is cause
    assert failure.value.idempotency_key == "order-4711"


@pytest.mark.parametrize("body", [b"", b"[" * 100_000, b"\xff", b'{"session": {}}', b"NaN"])
def test_a_success_without_anything_usable_is_an_error(body: bytes) -> None:
    with pytest.raises(MalformedResponseError) as failure:
        start_call({"max_retries": 0}).answered(Answer(201, {"x-request-id": "req_1"}, body, KEYS))
    assert failure.value.request_id == "req_1"
    assert failure.value.status == 201


def test_a_delete_that_finds_nothing_is_an_error() -> None:
    with pytest.raises(NotFoundError):
        delete_call().answered(NOT_FOUND)


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
def test_a_delete_that_may_have_been_done_before_finds_nothing_and_is_done(status: int) -> None:
    call = delete_call()
    call.answered(Answer(status, {}, b"", KEYS))
    assert_done(call.answered(NOT_FOUND))


def test_a_delete_whose_answer_came_too_late_finds_nothing_and_is_done() -> None:
    call = delete_call()
    call.failed(TimeoutError())
    assert_done(call.answered(NOT_FOUND))


def assert_done(outcome: APIResponse[None] | Wait) -> None:
    assert isinstance(outcome, APIResponse)
    assert outcome.data is None
