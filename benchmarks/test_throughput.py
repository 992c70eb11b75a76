"""Posts a second inside one process, and where the time goes."""

from __future__ import annotations

import json
from pathlib import Path

from pytest_benchmark.fixture import BenchmarkFixture

from postcheck import Pack, check, load
from postcheck.matcher import find_signals
from postcheck.text import readings

PACK: Pack = load("uk-local-government")
POSTS = [json.loads(line)["text"] for line in Path("examples/labelled.jsonl").read_text("utf-8").splitlines()]


def test_read(benchmark: BenchmarkFixture) -> None:
    benchmark(lambda: [readings(text, PACK.vocabulary) for text in POSTS])


def test_match(benchmark: BenchmarkFixture) -> None:
    benchmark(lambda: [find_signals(text, PACK) for text in POSTS])


def test_check(benchmark: BenchmarkFixture) -> None:
    benchmark(lambda: [check(text, pack=PACK) for text in POSTS])


def test_load_compiled_pack(benchmark: BenchmarkFixture) -> None:
    benchmark(load, "uk-local-government")
