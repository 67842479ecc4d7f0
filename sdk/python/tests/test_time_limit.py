"""The time limit of the blocking client: it bounds an attempt as a whole, whatever httpx is waiting for."""

from __future__ import annotations

import contextvars
import socket
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from answers import SESSION
from moonborn import APITimeoutError, Moonborn
from moonborn._http import library as httpx

LONG_SECONDS = 20.0  # much longer than any limit here, and much shorter than what is waited for


def test_looking_up_a_name_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()

    def never_found(*arguments: Any, **options: Any) -> Any:
        released.wait(60)
        raise OSError("not found")

    monkeypatch.setattr(socket, "getaddrinfo", never_found)
    with Moonborn(api_key="sk_test_own", base_url="http://moonborn.test", timeout=0.2, max_retries=0) as client:
        assert_times_out(client)
    released.set()


def test_headers_that_drip_count() -> None:
    def drip(connection: socket.socket, ended: threading.Event) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nx-drip: ")
        while not ended.wait(0.05):
            connection.sendall(b"a")

    with (
        serving(drip) as base_url,
        Moonborn(api_key="sk_test_own", base_url=base_url, timeout=0.3, max_retries=0) as client,
    ):
        assert_times_out(client)


def test_an_attempt_that_takes_too_long_is_made_again() -> None:
    attempts: list[float] = []

    def handler(request: httpx.Request) -> httpx.Response:
        attempts.append(time.monotonic())
        if len(attempts) == 1:
            time.sleep(1)
        return httpx.Response(200, json=SESSION)

    with httpx.Client(transport=httpx.MockTransport(handler)) as http_client:
        client = Moonborn(api_key="sk_test_own", http_client=http_client, timeout=0.2)
        assert client.chat.get_chat_session(id="chs_1").persona_id == "psn_demo"
        assert len(attempts) == 2


def test_connections_are_closed_when_the_last_abandoned_attempt_has_ended() -> None:
    def hold(connection: socket.socket, ended: threading.Event) -> None:
        ended.wait(60)

    with serving(hold) as base_url:
        client = Moonborn(api_key="sk_test_own", base_url=base_url, timeout=0.2, max_retries=0)
        assert_times_out(client)
        client.close()
        http = client._sender._http  # pyright: ignore[reportPrivateUsage]
        until = time.monotonic() + LONG_SECONDS
        while not http.is_closed and time.monotonic() < until:
            time.sleep(0.01)
        assert http.is_closed


def test_without_another_thread_a_call_is_made_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json=SESSION))
    with httpx.Client(transport=transport) as http_client:
        client = Moonborn(api_key="sk_test_own", http_client=http_client)
        assert client.chat.get_chat_session(id="chs_1").persona_id == "psn_demo"


def test_the_callers_context_is_seen_by_its_transport() -> None:
    trace: contextvars.ContextVar[str] = contextvars.ContextVar("trace")
    seen: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(trace.get("none"))
        return httpx.Response(200, json=SESSION)

    with httpx.Client(transport=httpx.MockTransport(handler)) as http_client:
        trace.set("trace-1")
        Moonborn(api_key="sk_test_own", http_client=http_client).chat.get_chat_session(id="chs_1")
    assert seen == ["trace-1"]


def assert_times_out(client: Moonborn) -> None:
    started = time.monotonic()
    with pytest.raises(APITimeoutError):
        client.chat.get_chat_session(id="chs_1")
    assert time.monotonic() - started < LONG_SECONDS


@contextmanager
def serving(answer: Callable[[socket.socket, threading.Event], None]) -> Generator[str, None, None]:
    """A server that does as it is told with each connection, until it is no longer needed."""
    ended = threading.Event()
    threads: list[threading.Thread] = []

    def serve(connection: socket.socket) -> None:
        with connection, suppress(OSError):  # the client has gone
            answer(connection, ended)

    def accept() -> None:
        while True:
            connection, _ = listener.accept()
            if ended.is_set():
                connection.close()
                return
            threads.append(threading.Thread(target=serve, args=(connection,)))
            threads[-1].start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        acceptor = threading.Thread(target=accept)
        acceptor.start()
        host, port = listener.getsockname()
        try:
            yield f"http://{host}:{port}"
        finally:
            ended.set()
            socket.create_connection((host, port)).close()
            for thread in (acceptor, *threads):
                thread.join()
