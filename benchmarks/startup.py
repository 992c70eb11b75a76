"""Whole-process time of one check beside proselint and a bare interpreter, round robin in one run.

usage: python benchmarks/startup.py [ROUNDS]
"""

from __future__ import annotations

import os
import pty
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

DRAFT = (
    "Gritters out from six tonight, flasks filled and Spready Mercury leading the way. Take care on the tops, "
    "check on your neighbours, and if a road looks bad leave it for an hour. Proud of what this council does. "
    "Vote Labour on Thursday!"
)
BIN = Path(sys.executable).parent
# bytecode is kept, as for whatever pip installs; the first round writes it
ENVIRONMENT = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "PYTHONDONTWRITEBYTECODE")}


def piped(command: list[str]) -> float:
    """Seconds from spawn to exit with output into a pipe."""
    start = time.perf_counter()
    subprocess.run(command, capture_output=True, check=False, env=ENVIRONMENT)
    return time.perf_counter() - start


def in_terminal(command: list[str]) -> float:
    """The same with output to a terminal, where colour is on."""
    ours, theirs = pty.openpty()
    reader = threading.Thread(target=_drain, args=(ours,))
    reader.start()
    environment = ENVIRONMENT | {"TERM": "xterm-256color"}
    start = time.perf_counter()
    subprocess.run(command, stdout=theirs, stderr=theirs, check=False, env=environment)
    taken = time.perf_counter() - start
    os.close(theirs)
    reader.join()
    os.close(ours)
    return taken


def _drain(descriptor: int) -> None:
    try:
        while os.read(descriptor, 65536):
            pass
    except OSError:
        return  # the other end has closed


def main(rounds: int) -> None:
    """Print medians and, round by round, ratios to proselint."""
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / "draft.md"
        draft.write_text(DRAFT, encoding="utf-8")
        check = [str(BIN / "postcheck"), "check", "--file", str(draft)]
        proselint = [str(BIN / "proselint"), "check", str(draft)]
        contenders: dict[str, tuple[Callable[[list[str]], float], list[str]]] = {
            "python -c pass": (piped, [sys.executable, "-c", "pass"]),
            "proselint check": (piped, proselint),
            "postcheck check, rules alone": (piped, [*check, "--model", "none"]),
            "postcheck check, with fast": (piped, [*check, "--model", "fast"]),
            "  the same --format jsonl": (piped, [*check, "--model", "fast", "--format", "jsonl"]),
            "  the same in a terminal": (in_terminal, [*check, "--model", "fast"]),
            "postcheck check, with both": (piped, check),
            "postcheck check, with deep": (piped, [*check, "--model", "deep"]),
        }
        times: dict[str, list[float]] = {name: [] for name in contenders}
        for turn in range(rounds + 1):
            for name, (run, command) in contenders.items():
                seconds = run(command)
                if turn:  # the first round only warms the caches
                    times[name].append(seconds)
    base = times["proselint check"]
    print(f"{'':32} {'median ms':>9} {'min':>7} {'max':>7} {'× proselint':>12}")
    for name, own in times.items():
        ratio = statistics.median(mine / other for mine, other in zip(own, base, strict=True))
        low, middle, high = (1000 * value for value in (min(own), statistics.median(own), max(own)))
        print(f"{name:32} {middle:9.1f} {low:7.1f} {high:7.1f} {ratio:12.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
