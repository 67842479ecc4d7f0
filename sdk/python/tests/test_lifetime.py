"""How long a client lives: over event loops, threads and forks, until it is closed."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from moonborn import AsyncMoonborn, Moonborn, UsageError
from moonborn._http import library as httpx

KEY = "sk_test_given"
SESSION_BODY = (
    b'{"sessionId":"chs_1","orgId":"o","workspaceId":"w","personaId":"p","userId":"u","title":"t","status":"active",'
    b'"messageCount":0,"inputTokens":0,"outputTokens":0,"costUsdMicros":0,"startedAt":"","lastActiveAt":"","endedAt":""}'
)
CALLS: dict[str, int] = {}


class Remembering(BaseHTTPRequestHandler):
    """Keeps connections open, and remembers which one each session was asked for on."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        CALLS[self.path.rsplit("/", 1)[-1]] = self.client_address[1]
        self.send_response(200)
        self.send_header("content-length", str(len(SESSION_BODY)))
        self.end_headers()
        self.wfile.write(SESSION_BODY)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def base_url() -> Iterator[str]:
    CALLS.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Remembering) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


ONE_LOOP_AFTER_THE_OTHER = """
import anyio, sys
from moonborn import AsyncMoonborn
client = AsyncMoonborn(api_key="sk_test_given", base_url=sys.argv[1], max_retries=0)
async def get(id):
    await client.chat.get_chat_session(id=id)
    await client.chat.get_chat_session(id=id + "_again")
for id in ("chs_a", "chs_b", "chs_c"):
    anyio.run(get, id, backend=sys.argv[2])
"""


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_one_client_serves_one_event_loop_after_the_other(backend: str, base_url: str) -> None:
    run_program(ONE_LOOP_AFTER_THE_OTHER, base_url, backend)
    assert len(set(CALLS.values())) == 3
    assert CALLS["chs_c"] == CALLS["chs_c_again"]


LOOPS_AT_ONCE = """
import asyncio, sys, threading
from moonborn import AsyncMoonborn
client = AsyncMoonborn(api_key="sk_test_given", base_url=sys.argv[1], max_retries=0)
together = threading.Barrier(4)
async def get(name):
    for turn in range(5):
        together.wait(60)
        await client.chat.get_chat_session(id=f"chs_{name}_{turn}")
threads = [threading.Thread(target=lambda name=name: asyncio.run(get(name))) for name in "abcd"]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""


def test_one_client_serves_event_loops_of_several_threads_at_once(base_url: str) -> None:
    run_program(LOOPS_AT_ONCE, base_url)
    assert len(CALLS) == 20
    for name in "abcd":
        assert len({CALLS[f"chs_{name}_{turn}"] for turn in range(5)}) == 1


FORK_BLOCKING = """
import os, sys
from moonborn import Moonborn
client = Moonborn(api_key="sk_test_given", base_url=sys.argv[1], max_retries=0)
get = lambda id: client.chat.get_chat_session(id=id)
"""
FORK_ASYNC = """
import asyncio, os, sys
from moonborn import AsyncMoonborn
client = AsyncMoonborn(api_key="sk_test_given", base_url=sys.argv[1], max_retries=0)
loop = asyncio.new_event_loop()
get = lambda id: loop.run_until_complete(client.chat.get_chat_session(id=id))
"""
FORK = """
get("chs_parent")
child = os.fork()
if child == 0:
    get("chs_child")
    os._exit(0)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
get("chs_parent_again")
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.parametrize("made", [FORK_BLOCKING, FORK_ASYNC], ids=["blocking", "asyncio"])
def test_a_client_that_is_used_after_a_fork_opens_its_own_connections(made: str, base_url: str) -> None:
    run_program(made + FORK, base_url)
    assert CALLS["chs_child"] != CALLS["chs_parent"]
    assert CALLS["chs_parent_again"] == CALLS["chs_parent"]


AT_EXIT = """
import atexit, sys
from moonborn import Moonborn
client = Moonborn(api_key="sk_test_given", base_url=sys.argv[1], max_retries=0)
client.chat.get_chat_session(id="chs_before")
atexit.register(lambda: client.chat.get_chat_session(id="chs_at_exit"))
"""


def test_a_client_can_be_used_when_the_program_ends(base_url: str) -> None:
    run_program(AT_EXIT, base_url)
    assert "chs_at_exit" in CALLS


def test_a_closed_client_is_a_usage_error(base_url: str) -> None:
    client = Moonborn(api_key=KEY, base_url=base_url)
    client.close()
    client.close()
    with pytest.raises(UsageError, match="closed"):
        client.chat.get_chat_session(id="chs_1")


def test_a_closed_async_client_is_a_usage_error(base_url: str) -> None:
    async def use_closed() -> None:
        client = AsyncMoonborn(api_key=KEY, base_url=base_url)
        await client.chat.get_chat_session(id="chs_1")
        await client.close()
        await client.close()
        await client.chat.get_chat_session(id="chs_2")

    with pytest.raises(UsageError, match="closed"):
        asyncio.run(use_closed())
    assert list(CALLS) == ["chs_1"]


CLOSED_ELSEWHERE = """
import asyncio, sys
from moonborn import AsyncMoonborn, UsageError
client = AsyncMoonborn(api_key="sk_test_given", base_url=sys.argv[1])
async def get(id):
    await client.chat.get_chat_session(id=id)
asyncio.run(get("chs_1"))
asyncio.run(client.close())
try:
    asyncio.run(get("chs_2"))
except UsageError as error:
    assert "closed" in str(error)
else:
    raise AssertionError("the client was not closed")
"""


def test_a_client_that_is_closed_in_another_event_loop_is_closed(base_url: str) -> None:
    run_program(CLOSED_ELSEWHERE, base_url)
    assert list(CALLS) == ["chs_1"]


def test_a_callers_own_client_that_is_closed_is_a_usage_error(base_url: str) -> None:
    http_client = httpx.Client()
    http_client.close()
    with pytest.raises(UsageError, match="closed"):
        Moonborn(api_key=KEY, base_url=base_url, http_client=http_client).chat.get_chat_session(id="chs_1")

    async def use_closed() -> None:
        closed = httpx.AsyncClient()
        await closed.aclose()
        await AsyncMoonborn(api_key=KEY, base_url=base_url, http_client=closed).chat.get_chat_session(id="chs_1")

    with pytest.raises(UsageError, match="closed"):
        asyncio.run(use_closed())


def run_program(program: str, *arguments: str) -> None:
    """A program of its own: the connections of an event loop that has ended are left to the garbage collector."""
    # Python 3.12 warns of a fork while a thread that has been joined is still leaving the system.
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", program, *arguments]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, env={})
    assert (run.returncode, run.stderr) == (0, "")
