"""How a client is set up."""

from __future__ import annotations

from typing import Any

import pytest

from moonborn import AsyncMoonborn, Moonborn, MoonbornError, UsageError
from moonborn._http import library as httpx


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:  # pyright: ignore[reportUnusedFunction]
    monkeypatch.delenv("MOONBORN_API_KEY", raising=False)
    monkeypatch.delenv("MOONBORN_BASE_URL", raising=False)


@pytest.mark.parametrize("client_class", [Moonborn, AsyncMoonborn])
def test_the_key_and_the_base_url_come_from_the_environment(client_class: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOONBORN_API_KEY", "sk_test_environment")
    monkeypatch.setenv("MOONBORN_BASE_URL", "http://127.0.0.1:8787/")
    assert "http://127.0.0.1:8787'" in repr(client_class())


def test_what_is_given_comes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOONBORN_BASE_URL", "http://127.0.0.1:1")
    assert "http://127.0.0.1:2" in repr(Moonborn(api_key="sk_test_given", base_url="http://127.0.0.1:2"))


def test_the_production_address_is_the_default() -> None:
    assert "https://api.moonborn.co" in repr(Moonborn(api_key="sk_test_given"))


@pytest.mark.parametrize("client_class", [Moonborn, AsyncMoonborn])
def test_no_key_at_all_is_refused_with_what_to_do(client_class: Any) -> None:
    with pytest.raises(UsageError, match="pass api_key or set MOONBORN_API_KEY"):
        client_class()


def test_a_key_that_no_header_can_carry_is_refused_without_being_shown() -> None:
    with pytest.raises(UsageError) as refusal:
        Moonborn(api_key="sk_test_secret\n")
    assert "sk_test_secret" not in f"{refusal.value!r} {refusal.value}"


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("base_url", "api.moonborn.co"),
        ("base_url", "ftp://api.moonborn.co"),
        ("base_url", "https://user:password@api.moonborn.co"),
        ("base_url", "https://api.moonborn.co?region=eu"),
        ("timeout", 0),
        ("timeout", -1),
        ("timeout", float("nan")),
        ("total_timeout", float("inf")),
        ("max_retries", -1),
        ("max_retries", 1.5),
    ],
)
def test_a_setting_that_cannot_work_is_refused(setting: str, value: object) -> None:
    settings: dict[str, Any] = {"api_key": "sk_test_given", setting: value}
    with pytest.raises(UsageError, match=setting):
        Moonborn(**settings)


def test_an_id_that_was_never_set_is_refused_by_name() -> None:
    with pytest.raises(UsageError, match="given: None"):
        Moonborn(api_key="sk_test_given").chat.get_chat_session(id=None)  # pyright: ignore[reportArgumentType]


def test_a_usage_error_is_also_a_value_error() -> None:
    with pytest.raises(ValueError, match="No API key"):
        Moonborn()
    assert issubclass(UsageError, MoonbornError)


def test_the_key_is_nowhere_in_a_client_as_printed() -> None:
    client = Moonborn(api_key="sk_test_hidden")
    printed = f"{client!r} {client} {client._sender.settings!r}"  # pyright: ignore[reportPrivateUsage]
    assert "sk_test_hidden" not in printed


def test_closing_closes_the_own_connections_and_leaves_a_callers_client_open() -> None:
    with httpx.Client() as callers:
        with Moonborn(api_key="sk_test_given", http_client=callers):
            pass
        assert not callers.is_closed

    own = Moonborn(api_key="sk_test_given", base_url="http://127.0.0.1:1")
    own.close()
    with pytest.raises(UsageError, match="closed"):
        own.chat.get_chat_session(id="chs_1")
