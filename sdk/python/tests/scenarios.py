"""The list of scenarios that both SDKs share: read, filled in, and compared with what happened."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from moonborn import (
    APIConnectionError,
    APIError,
    APITimeoutError,
    ConflictError,
    ForbiddenError,
    MalformedResponseError,
    MoonbornError,
    NotFoundError,
    RateLimitError,
    ServerError,
    UnauthorizedError,
    UsageError,
    ValidationError,
)

SDK_FOLDER = Path(__file__).parents[2]
DOCUMENT: dict[str, Any] = json.loads((SDK_FOLDER / "scenarios.json").read_text())
KINDS: dict[str, type[MoonbornError]] = {
    "api": APIError,
    "conflict": ConflictError,
    "connection": APIConnectionError,
    "forbidden": ForbiddenError,
    "malformed_response": MalformedResponseError,
    "not_found": NotFoundError,
    "rate_limit": RateLimitError,
    "server": ServerError,
    "timeout": APITimeoutError,
    "unauthorized": UnauthorizedError,
    "usage": UsageError,
    "validation": ValidationError,
}
UUID_V7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
LATE_ARRIVAL_MS = 100  # a busy machine sees the first of two requests late, and so the wait between them shorter

Scenario = dict[str, Any]


@dataclass
class Outcome:
    """What a call came to: a result's JSON, an error, or neither when it was cancelled."""

    result: Any = None
    error: MoonbornError | None = None
    cancelled: bool = False
    seconds: float = 0.0


def scenarios_against(side: str) -> list[Scenario]:
    return [scenario for scenario in DOCUMENT["scenarios"] if side in scenario["against"]]


def filled_in(value: Any, placeholders: dict[str, str]) -> Any:
    """Put the placeholders' values in; the longest name first, since one may begin another."""
    text = json.dumps(value)
    for name in sorted(placeholders, key=len, reverse=True):
        text = text.replace(name, json.dumps(placeholders[name])[1:-1])
    return json.loads(text)


def new_placeholders(persona_id: str) -> dict[str, str]:
    return {"$personaId": persona_id, "$unique": uuid.uuid4().hex}


def snake(name: str) -> str:
    return re.sub(r"[A-Z]", lambda letter: "_" + letter[0].lower(), name)


def in_python(arguments: dict[str, Any]) -> dict[str, Any]:
    """Turn camel case into snake case, and milliseconds into seconds."""
    return dict(
        (snake(name[:-2]), value / 1000) if name.endswith("Ms") else (snake(name), value)
        for name, value in arguments.items()
    )


def json_of(result: Any) -> Any:
    if isinstance(result, list):
        return [json_of(item) for item in cast("list[Any]", result)]
    return None if result is None else result.to_dict()


def at_path(value: Any, path: str) -> str:
    for name in path.split("."):
        value = value[name]
    return value


def assert_outcome(expected: dict[str, Any], outcome: Outcome) -> None:
    if "maxTotalMs" in expected:
        assert outcome.seconds * 1000 <= expected["maxTotalMs"]
    if "error" in expected:
        assert_error(expected["error"], outcome)
        return
    assert outcome.error is None
    assert not outcome.cancelled
    assert_holds(expected["result"], outcome.result)


def assert_error(expected: dict[str, Any], outcome: Outcome) -> None:
    if expected["kind"] == "cancelled":
        assert outcome.cancelled
        return
    error = outcome.error
    assert error is not None, outcome.result
    assert type(error) is KINDS[expected["kind"]]
    for name in ("status", "code", "message", "details", "requestId"):
        if name in expected:
            assert_holds(expected[name], getattr(error, snake(name)))
    if "retryAfterMs" in expected:
        assert error.retry_after_seconds == expected["retryAfterMs"] / 1000
    if "messageWithout" in expected:
        assert expected["messageWithout"] not in error.message


def assert_holds(expected: Any, actual: Any) -> None:
    """Check that the actual JSON holds at least what is expected."""
    if expected == "$string":
        assert isinstance(actual, str)
        assert actual
    elif isinstance(expected, dict):
        for name, value in cast("dict[str, Any]", expected).items():
            assert_holds(value, actual[name])
    elif isinstance(expected, list):
        items = cast("list[Any]", expected)
        assert len(actual) == len(items)
        for item, actual_item in zip(items, actual, strict=False):
            assert_holds(item, actual_item)
    else:
        assert actual == expected


def assert_received(expected: dict[str, Any], attempts: list[dict[str, Any]], applied: list[Any]) -> None:
    """Check what the scenario server saw."""
    keys = [attempt["headers"].get("idempotency-key") for attempt in attempts]
    if "attempts" in expected:
        assert len(attempts) == expected["attempts"], [attempt["atMs"] for attempt in attempts]
    if expected.get("sameIdempotencyKey"):
        assert len(set(keys)) == 1
        assert keys[0]
    if "idempotencyKey" in expected:
        assert all(is_key(expected["idempotencyKey"], key) for key in keys), keys
    if "sessionsApplied" in expected:
        assert len(applied) == expected["sessionsApplied"]
    for seconds, key, attempt in zip(expected.get("keyTimesInSeconds", []), keys, attempts, strict=False):
        key_time_ms = uuid.UUID(key).int >> 80
        assert abs(key_time_ms - attempt["atMs"] - seconds * 1000) < 3_600_000
    for request, attempt in zip(expected.get("requests", []), attempts, strict=False):
        assert_holds({name: value for name, value in request.items() if name != "query"}, attempt)
        assert request.get("query", attempt["query"]) == attempt["query"]
    for least, before, after in zip(expected.get("minWaitsMs", []), attempts, attempts[1:], strict=False):
        assert after["atMs"] - before["atMs"] >= least - LATE_ARRIVAL_MS


def is_key(expected: str, key: str | None) -> bool:
    if expected == "none":
        return key is None
    return bool(UUID_V7.fullmatch(key or "")) if expected == "uuidv7" else key == expected
