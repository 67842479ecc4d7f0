"""The HTTP library underneath: a caller's own client may be of httpx2 or of httpx, and either one alone is enough."""

from __future__ import annotations

import asyncio
import importlib
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from answers import SESSION
from moonborn import APIConnectionError, APITimeoutError, AsyncMoonborn, Moonborn, UsageError

KEY = "sk_test_given"
PROGRAM = """
import sys
sys.modules[sys.argv[1]] = None
from moonborn import Moonborn, _http
print(_http.library.__name__)
Moonborn(api_key="sk_test_given").close()
"""


@pytest.fixture(params=["httpx2", "httpx"])
def library(request: pytest.FixtureRequest) -> Any:
    return pytest.importorskip(request.param)


def test_a_callers_client_of_either_library_is_retried(library: Any) -> None:
    def refuses_twice() -> Callable[[Any], Any]:
        answers = iter([library.Response(503), library.Response(503), library.Response(200, json=SESSION)])
        return lambda request: next(answers)

    for get in (get_blocking, get_async):
        assert get(library, refuses_twice()).persona_id == "psn_demo"


def test_what_a_client_of_either_library_raises_is_ours(library: Any) -> None:
    expected: dict[type[Exception], type[Exception]] = {
        library.ReadTimeout: APITimeoutError,
        library.PoolTimeout: APITimeoutError,
        library.ConnectError: APIConnectionError,
        library.RemoteProtocolError: APIConnectionError,
        library.InvalidURL: UsageError,
    }
    for raised, ours in expected.items():

        def fail(request: Any, raised: type[Exception] = raised) -> Any:
            raise raised("as told")

        for get in (get_blocking, get_async):
            with pytest.raises(ours) as failure:
                get(library, fail)
            assert type(failure.value) is ours
            assert type(failure.value.__cause__) is raised


def test_a_client_of_either_library_is_refused_by_the_other_half(library: Any) -> None:
    with pytest.raises(UsageError, match=r"http_client must be an httpx2\.Client or an httpx\.Client"):
        Moonborn(api_key=KEY, http_client=library.AsyncClient())
    with library.Client() as http_client, pytest.raises(UsageError, match=r"an httpx2\.AsyncClient or an httpx\.Async"):
        AsyncMoonborn(api_key=KEY, http_client=http_client)


@pytest.mark.parametrize(("missing", "used"), [("httpx", "httpx2"), ("httpx2", "httpx")])
def test_either_library_alone_is_enough(missing: str, used: str) -> None:
    try:
        importlib.import_module(used)
    except ModuleNotFoundError:
        pytest.skip(f"{used} is not installed")
    run = subprocess.run([sys.executable, "-c", PROGRAM, missing], capture_output=True, text=True, timeout=60)
    assert (run.stdout, run.stderr) == (f"{used}\n", "")


def get_blocking(library: Any, handler: Callable[[Any], Any]) -> Any:
    with library.Client(transport=library.MockTransport(handler)) as http_client:
        return Moonborn(api_key=KEY, http_client=http_client, max_retries=2).chat.get_chat_session(id="chs_1")


def get_async(library: Any, handler: Callable[[Any], Any]) -> Any:
    async def get() -> Any:
        async with library.AsyncClient(transport=library.MockTransport(handler)) as http_client:
            client = AsyncMoonborn(api_key=KEY, http_client=http_client, max_retries=2)
            return await client.chat.get_chat_session(id="chs_1")

    return asyncio.run(get())
