"""What a call decides, told what happened and what time it is; nothing is sent here."""

from __future__ import annotations

import json
from typing import Any

import pytest

from answers import SESSION
from moonborn import APIConnectionError, APITimeoutError, MalformedResponseError, NotFoundError, ServerError
from moonborn import _operations as operations
from moonborn._answer import Answer
from moonborn._call import Call, Done, Wait
from moonborn._settings import Limits, Settings

STARTED = Answer(201, {}, json.dumps({"session": SESSION}).encode())
UNAVAILABLE = Answer(503, {}, b'{"message":"Service Unavailable"}')
NOT_FOUND = Answer(404, {}, b'{"error":{"code":"not_found","message":"There is no such session."}}')


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def start_call(limits: Limits | None = None, clock: Clock | None = None) -> Call[Any]:
    operation = operations.start_chat_session(
        id="psn_demo", persona_id="psn_demo", title=None, metadata=None, idempotency_key="order-4711"
    )
    return call_of(operation, limits, clock)


def delete_call() -> Call[None]:
    return call_of(operations.delete_chat_session(id="chs_1"))


def call_of(
    operation: operations.Operation[Any], limits: Limits | None = None, clock: Clock | None = None
) -> Call[Any]:
    settings = Settings("http://127.0.0.1:8787", "sk_test_secret", Limits())
    return Call(operation, settings, limits or Limits(), clock=clock or Clock(), jitter=lambda: 1.0)


def test_sends_the_same_request_on_every_attempt() -> None:
    call = start_call()
    before = (call.method, call.url, call.headers, call.body)
    call.failed(OSError("reset"), 1)
    assert (call.method, call.url, call.headers, call.body) == before
    assert call.url == "http://127.0.0.1:8787/v1/personas/psn_demo/chat/sessions"
    assert call.headers["idempotency-key"] == "order-4711"
    assert call.body == b'{"personaId": "psn_demo"}'


def test_a_read_has_neither_a_body_nor_a_key() -> None:
    call = call_of(operations.get_chat_session(id="chs_1"))
    assert call.body is None
    assert not {"idempotency-key", "content-type"} & set(call.headers)


def test_waits_longer_before_each_retry_and_then_gives_up() -> None:
    call = start_call()
    assert call.answered(UNAVAILABLE) == Wait(0.5)
    assert call.answered(UNAVAILABLE) == Wait(1.0)
    with pytest.raises(ServerError) as failure:
        call.answered(UNAVAILABLE)
    assert failure.value.idempotency_key == "order-4711"


def test_an_attempt_may_take_no_longer_than_the_call_has_left() -> None:
    clock = Clock()
    call = start_call(Limits(timeout=30, total_timeout=40), clock)
    assert call.attempt_timeout() == 30
    clock.now += 25
    assert call.attempt_timeout() == 15


def test_does_not_begin_a_wait_that_would_outlast_the_call() -> None:
    clock = Clock()
    call = start_call(Limits(total_timeout=10), clock)
    clock.now += 9.6
    with pytest.raises(APITimeoutError, match=r"no answer within 9\.6 seconds"):
        call.failed(TimeoutError(), 9.6)


def test_measures_a_date_in_retry_after_by_the_servers_own_clock() -> None:
    headers = {"date": "Tue, 14 Nov 2023 22:13:20 GMT", "retry-after": "Tue, 14 Nov 2023 22:13:25 GMT"}
    assert start_call().answered(Answer(503, headers, b"")) == Wait(5.5)


def test_a_success_after_a_lost_answer_is_the_result() -> None:
    call = start_call()
    call.failed(OSError("reset"), 1)
    outcome = call.answered(STARTED)
    assert isinstance(outcome, Done)
    assert outcome.result.session.session_id == SESSION["sessionId"]


def test_a_connection_that_stays_lost_is_an_error_with_its_cause() -> None:
    call, cause = start_call(Limits(max_retries=0)), OSError("reset")
    with pytest.raises(APIConnectionError) as failure:
        call.failed(cause, 1)
    assert failure.value.__cause__ is cause
    assert failure.value.idempotency_key == "order-4711"


@pytest.mark.parametrize("body", [b"", b"[" * 100_000, b"\xff", b'{"session": {}}', b"NaN"])
def test_a_success_without_anything_usable_is_an_error(body: bytes) -> None:
    with pytest.raises(MalformedResponseError) as failure:
        start_call(Limits(max_retries=0)).answered(Answer(201, {"x-request-id": "req_1"}, body))
    assert failure.value.request_id == "req_1"
    assert failure.value.status == 201


def test_a_delete_that_finds_nothing_is_an_error() -> None:
    with pytest.raises(NotFoundError):
        delete_call().answered(NOT_FOUND)


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
def test_a_delete_that_may_have_been_done_before_finds_nothing_and_is_done(status: int) -> None:
    call = delete_call()
    call.answered(Answer(status, {}, b""))
    assert call.answered(NOT_FOUND) == Done(None)


def test_a_delete_whose_answer_came_too_late_finds_nothing_and_is_done() -> None:
    call = delete_call()
    call.failed(TimeoutError(), 1)
    assert call.answered(NOT_FOUND) == Done(None)
