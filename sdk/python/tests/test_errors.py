"""Errors: what they say, what they carry, and what they never show."""

from __future__ import annotations

import inspect
import pickle

import pytest

from moonborn import APIError, MoonbornError, NotFoundError, ServerError, errors
from moonborn._answer import Answer, error_of
from moonborn._api_key import KeyRing

CLASSES = [value for value in vars(errors).values() if inspect.isclass(value) and issubclass(value, Exception)]


def error(status: int, body: bytes, **headers: str) -> APIError:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    found = error_of(Answer(status, named, body, KeyRing("sk_test_secret")))
    found.idempotency_key = "order-4711"
    return found


def test_an_error_carries_what_the_server_said() -> None:
    found = error(
        404,
        b'{"error":{"code":"not_found","message":"There is no such persona.","details":{"id":"psn_1"}}}',
        x_request_id="req_1",
        retry_after="7",
    )
    assert type(found) is NotFoundError
    assert (found.status, found.code, found.message) == (404, "not_found", "There is no such persona.")
    assert (found.request_id, found.details, found.retry_after_seconds) == ("req_1", {"id": "psn_1"}, 7.0)
    assert str(found) == "404 not_found: There is no such persona. (request req_1)"


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"<html>", b'{"error":null}', b'{"error":"no"}', b"\xff"])
def test_an_answer_that_is_not_ours_is_still_a_typed_error(body: bytes) -> None:
    found = error(502, body)
    assert type(found) is ServerError
    assert str(found) == "502 http_502: The server answered 502 without saying why."


def test_a_key_that_the_server_repeats_is_taken_out_everywhere() -> None:
    found = error(
        401,
        b'{"error":{"code":"unauthorized","message":"No key sk_test_secret","details":{"a":[{"b":"sk_test_secret"}]}}}',
    )
    assert "sk_test_secret" not in f"{found} {found!r} {vars(found)}"
    assert found.details == {"a": [{"b": "[API key]"}]}


@pytest.mark.parametrize("error_class", CLASSES)
def test_every_error_says_when_it_is_raised_and_what_it_carries(error_class: type[Exception]) -> None:
    assert issubclass(error_class, MoonbornError)
    assert error_class is MoonbornError or (vars(error_class)["__doc__"] or "").startswith("Raised")


def test_an_error_survives_the_way_between_processes() -> None:
    found = pickle.loads(pickle.dumps(error(404, b"", x_request_id="req_1")))
    assert type(found) is NotFoundError
    assert (found.status, found.request_id, found.idempotency_key) == (404, "req_1", "order-4711")
