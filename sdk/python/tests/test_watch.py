"""What callers see of their calls, beyond the scenarios: where lines go, and what many threads are told."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from typing import Any

import pytest

from answers import SESSION
from moonborn import APITimeoutError, Moonborn, NearCap, UsageError
from moonborn._answer import Answer
from moonborn._api_key import MOST_KEYS_KEPT, KeyRing
from moonborn._http import library as httpx

LINE = "GET /v1/chat/sessions/chs_1 200 in "
PROGRAM = """
import logging, sys
from moonborn import Moonborn
from moonborn._http import library
{set_up}
transport = library.MockTransport(lambda request: library.Response(404))
with library.Client(transport=transport) as http_client:
    try:
        Moonborn(api_key="sk_test_given", http_client=http_client).chat.get_chat_session(id="chs_1")
    except Exception:
        pass
"""


def answers_session(request: Any) -> Any:
    return httpx.Response(200, json=SESSION)


def client_of(handler: Any = answers_session, **options: Any) -> Moonborn:
    http_client = httpx.Client(transport=httpx.MockTransport(handler))
    settings: dict[str, Any] = {"api_key": "sk_test_given", "http_client": http_client, **options}
    return Moonborn(**settings)


def test_the_packages_own_logger_is_used_and_its_level_does_not_matter(caplog: pytest.LogCaptureFixture) -> None:
    client_of(log_level="info").chat.get_chat_session(id="chs_1")
    (record,) = caplog.records
    assert (record.name, record.levelname) == ("moonborn", "INFO")
    assert record.getMessage().startswith(LINE)


def test_a_disabled_logger_stays_silent(caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("moonborn.test")
    logger.disabled = True
    client_of(log_level="info", logger=logger).chat.get_chat_session(id="chs_1")
    assert caplog.records == []


@pytest.mark.parametrize(
    ("set_up", "level", "lines"),
    [
        ("", "warn", ["moonborn: GET /v1/chat/sessions/chs_1 404"]),
        ("", "WARN", ["moonborn: GET /v1/chat/sessions/chs_1 404"]),
        ("", "error", []),
        ("", "", []),
        (
            "logging.basicConfig(format='%(levelname)s %(message)s')",
            "warn",
            ["WARNING GET /v1/chat/sessions/chs_1 404"],
        ),
    ],
)
def test_lines_go_to_the_handlers_that_there_are_else_to_stderr(set_up: str, level: str, lines: list[str]) -> None:
    command = [sys.executable, "-c", PROGRAM.format(set_up=set_up)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, env={"MOONBORN_LOG": level})
    assert run.returncode == 0
    assert [line.partition(" in ")[0] for line in run.stderr.splitlines()] == lines


def test_a_level_that_the_environment_made_up_is_a_usage_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOONBORN_LOG", "loud")
    with pytest.raises(UsageError, match=r"MOONBORN_LOG.*'loud'"):
        Moonborn(api_key="sk_test_given")


def test_many_threads_hear_of_a_window_once() -> None:
    told: list[NearCap] = []
    headers = {"x-ratelimit-limit": "100", "x-ratelimit-remaining": "1", "x-ratelimit-reset": "4102444800"}

    def nearly_used_up(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=SESSION, headers=headers)

    client = client_of(nearly_used_up, on_rate_limit_near_cap=told.append)
    with ThreadPoolExecutor(16) as pool:
        for call in [pool.submit(client.chat.get_chat_session, id="chs_1") for _ in range(64)]:
            assert call.result().persona_id == "psn_demo"
    assert len(told) == 1


@pytest.mark.parametrize("reset", ["9" * 30, "9" * 5000, "-1", "1e3", "", "²"])
def test_a_reset_that_is_no_time_is_no_rate_limit(reset: str) -> None:
    headers = {"x-ratelimit-limit": "100", "x-ratelimit-remaining": "1", "x-ratelimit-reset": reset}
    assert Answer(200, headers, b"", KeyRing("key")).rate_limit is None


def test_a_reset_is_a_time_that_knows_its_zone() -> None:
    headers = {"x-ratelimit-limit": "100", "x-ratelimit-remaining": "1", "x-ratelimit-reset": "1795458480"}
    rate_limit = Answer(200, headers, b"", KeyRing("key")).rate_limit
    assert rate_limit is not None
    assert rate_limit.reset_at == datetime(2026, 11, 23, 18, 28, tzinfo=timezone.utc)


def test_a_function_that_gives_no_key_in_time_ends_the_attempt() -> None:
    released = threading.Event()
    client = client_of(api_key=lambda: str(released.wait(60)), timeout=0.2, max_retries=0)
    with pytest.raises(APITimeoutError):
        client.chat.get_chat_session(id="chs_1")
    released.set()


def test_an_async_function_is_refused_by_the_blocking_client() -> None:
    async def key() -> str:
        return "sk_test_given"

    with pytest.raises(UsageError, match="AsyncMoonborn awaits it"):
        client_of(api_key=key).chat.get_chat_session(id="chs_1")


def test_the_error_of_a_function_that_fails_has_its_cause_and_the_key_of_the_start() -> None:
    failure = OSError("no token today")

    def key() -> str:
        raise failure

    with pytest.raises(UsageError, match="The function api_key raised OSError") as refusal:
        client_of(api_key=key).chat.start_chat_session(id="psn_1", persona_id="psn_1", idempotency_key="order-4711")
    assert refusal.value.__cause__ is failure
    assert refusal.value.idempotency_key == "order-4711"


@pytest.mark.parametrize("arguments", [{"title": b"bytes"}, {"timeout": 0}, {"headers": {"accept": "x"}}])
def test_an_error_of_a_start_that_was_never_sent_has_its_key_too(arguments: dict[str, Any]) -> None:
    given: dict[str, Any] = {"id": "psn_1", "persona_id": "psn_1", "idempotency_key": "order-4711", **arguments}
    with pytest.raises(UsageError) as refusal:
        client_of().chat.start_chat_session(**given)
    assert refusal.value.idempotency_key == "order-4711"


def test_the_last_keys_of_a_function_are_remembered_and_the_memory_does_not_grow() -> None:
    given = iter(range(3 * MOST_KEYS_KEPT))
    keys = KeyRing(lambda: f"sk_test_{next(given):04}")
    made = [keys.key() for _ in range(3 * MOST_KEYS_KEPT)]
    assert keys.without(f"{made[-1]} {made[-MOST_KEYS_KEPT]} {made[0]}") == f"[API key] [API key] {made[0]}"


def test_a_key_that_begins_another_one_is_taken_out_after_it() -> None:
    given = iter(["sk_test_1", "sk_test_12"])
    keys = KeyRing(lambda: next(given))
    assert (keys.key(), keys.key()) == ("sk_test_1", "sk_test_12")
    assert keys.without("sk_test_12 and sk_test_1") == "[API key] and [API key]"


def test_a_header_that_repeats_the_key_as_the_request_id_does_not_show_it() -> None:
    def repeats(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=SESSION, headers={"x-request-id": "sk_test_given"})

    client = client_of(repeats)
    assert client.chat.get_chat_session(id="chs_1").request_id == "[API key]"


def test_an_option_that_does_not_exist_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="retries"):
        Moonborn(api_key="sk_test_given", retries=2)  # pyright: ignore[reportCallIssue]
    with pytest.raises(TypeError, match="retries"):
        client_of().chat.get_chat_session(id="chs_1", retries=2)  # pyright: ignore[reportCallIssue]
