"""What goes over httpx, with a caller's own client or ours."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from answers import SESSION
from moonborn import APIConnectionError, APIError, APITimeoutError, AsyncMoonborn, Moonborn
from moonborn._http import library as httpx


class Drip(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that comes a byte at a time, each in good time, and never ends."""

    def __iter__(self) -> Iterator[bytes]:
        for _ in range(1000):
            time.sleep(0.02)
            yield b" "

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for _ in range(1000):
            await asyncio.sleep(0.02)
            yield b" "


def answers_session(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json=SESSION)


def drips(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, stream=Drip())


def blocking(handler: Any, **settings: Any) -> Moonborn:
    http_client = httpx.Client(transport=httpx.MockTransport(handler), **settings.pop("http_settings", {}))
    return Moonborn(api_key="sk_test_own", base_url="http://moonborn.test", http_client=http_client, **settings)


def asynchronous(handler: Any, **settings: Any) -> AsyncMoonborn:
    http_client = httpx.AsyncClient(transport=httpx.MockTransport(handler))
    return AsyncMoonborn(api_key="sk_test_own", base_url="http://moonborn.test", http_client=http_client, **settings)


def test_a_callers_client_adds_its_headers_but_keeps_its_credentials_to_itself() -> None:
    seen: list[httpx.Headers] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers)
        return answers_session(request)

    http_settings = {"headers": {"x-trace": "1"}, "auth": ("user", "password")}
    blocking(handler, http_settings=http_settings).chat.get_chat_session(id="chs_1")
    assert seen[0]["authorization"] == "Bearer sk_test_own"
    assert seen[0]["x-trace"] == "1"
    assert seen[0]["user-agent"].startswith("moonborn-python/")


def test_a_callers_client_that_follows_redirects_does_not_follow_ours() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        return httpx.Response(307, headers={"location": "http://elsewhere.test/"})

    with pytest.raises(APIError) as failure:
        blocking(handler, http_settings={"follow_redirects": True}).chat.get_chat_session(id="chs_1")
    assert failure.value.status == 307


def test_a_body_that_drips_does_not_outlive_the_attempt() -> None:
    started = time.monotonic()
    with pytest.raises(APITimeoutError):
        blocking(drips, timeout=0.2, max_retries=0).chat.get_chat_session(id="chs_1")
    assert time.monotonic() - started < 2


def test_a_body_that_drips_does_not_outlive_the_attempt_of_an_async_client() -> None:
    started = time.monotonic()
    with pytest.raises(APITimeoutError):
        asyncio.run(get(asynchronous(drips, timeout=0.2, max_retries=0)))
    assert time.monotonic() - started < 2


def test_cancelling_a_task_passes_straight_through() -> None:
    async def cancel_soon() -> None:
        task = asyncio.ensure_future(get(asynchronous(drips)))
        await asyncio.sleep(0.1)
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(cancel_soon())


def test_a_body_that_cannot_be_unpacked_is_a_connection_error() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"content-encoding": "gzip"}, stream=Drip())

    with pytest.raises(APIConnectionError):
        blocking(handler, max_retries=0).chat.get_chat_session(id="chs_1")


def test_a_refused_connection_is_a_connection_error() -> None:
    with (
        Moonborn(api_key="sk_test_own", base_url="http://127.0.0.1:1", max_retries=0) as client,
        pytest.raises(APIConnectionError, match=r"http://127\.0\.0\.1:1"),
    ):
        client.chat.get_chat_session(id="chs_1")


def two_pages(request: httpx.Request) -> httpx.Response:
    last = request.url.params.get("cursor") == "b"
    page = {"items": [SESSION], "nextCursor": "" if last else "b"}
    return httpx.Response(200, json=page, headers={"x-request-id": "req_2" if last else "req_1"})


def test_pages_can_be_turned_one_by_one() -> None:
    page = blocking(two_pages).chat.list_chat_sessions_for_persona(id="psn_demo", limit=1)
    assert page.next_cursor == page["nextCursor"] == "b"
    following = page.next_page()
    assert following is not None
    assert following.next_page() is None
    assert [session.persona_id for session in page] == ["psn_demo", "psn_demo"]
    assert [page.request_id for page in page.iter_pages()] == ["req_1", "req_2"]


def test_pages_of_an_async_client_can_be_turned_one_by_one() -> None:
    async def turn() -> None:
        page = await asynchronous(two_pages).chat.list_chat_sessions_for_persona(id="psn_demo", limit=1)
        following = await page.next_page()
        assert following is not None
        assert await following.next_page() is None
        assert [session.persona_id async for session in page] == ["psn_demo", "psn_demo"]
        assert [page.request_id async for page in page.iter_pages()] == ["req_1", "req_2"]

    asyncio.run(turn())


def test_the_page_of_a_raw_response_goes_on_as_any_page_does() -> None:
    first = blocking(two_pages).chat.with_raw_response.list_chat_sessions()
    assert first.request_id == "req_1"
    assert [session.persona_id for session in first.data] == ["psn_demo", "psn_demo"]

    async def walk() -> list[str]:
        first = await asynchronous(two_pages).chat.with_raw_response.list_chat_sessions()
        return [session.persona_id async for session in first.data]

    assert asyncio.run(walk()) == ["psn_demo", "psn_demo"]


async def get(client: AsyncMoonborn) -> Any:
    return await client.chat.get_chat_session(id="chs_1")
