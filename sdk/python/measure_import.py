"""Measures what importing moonborn costs beside httpx alone; fails at 1.5 times and above."""

from __future__ import annotations

import statistics
import subprocess
import sys

ROUNDS = 15
MOST = 1.5
PROGRAM = "import time; begun = time.perf_counter(); import {}; print(time.perf_counter() - begun)"


def seconds_to_import(module: str) -> float:
    """Import a module in a fresh process."""
    run = subprocess.run([sys.executable, "-c", PROGRAM.format(module)], capture_output=True, text=True, check=True)
    return float(run.stdout)


def main() -> int:
    """Take turns, so that a busy machine slows both alike, and compare the medians."""
    seconds: dict[str, list[float]] = {"httpx": [], "moonborn": []}
    for _ in range(ROUNDS + 1):
        for module, taken in seconds.items():
            taken.append(seconds_to_import(module))
    medians = {module: statistics.median(taken[1:]) for module, taken in seconds.items()}
    ratio = medians["moonborn"] / medians["httpx"]
    for module, median in medians.items():
        print(f"import {module:9} {median * 1000:6.1f} ms (median of {ROUNDS})")
    print(f"moonborn / httpx {ratio:6.2f}    (must be below {MOST})")
    return 0 if ratio < MOST else 1


if __name__ == "__main__":
    sys.exit(main())
