"""Whatever the environment, the arguments and the transport do, the error is a MoonbornError, with its cause."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from answers import SESSION
from moonborn import APIConnectionError, APIError, AsyncMoonborn, Moonborn, MoonbornError, UsageError
from moonborn._http import library as httpx

KEY = "sk_test_given"


class Angry:
    """Fails when it is shown, compared or turned into anything."""

    def __repr__(self) -> str:
        raise RuntimeError("no text of mine")

    __str__ = __repr__


ODD: list[Any] = [5, 1.5, b"bytes", True, object(), ["x"], {"x": 1}, Angry(), Decimal(1), lambda: None]
SETTINGS = {
    "api_key": "API key",
    "base_url": "base_url",
    "default_headers": "[Hh]eader",
    "http_client": "http_client",
    "log_level": "log_level",
    "logger": "logger",
    "max_retries": "max_retries",
    "on_rate_limit_near_cap": "on_rate_limit_near_cap",
    "on_retry": "on_retry",
    "timeout": "timeout",
    "total_timeout": "total_timeout",
}
LONG_INTEGER = 10**5000  # has no text: Python refuses to make one


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:  # pyright: ignore[reportUnusedFunction]
    for name in ("MOONBORN_API_KEY", "MOONBORN_BASE_URL", "ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.mark.parametrize("client_class", [Moonborn, AsyncMoonborn])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALL_PROXY", "socks5://127.0.0.1:1"),
        ("HTTPS_PROXY", "gopher://127.0.0.1"),
        ("HTTP_PROXY", "http://[::1"),
        ("NO_PROXY", "[::1"),
        ("SSL_CERT_FILE", "/no/such/file"),
    ],
)
def test_an_environment_that_no_client_can_be_made_in_is_a_usage_error(
    client_class: Any, name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    try:
        httpx.Client().close()
    except Exception as error:
        expected: type[Exception] | None = type(error)
    else:
        pytest.skip("this httpx can be made in it, having socksio or reading less of the environment")
    with pytest.raises(UsageError, match=name) as refusal:
        client_class(api_key=KEY)
    assert type(refusal.value.__cause__) is expected


@pytest.mark.parametrize("client_class", [Moonborn, AsyncMoonborn])
@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("value", ODD, ids=lambda value: type(value).__name__)
def test_a_setting_of_another_type_is_a_usage_error(client_class: Any, setting: str, value: Any) -> None:
    if isinstance(value, (int, float)) and (setting.endswith("timeout") or (setting == "max_retries" and value != 1.5)):
        pytest.skip("a number")
    if callable(value) and (setting.startswith("on_") or setting == "api_key"):
        pytest.skip("a function")
    with pytest.raises(UsageError, match=SETTINGS[setting]):
        client_class(**{"api_key": KEY, setting: value})


@pytest.mark.parametrize("value", [LONG_INTEGER, -LONG_INTEGER, "5", 10**400], ids=["long", "-long", "text", "huge"])
def test_a_timeout_that_is_no_number_of_seconds_is_a_usage_error(value: Any) -> None:
    with pytest.raises(UsageError, match="timeout must be"):
        Moonborn(api_key=KEY, timeout=value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "2", -LONG_INTEGER], ids=["nan", "inf", "text", "-long"])
def test_a_number_of_retries_that_is_none_is_a_usage_error(value: Any) -> None:
    with pytest.raises(UsageError, match="max_retries must be"):
        Moonborn(api_key=KEY, max_retries=value)


@pytest.mark.parametrize(
    "base_url",
    [
        "http://[::1",
        "http://[nope]",
        "http://host:99999",
        "http://host:abc",
        "http://exa mple.com",
        "http://host\n",
        " http://host",
        "http://host/?",
        "http://host/#",
        "http:///path",
        "http://a..b",
        "http://.example.com",
        "http://\u2603.net",
        f"http://{'a' * 64}.com",
        "http://\ud800",
        "http://host/\ud800",
        f"http://host/{'a' * 70_000}",
        "//host",
        "http://:secret@host",
        "http://user:secret@[::1",
    ],
)
def test_an_address_that_no_call_can_use_is_a_usage_error(base_url: str) -> None:
    with pytest.raises(UsageError, match="base_url") as refusal:
        Moonborn(api_key=KEY, base_url=base_url)
    assert "secret" not in str(refusal.value)


def test_addresses_that_can_be_used_are_taken() -> None:
    for base_url in ("http://[::1]:8787", "HTTPS://api.moonborn.co/v0/", "http://m\u00fcnchen.example", "http://a_b"):
        Moonborn(api_key=KEY, base_url=base_url).close()


FIGURES = ("turn", "messages", "input_tokens", "output_tokens", "cost_usd_micros")
NOTHING_SENT: list[tuple[str, dict[str, Any]]] = [
    *(("get_chat_session", {"id": value}) for value in [*ODD, None, "chs_\ud83d"]),
    ("end_chat_session", {"id": 5}),
    ("delete_chat_session", {"id": b"chs_1"}),
    ("list_chat_sessions_for_persona", {"id": object()}),
    ("list_chat_sessions_for_persona", {"id": "psn_1", "cursor": "\ud83d"}),
    ("list_chat_sessions_for_persona", {"id": "psn_1", "limit": Angry()}),
    ("start_chat_session", {"id": 5, "persona_id": "psn_1"}),
    ("start_chat_session", {"id": "psn_1", "persona_id": object()}),
    ("start_chat_session", {"id": "psn_1", "persona_id": "psn_1", "title": b"bytes"}),
    ("start_chat_session", {"id": "psn_1", "persona_id": "psn_1", "title": float("nan")}),
    ("start_chat_session", {"id": "psn_1", "persona_id": "psn_1", "metadata": {"topic": b"bytes"}}),
    ("start_chat_session", {"id": "psn_1", "persona_id": "psn_1", "idempotency_key": 5}),
    ("list_chat_sessions", {"persona_id": "\ud83d"}),
    ("record_chat_turn", {"id": "", **dict.fromkeys(FIGURES, 1)}),
    ("record_chat_turn", {"id": "chs_1", **dict.fromkeys(FIGURES, Decimal(1))}),
    ("update_chat_session", {"id": ".."}),
    ("update_chat_session", {"id": "chs_1", "archived": object()}),
    ("get_chat_session", {"id": "chs_1", "timeout": "5"}),
    ("get_chat_session", {"id": "chs_1", "max_retries": object()}),
    ("get_chat_session", {"id": "c" * 70_000}),
    *(("get_chat_session", {"id": "chs_1", "headers": value}) for value in ODD),
    ("get_chat_session", {"id": "chs_1", "headers": {5: "x"}}),
    ("get_chat_session", {"id": "chs_1", "headers": {"": "x"}}),
    ("get_chat_session", {"id": "chs_1", "headers": {"x-team\n": "x"}}),
    ("get_chat_session", {"id": "chs_1", "headers": {"x-team": "\u00e4"}}),
]


@pytest.mark.parametrize(("name", "arguments"), NOTHING_SENT, ids=lambda part: part if isinstance(part, str) else "")
def test_arguments_that_cannot_be_sent_are_a_usage_error(name: str, arguments: dict[str, Any]) -> None:
    sent: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200, json=SESSION)

    for failure in (blocking_failure(handler, name, arguments), async_failure(handler, name, arguments)):
        assert type(failure) is UsageError
    assert sent == []


@pytest.mark.parametrize("timeout", [1e300, 10**15, 3_000_000])
def test_a_timeout_longer_than_any_clock_takes_is_a_long_one(timeout: float) -> None:
    http_client = httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(200, json=SESSION)))
    with Moonborn(api_key=KEY, http_client=http_client, timeout=timeout, total_timeout=timeout) as client:
        assert client.chat.get_chat_session(id="chs_1").persona_id == "psn_demo"

    async def get() -> str:
        async_client = httpx.AsyncClient(
            transport=httpx.MockTransport(lambda request: httpx.Response(200, json=SESSION))
        )
        client = AsyncMoonborn(api_key=KEY, http_client=async_client, timeout=timeout, total_timeout=timeout)
        return (await client.chat.get_chat_session(id="chs_1")).persona_id

    assert asyncio.run(get()) == "psn_demo"


def test_a_timeout_longer_than_a_socket_takes_is_a_long_one(scenario_server: str) -> None:
    with Moonborn(api_key=KEY, base_url=f"{scenario_server}/long/start", timeout=1e12, total_timeout=1e12) as client:
        assert client.chat.start_chat_session(id="psn_demo", persona_id="psn_demo").session.status == "active"


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("Event loop is closed"),
        KeyError("host"),
        OSError("no route"),
        UnicodeError("label too long"),
        httpx.CookieConflict("two cookies"),
        httpx.StreamClosed(),
        AssertionError(),
        RuntimeError(f"sent Bearer {KEY}"),
    ],
    ids=repr,
)
def test_whatever_a_transport_raises_is_a_connection_error_with_its_cause(error: Exception) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise error

    for failure in (
        blocking_failure(handler, "get_chat_session", {"id": "chs_1"}),
        async_failure(handler, "get_chat_session", {"id": "chs_1"}),
    ):
        assert type(failure) is APIConnectionError
        assert failure.__cause__ is error
        assert KEY not in str(failure)


def test_a_hook_of_a_callers_client_that_raises_is_a_connection_error() -> None:
    def hook(response: httpx.Response) -> None:
        response.raise_for_status()

    transport = httpx.MockTransport(lambda request: httpx.Response(404))
    with httpx.Client(transport=transport, event_hooks={"response": [hook]}) as http_client:
        client = Moonborn(api_key=KEY, http_client=http_client, max_retries=0)
        with pytest.raises(APIConnectionError) as failure:
            client.chat.get_chat_session(id="chs_1")
    assert isinstance(failure.value.__cause__, httpx.HTTPStatusError)


@pytest.mark.parametrize("depth", [300, 600, 900, 5_000, 100_000])
def test_an_error_that_is_nested_deeper_than_python_goes_is_still_typed(depth: int) -> None:
    body = b'{"error":{"code":"not_found","message":"Gone.","details":' + b'{"a":' * depth + b"1" + b"}" * depth + b"}}"
    failure = blocking_failure(lambda request: httpx.Response(404, content=body), "get_chat_session", {"id": "chs_1"})
    assert isinstance(failure, APIError)
    assert (failure.status, failure.code) == (404, "not_found")


def test_a_coroutine_under_no_event_loop_is_told_where_to_run() -> None:
    client = AsyncMoonborn(api_key=KEY)
    with pytest.raises(UsageError, match="asyncio or trio"):
        client.chat.get_chat_session(id="chs_1").send(None)


def blocking_failure(
    handler: Callable[[httpx.Request], httpx.Response], name: str, arguments: dict[str, Any]
) -> MoonbornError:
    with httpx.Client(transport=httpx.MockTransport(handler)) as http_client:
        client = Moonborn(api_key=KEY, http_client=http_client, max_retries=0)
        with pytest.raises(MoonbornError) as failure:
            getattr(client.chat, name)(**arguments)
    return failure.value


def async_failure(
    handler: Callable[[httpx.Request], httpx.Response], name: str, arguments: dict[str, Any]
) -> MoonbornError:
    async def fail() -> None:
        async with httpx.AsyncClient(transport=httpx.MockTransport(handler)) as http_client:
            client = AsyncMoonborn(api_key=KEY, http_client=http_client, max_retries=0)
            await getattr(client.chat, name)(**arguments)

    with pytest.raises(MoonbornError) as failure:
        asyncio.run(fail())
    return failure.value
