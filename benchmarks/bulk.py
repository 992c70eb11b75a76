"""100,000 short posts, a process a core, beside alt-profanity-check (one process) in one run.

usage: python benchmarks/bulk.py [POSTS]
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path

from postcheck.training.corpus import load

BIN = Path(sys.executable).parent
PEER = (
    "import sys, json; from profanity_check import predict;"
    "print(sum(predict([json.loads(line)['text'] for line in open(sys.argv[1])])))"
)
SHORT = 140  # characters


def measured(commands: list[list[str]]) -> tuple[float, float]:
    """Seconds until all of the commands, started together, are done, and the most memory that one took in MB."""
    start = time.perf_counter()
    running = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for command in commands]
    most = max(_finished(process) for process in running)
    return time.perf_counter() - start, most


def _finished(process: subprocess.Popen[bytes]) -> float:
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):  # 1: something was found
        raise SystemExit(f"{process.args!r} failed")
    return usage.ru_maxrss / 1024


def main(count: int) -> None:
    """Print seconds, posts a second, ratio and memory for each contender."""
    posts = list(islice(cycle(post.text for post in load() if len(post.text) <= SHORT), count))
    cores = os.cpu_count() or 1
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder, "all.jsonl")
        whole.write_text("".join(json.dumps({"text": text}) + "\n" for text in posts), "utf-8")
        shares = [Path(folder, f"{core}.jsonl") for core in range(cores)]
        for core, share in enumerate(shares):
            share.write_text("".join(json.dumps({"text": text}) + "\n" for text in posts[core::cores]), "utf-8")
        contenders = {"alt-profanity-check": [[sys.executable, "-c", PEER, str(whole)]]} | {
            f"postcheck batch --model {model}": [
                [str(BIN / "postcheck"), "batch", str(share), "--model", model] for share in shares
            ]
            for model in ("none", "fast")
        }
        base = 0.0
        print(f"{count} posts, {cores} cores")
        print(f"{'':30} {'seconds':>8} {'posts/s':>9} {'× peer':>7} {'MB a process':>13}")
        for name, commands in contenders.items():
            seconds, memory = measured(commands)
            base = base or seconds
            print(f"{name:30} {seconds:8.1f} {count / seconds:9.0f} {seconds / base:7.2f} {memory:13.0f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
