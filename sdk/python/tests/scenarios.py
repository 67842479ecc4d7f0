"""The list of scenarios that both SDKs share: read, filled in, and compared with what happened."""

from __future__ import annotations

import json
import logging
import re
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from moonborn import (
    APIConnectionError,
    APIError,
    APIResponse,
    APITimeoutError,
    ConflictError,
    ForbiddenError,
    MalformedResponseError,
    MoonbornError,
    NearCap,
    NotFoundError,
    RateLimit,
    RateLimitError,
    Retry,
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
LEVELS = {logging.ERROR: "error", logging.WARNING: "warn", logging.INFO: "info", logging.DEBUG: "debug"}
LATE_ARRIVAL_MS = 100  # a busy machine sees the first of two requests late, and so the wait between them shorter

Scenario = dict[str, Any]


@dataclass
class Outcome:
    """What a call came to: a result's JSON, an error, or neither when it was cancelled."""

    result: Any = None
    response: APIResponse[Any] | None = None
    error: MoonbornError | None = None
    cancelled: bool = False
    seconds: float = 0.0
    keys_asked: int = 0
    logs: list[logging.LogRecord] = field(default_factory=list[logging.LogRecord])
    retries: list[Retry] = field(default_factory=list[Retry])
    near_caps: list[NearCap] = field(default_factory=list[NearCap])


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
    assert_told(expected, outcome)
    if "error" in expected:
        if expected["error"]["kind"] == "cancelled":
            assert outcome.cancelled
        else:
            assert outcome.error is not None, outcome.result
            assert_error(expected["error"], outcome.error)
        return
    assert outcome.error is None
    assert not outcome.cancelled
    assert_holds(expected["result"], json_of(outcome.result))
    if "requestId" in expected:
        assert_holds(expected["requestId"], outcome.result.request_id)
    if "response" in expected:
        assert outcome.response is not None
        assert_response(expected["response"], outcome.response)


def assert_told(expected: dict[str, Any], outcome: Outcome) -> None:
    """Check what the logger, the callbacks and the function that gives the keys saw."""
    lines = [record.getMessage() for record in outcome.logs]
    if "logs" in expected:
        assert len(lines) == len(expected["logs"]), lines
        for one, record in zip(expected["logs"], outcome.logs, strict=True):
            assert LEVELS[record.levelno] == one["level"]
            for text in one["holds"]:
                assert text in record.getMessage()
    for text in expected.get("logsWithout", []):
        assert text not in "".join(lines)
    if "keysAsked" in expected:
        assert outcome.keys_asked == expected["keysAsked"]
    if "nearCap" in expected:
        told = [{"remaining": one.remaining, "resetInSeconds": one.reset_in} for one in outcome.near_caps]
        assert told == expected["nearCap"]
    if "retries" in expected:
        assert [retry.attempt for retry in outcome.retries] == [one["attempt"] for one in expected["retries"]]
        for one, retry in zip(expected["retries"], outcome.retries, strict=True):
            assert_error(one["error"], retry.error)
            assert one.get("leastDelayMs", 0) <= retry.delay * 1000 <= one.get("mostDelayMs", float("inf"))


def assert_response(expected: dict[str, Any], response: APIResponse[Any]) -> None:
    for name in ("status", "requestId", "attempts"):
        if name in expected:
            assert_holds(expected[name], getattr(response, snake(name)))
    for name, value in expected.get("headers", {}).items():
        assert response.headers[name] == response.headers[name.upper()] == value
    if "rateLimit" in expected:
        assert_rate_limit(expected["rateLimit"], response.rate_limit)


def assert_rate_limit(expected: dict[str, Any] | None, rate_limit: RateLimit | None) -> None:
    if expected is None:
        assert rate_limit is None
    else:
        reset_at = datetime.fromisoformat(expected["resetAt"].replace("Z", "+00:00"))
        assert rate_limit == RateLimit(expected["limit"], expected["remaining"], reset_at)


def assert_error(expected: dict[str, Any], error: MoonbornError) -> None:
    assert type(error) is KINDS[expected["kind"]]
    written = json.loads(json.dumps(error.to_dict()))
    assert written["name"] == type(error).__name__
    for name in ("message", "code", "status", "request_id"):
        assert written[name] == getattr(error, name)
    for name in ("status", "code", "message", "details", "requestId", "idempotencyKey"):
        if name in expected:
            assert_holds(expected[name], getattr(error, snake(name)))
    if "rateLimit" in expected:
        assert isinstance(error, RateLimitError)
        assert_rate_limit(expected["rateLimit"], error.rate_limit)
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
        assert_holds({name: request[name] for name in ("method", "path", "body") if name in request}, attempt)
        for header, value in request.get("headers", {}).items():
            assert_holds(value, attempt["headers"].get(header))
        assert request.get("query", attempt["query"]) == attempt["query"]
    for least, before, after in zip(expected.get("minWaitsMs", []), attempts, attempts[1:], strict=False):
        assert after["atMs"] - before["atMs"] >= least - LATE_ARRIVAL_MS


def is_key(expected: str, key: str | None) -> bool:
    if expected == "none":
        return key is None
    return bool(UUID_V7.fullmatch(key or "")) if expected == "uuidv7" else key == expected
