"""Rules: each one flags, passes and misses what its own file says."""

from __future__ import annotations

from functools import cache

import pytest

from postcheck import Pack, load
from postcheck.library import load_examples, shipped
from postcheck.matcher import find_matches

CASES = [(name, rule, text) for name in shipped() for rule, own in load_examples(name).items() for text in own.flags]
PASSES = [(n, r, t) for n in shipped() for r, own in load_examples(n).items() for t in own.passes]
MISSES = [(n, r, t) for n in shipped() for r, own in load_examples(n).items() for t in own.misses]


@cache
def _pack(name: str) -> Pack:
    return load(name)


def _hits(name: str, rule: str, text: str) -> list[str]:
    return [span.of(text) for found, span in find_matches(text, _pack(name)) if found.id == rule]


@pytest.mark.parametrize(("name", "rule", "text"), CASES)
def test_flags(name: str, rule: str, text: str) -> None:
    assert _hits(name, rule, text)


@pytest.mark.parametrize(("name", "rule", "text"), PASSES)
def test_passes(name: str, rule: str, text: str) -> None:
    assert not _hits(name, rule, text)


@pytest.mark.xfail(strict=True, reason="a known limit, kept in the rule's own file")
@pytest.mark.parametrize(("name", "rule", "text"), MISSES)
def test_misses(name: str, rule: str, text: str) -> None:
    assert _hits(name, rule, text)
