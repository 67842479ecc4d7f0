"""The other side of the tests: the scenario server, and the real stack when the environment names one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from scenarios import SDK_FOLDER

STACK_VARIABLES = ("MOONBORN_BASE_URL", "MOONBORN_API_KEY", "MOONBORN_PERSONA_ID")


@dataclass(frozen=True)
class Stack:
    base_url: str
    api_key: str
    persona_id: str


@pytest.fixture(scope="session")
def scenario_server() -> Iterator[str]:
    """The base URL of a running scenario server, which stops when its standard input ends."""
    installed_node = SDK_FOLDER.parent / "node_modules/.bin/node"
    node = str(installed_node) if installed_node.exists() else shutil.which("node")
    assert node, "Node 24 is needed for the scenario server: run npm ci at the root, or install it"
    command = [node, str(SDK_FOLDER / "scenario-server.ts")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield json.loads(server.stdout.readline())["baseUrl"]
        server.communicate()


@pytest.fixture(scope="session")
def stack() -> Stack:
    values = [os.environ.get(name, "") for name in STACK_VARIABLES]
    if not all(values):
        pytest.skip(f"{', '.join(STACK_VARIABLES)} do not name a stack")
    return Stack(*values)
