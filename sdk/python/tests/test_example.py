"""The published example, run as a program of its own; EXAMPLE_PYTHON names the interpreter that has the package."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from pathlib import Path
from urllib.request import urlopen

from conftest import Stack

FOLDER = Path(__file__).parents[1]
EXAMPLE = FOLDER / "examples/start_chat_session.py"


def test_the_example_starts_one_session(scenario_server: str, tmp_path: Path) -> None:
    base_url = f"{scenario_server}/{uuid.uuid4().hex}/start"
    printed = run_example(base_url, "sk_test_example", "psn_demo", tmp_path)
    with urlopen(f"{base_url}/__received") as response:
        (applied,) = json.load(response)["applied"]
    assert printed == applied["session"]["sessionId"]


def test_the_example_starts_a_session_at_the_real_stack(stack: Stack, tmp_path: Path) -> None:
    assert run_example(stack.base_url, stack.api_key, stack.persona_id, tmp_path).startswith("chs_")


def test_the_read_me_shows_the_example_as_it_was_run() -> None:
    assert f"```python\n{EXAMPLE.read_text()}```" in (FOLDER / "README.md").read_text()


def run_example(base_url: str, api_key: str, persona_id: str, folder: Path) -> str:
    python = os.environ.get("EXAMPLE_PYTHON", sys.executable)
    settings = {"MOONBORN_BASE_URL": base_url, "MOONBORN_API_KEY": api_key, "MOONBORN_PERSONA_ID": persona_id}
    run = subprocess.run([python, str(EXAMPLE)], cwd=folder, env=settings, capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()
