"""The package: one version, one licence, and what the repository says of both."""

from __future__ import annotations

import importlib.metadata
import re
from pathlib import Path

from moonborn import __version__

FOLDER = Path(__file__).parents[1]


def test_the_version_is_in_one_place() -> None:
    assert importlib.metadata.version("moonborn") == __version__
    newest = re.search(r"^## (\S+)", (FOLDER / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert newest is not None
    assert newest[1] == __version__
    assert "version" not in re.findall(r"^(\w+) = ", (FOLDER / "pyproject.toml").read_text(), re.MULTILINE)


def test_the_installed_package_says_that_it_is_proprietary() -> None:
    metadata = importlib.metadata.metadata("moonborn")
    assert metadata["License-Expression"] == "LicenseRef-Proprietary"
    files = importlib.metadata.files("moonborn") or []
    (licence,) = (file for file in files if file.name == "LICENSE")
    assert "UNLICENSED" in Path(str(licence.locate())).read_text()
