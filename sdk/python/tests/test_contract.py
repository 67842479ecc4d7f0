"""Every operation of the API's OpenAPI document is a call, which sends and reads what the document says."""

from __future__ import annotations

import inspect
import json
from typing import Any

import pytest

from moonborn import ChatSession, Moonborn
from moonborn._http import library as httpx
from moonborn.async_chat import AsyncChat, AsyncChatWithRawResponse
from moonborn.chat import Chat, ChatWithRawResponse
from scenarios import DOCUMENT as SCENARIOS
from scenarios import SDK_FOLDER, snake

DOCUMENT = json.loads((SDK_FOLDER.parent / "docs/openapi/openapi.json").read_text())
OPERATIONS: dict[str, tuple[str, str, dict[str, Any]]] = {
    operation["operationId"]: (method.upper(), path, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}
ARGUMENT_OF_HEADER = {"Idempotency-Key": "idempotencyKey"}
OF_EVERY_CALL = {"self", "options"}


def test_every_operation_is_a_call_of_both_clients_and_has_a_scenario() -> None:
    calls = {snake(name) for name in OPERATIONS}
    for chat in (Chat, AsyncChat):
        assert {name for name in vars(chat) if not name.startswith("_")} == {*calls, "with_raw_response"}
    for chat in (ChatWithRawResponse, AsyncChatWithRawResponse):
        assert {name for name in vars(chat) if not name.startswith("_")} == calls
    assert {scenario["call"]["operationId"] for scenario in SCENARIOS["scenarios"]} == set(OPERATIONS)


def test_a_session_has_the_fields_of_the_document() -> None:
    fields = ChatSession._fields  # pyright: ignore[reportPrivateUsage]
    assert set(fields) == {snake(name) for name in DOCUMENT["components"]["schemas"]["Session"]["properties"]}


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_call_takes_the_arguments_of_the_document(name: str) -> None:
    _, _, operation = OPERATIONS[name]
    parameters = [resolved(parameter) for parameter in operation["parameters"]]
    body = body_of(operation)
    names = {ARGUMENT_OF_HEADER.get(name, name) for name in (str(parameter["name"]) for parameter in parameters)}
    names |= set(body["properties"])
    required = {parameter["name"] for parameter in parameters if parameter["required"]} | set(body.get("required", ()))

    for chat in (Chat, AsyncChat):
        taken = inspect.signature(getattr(chat, snake(name))).parameters
        own = {key: parameter for key, parameter in taken.items() if key not in OF_EVERY_CALL}
        assert set(own) == set(map(snake, names))
        assert {key for key, parameter in own.items() if parameter.default is parameter.empty} == set(
            map(snake, required)
        )


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_call_sends_and_reads_what_the_document_says(name: str) -> None:
    method, path, operation = OPERATIONS[name]
    parameters = [resolved(parameter) for parameter in operation["parameters"]]
    query = {one["name"]: value_of(one["schema"]) for one in parameters if one["in"] == "query"}
    body = {key: value_of(schema) for key, schema in body_of(operation)["properties"].items()}
    status, example = next(
        (int(status), answer.get("content", {}).get("application/json", {}).get("example"))
        for status, answer in operation["responses"].items()
        if status.startswith("2")
    )
    sent: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(status, json=example) if example else httpx.Response(status)

    with httpx.Client(transport=httpx.MockTransport(handler)) as http_client:
        client = Moonborn(api_key="sk_test_own", base_url="http://moonborn.test", http_client=http_client)
        in_path = {"id": "the id"} if "{id}" in path else {}
        given = {snake(key): value for key, value in {**in_path, **query, **body}.items()}
        result = getattr(client.chat, snake(name))(**given)

    [request] = sent
    assert request.method == method
    assert request.url.raw_path.decode().partition("?")[0] == path.replace("{id}", "the%20id")
    assert dict(request.url.params) == {key: str(value) for key, value in query.items()}
    assert (json.loads(request.content) if request.content else {}) == body
    assert (result and result.to_dict()) == example


def resolved(part: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference within the document."""
    if "$ref" not in part:
        return part
    found: Any = DOCUMENT
    for name in part["$ref"].split("/")[1:]:
        found = found[name]
    return found


def body_of(operation: dict[str, Any]) -> dict[str, Any]:
    content = operation.get("requestBody", {}).get("content")
    return resolved(content["application/json"]["schema"]) if content else {"properties": {}}


def value_of(schema: dict[str, Any]) -> Any:
    """Make a value that the schema allows and that is not empty."""
    schema = resolved(schema)
    if schema["type"] == "string":
        return schema.get("enum", ["text"])[0]
    return {"integer": 7, "boolean": True, "object": {"topic": "travel"}}[schema["type"]]
