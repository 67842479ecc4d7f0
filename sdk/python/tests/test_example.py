"""The published examples, run as programs of their own; EXAMPLE_PYTHON names the interpreter that has the package."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.request import Request, urlopen

import pytest

from conftest import Stack

FOLDER = Path(__file__).parents[1]
EXAMPLES = FOLDER / "examples"
STARTS = ["start_chat_session.py", "start_chat_session_async.py"]


@pytest.mark.parametrize("name", STARTS)
def test_an_example_starts_one_session(name: str, scenario_server: str, tmp_path: Path) -> None:
    base_url = f"{scenario_server}/{uuid.uuid4().hex}/start"
    printed = run_example((EXAMPLES / name).read_text(), settings_for(base_url), tmp_path)
    assert printed == session_started_at(base_url)


@pytest.mark.stack
@pytest.mark.parametrize("name", STARTS)
def test_an_example_starts_a_session_at_the_real_stack(name: str, stack: Stack, tmp_path: Path) -> None:
    settings = settings_for(stack.base_url, stack.api_key, stack.persona_id)
    assert run_example((EXAMPLES / name).read_text(), settings, tmp_path).startswith("chs_")


@pytest.mark.parametrize("name", [*STARTS, "through_a_proxy.py"])
def test_the_read_me_shows_the_example_as_it_was_run(name: str) -> None:
    assert f"```python\n{(EXAMPLES / name).read_text()}```" in (FOLDER / "README.md").read_text()


@pytest.mark.parametrize("library", ["httpx2", "httpx"])
def test_an_http_client_of_either_library_goes_through_its_proxy(
    library: str, scenario_server: str, tmp_path: Path
) -> None:
    client_class = getattr(pytest.importorskip(library), "Client")  # noqa: B009
    try:
        client_class(proxy="http://127.0.0.1:1").close()
    except TypeError:
        pytest.skip("this httpx is older than its argument `proxy`")
    program = (EXAMPLES / "through_a_proxy.py").read_text().replace("httpx2", library)
    base_url = f"{scenario_server}/{uuid.uuid4().hex}/start"
    with proxy() as (address, passed_on):
        printed = run_example(program, {**settings_for(base_url), "COMPANY_PROXY": address}, tmp_path)
    assert printed == session_started_at(base_url)
    assert passed_on == [f"{base_url}/v1/personas/psn_demo/chat/sessions"]


@pytest.mark.parametrize("name", STARTS)
@pytest.mark.parametrize("variable", ["HTTP_PROXY", "ALL_PROXY"])
def test_a_proxy_of_the_environment_is_used_unless_no_proxy_names_the_host(
    name: str, variable: str, scenario_server: str, tmp_path: Path
) -> None:
    program = (EXAMPLES / name).read_text()
    for no_proxy, used in (("", 1), ("127.0.0.1", 0)):
        base_url = f"{scenario_server}/{uuid.uuid4().hex}/start"
        with proxy() as (address, passed_on):
            settings = {**settings_for(base_url), variable: address, "NO_PROXY": no_proxy}
            assert run_example(program, settings, tmp_path) == session_started_at(base_url)
        assert len(passed_on) == used


def settings_for(base_url: str, api_key: str = "sk_test_example", persona_id: str = "psn_demo") -> dict[str, str]:
    return {"MOONBORN_BASE_URL": base_url, "MOONBORN_API_KEY": api_key, "MOONBORN_PERSONA_ID": persona_id}


def run_example(program: str, settings: dict[str, str], folder: Path) -> str:
    python = os.environ.get("EXAMPLE_PYTHON", sys.executable)
    file = folder / "example.py"
    file.write_text(program)
    run = subprocess.run([python, str(file)], cwd=folder, env=settings, capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


def session_started_at(base_url: str) -> str:
    with urlopen(f"{base_url}/__received") as response:
        (applied,) = json.load(response)["applied"]
    return applied["session"]["sessionId"]


@contextmanager
def proxy() -> Generator[tuple[str, list[str]], None, None]:
    """A forwarding proxy for plain HTTP, and the addresses that were asked of it."""
    passed_on: list[str] = []

    class Forwarding(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            passed_on.append(self.path)
            body = self.rfile.read(int(self.headers["content-length"]))
            forwarded = Request(self.path, body, {name: value for name, value in self.headers.items()})
            with urlopen(forwarded) as response:
                answer = response.read()
                self.send_response(response.status)
                for name in ("content-type", "x-request-id"):
                    self.send_header(name, response.headers.get(name, ""))
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Forwarding) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", passed_on
        finally:
            server.shutdown()
