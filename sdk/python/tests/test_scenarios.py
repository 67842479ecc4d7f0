"""Every scenario that both SDKs share, against the server that misbehaves and against the real stack."""

from __future__ import annotations

import json
import time
import traceback
import uuid
from datetime import datetime
from typing import Any
from urllib.request import urlopen

import pytest

from conftest import Stack
from moonborn import Moonborn
from players import PLAYERS
from scenarios import (
    Outcome,
    Scenario,
    assert_outcome,
    assert_received,
    at_path,
    filled_in,
    in_python,
    json_of,
    new_placeholders,
    scenarios_against,
)

API_KEY = "sk_test_scenarioKeyThatNobodyMaySee0000abcdef"


@pytest.fixture(scope="module", autouse=True)
def _warmed_up(scenario_server: str) -> None:  # pyright: ignore[reportUnusedFunction]
    """Let each player import what it imports on its first call: some scenarios allow an attempt 200 ms."""
    call = {"operationId": "startChatSession", "args": {"id": "psn_demo", "personaId": "psn_demo"}}
    for player, play_call in PLAYERS.items():
        play_call({"api_key": API_KEY, "base_url": f"{scenario_server}/warm-{player}/start"}, call)


def named(scenario: Scenario) -> str:
    return scenario["id"]


@pytest.mark.parametrize("player", PLAYERS)
@pytest.mark.parametrize("scenario", scenarios_against("server"), ids=named)
def test_keeps_its_promise_to_a_server_that_misbehaves(scenario: Scenario, player: str, scenario_server: str) -> None:
    base_url = f"{scenario_server}/{uuid.uuid4().hex}/{scenario['id']}"
    client = {"api_key": API_KEY, "base_url": base_url, **in_python(scenario.get("client", {}))}
    placeholders = new_placeholders("psn_demo")

    outcome = play(scenario, player, client, placeholders)

    expected = filled_in(scenario["expect"], placeholders)
    with urlopen(f"{base_url}/__received") as response:
        received = json.load(response)
    assert_outcome(expected, outcome)
    attempts = received["requests"][len(scenario.get("before", [])) :]
    assert_received(expected, attempts, received["applied"])
    if expected.get("errorHasSentKey"):
        assert outcome.error is not None
        assert outcome.error.idempotency_key == attempts[-1]["headers"]["idempotency-key"]
    assert_keys_are_hidden([API_KEY, *scenario.get("client", {}).get("apiKeys", [])], outcome)


@pytest.mark.stack
@pytest.mark.parametrize("player", PLAYERS)
@pytest.mark.parametrize("scenario", scenarios_against("stack"), ids=named)
def test_keeps_its_promise_to_the_real_stack(scenario: Scenario, player: str, stack: Stack) -> None:
    client = {"api_key": stack.api_key, "base_url": stack.base_url, **in_python(scenario.get("client", {}))}
    placeholders = new_placeholders(stack.persona_id)

    outcome = play(scenario, player, client, placeholders)

    assert_outcome(filled_in(scenario["expect"], placeholders), outcome)
    assert_keys_are_hidden([stack.api_key], outcome)


@pytest.mark.stack
@pytest.mark.parametrize("hours", [-25, 25])
def test_a_machine_whose_clock_is_a_day_off_starts_one_session_at_the_real_stack(
    hours: int, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + hours * 3600)
    with Moonborn(api_key=stack.api_key, base_url=stack.base_url) as client:
        session = client.chat.start_chat_session(id=stack.persona_id, persona_id=stack.persona_id).session
    assert abs(datetime.fromisoformat(session.started_at.replace("Z", "+00:00")).timestamp() - now) < 3600


def play(scenario: Scenario, player: str, client: dict[str, Any], placeholders: dict[str, str]) -> Outcome:
    for call in scenario.get("before", []):
        earlier = PLAYERS[player](client, filled_in(call, placeholders))
        assert earlier.error is None
        for name, path in call.get("save", {}).items():
            placeholders[name] = at_path(json_of(earlier.result), path)
    return PLAYERS[player](client, filled_in(scenario["call"], placeholders))


def assert_keys_are_hidden(api_keys: list[str], outcome: Outcome) -> None:
    shown = "".join(record.getMessage() for record in outcome.logs)
    for error in (*filter(None, [outcome.error]), *(retry.error for retry in outcome.retries)):
        printed = "".join(traceback.format_exception(type(error), error, error.__traceback__))
        shown += f"{printed} {error!r} {vars(error)} {error.to_dict()}"
    for api_key in filter(None, api_keys):
        assert api_key not in shown
