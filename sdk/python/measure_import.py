"""Measures what importing moonborn costs beside its HTTP library alone, in one run; fails at 1.5 times and above."""

from __future__ import annotations

import importlib.util
import subprocess
import sys

ROUNDS = 15
MOST = 1.5
PROGRAM = "import time; begun = time.process_time(); import {}; print(time.process_time() - begun)"


def seconds_to_import(module: str) -> float:
    """Import a module in a fresh process."""
    run = subprocess.run([sys.executable, "-c", PROGRAM.format(module)], capture_output=True, text=True, check=True)
    return float(run.stdout)


def main() -> int:
    """Take turns, and compare the least processor time of each: what a busy machine adds is not the import's."""
    library = "httpx2" if importlib.util.find_spec("httpx2") else "httpx"
    least = {library: 60.0, "moonborn": 60.0}
    for _ in range(ROUNDS + 1):
        for module, seconds in least.items():
            least[module] = min(seconds, seconds_to_import(module))
    ratio = least["moonborn"] / least[library]
    for module, seconds in least.items():
        print(f"import {module:9} {seconds * 1000:6.1f} ms (processor time, least of {ROUNDS + 1})")
    print(f"moonborn / {library} {ratio:6.2f}    (must be below {MOST})")
    return 0 if ratio < MOST else 1


if __name__ == "__main__":
    sys.exit(main())
