"""Proof: a pack's rules against the examples that stand beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from postcheck.loader import Examples
from postcheck.matcher import find_matches
from postcheck.packs import Pack


def prove(pack: Pack, examples: Mapping[str, Examples]) -> Iterator[str]:
    """What is wrong with the rules' own examples, one sentence each; nothing where all hold.

    A rule must match each of its `flags`, none of its `passes`, and none of its `misses`: a known
    limit that is found after all belongs among the flags.
    """
    for name, own in examples.items():
        for text in own.flags:
            if not _matches(name, text, pack):
                yield f"rule {name}: should flag but doesn't: {text!r}"
        for text in own.passes:
            for phrase in _matches(name, text, pack):
                yield f"rule {name}: should pass but finds {phrase!r} in: {text!r}"
        for text in own.misses:
            if _matches(name, text, pack):
                yield f"rule {name}: listed as a known miss but found, so move it to flags: {text!r}"


def _matches(name: str, text: str, pack: Pack) -> list[str]:
    return [span.of(text) for rule, span in find_matches(text, pack) if rule.id == name]
