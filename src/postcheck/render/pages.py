"""Pages: a rule or a signal of a pack, spelt out as plain text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from textwrap import fill

from postcheck.loader import Examples
from postcheck.packs import Citation, Judgement, Pack, Rule

TYPE_CHECKING = False  # typing takes 3 ms to import
if TYPE_CHECKING:
    from typing import Any

    from postcheck.cards import Card


def rule(pack: Pack, name: str, examples: Examples) -> str:
    """One rule: what it looks for, why, its way out, its sources and its examples."""
    shown = pack.rules[name]
    kind = pack.signals[shown.signal]
    parts = [
        f"{shown.id}  {shown.title}",
        f"signal {kind.code} ({kind.name}), confidence {shown.confidence:g}",
        _section("This phrase", [shown.message]),
        _section("Way out", [shown.advice]),
        _section("Looks for", list(_looks_for(shown))),
        _section("Source", _sources(pack.citations[name] for name in shown.citations)),
        _section("Flags", examples.flags),
        _section("Passes", examples.passes),
        _section("Known to miss", examples.misses),
        f"What {kind.code} means on each account: postcheck rules show {kind.code}",
    ]
    return "\n\n".join(part for part in parts if part)


def signal(pack: Pack, code: str) -> str:
    """One signal: its judgement in every context, with sources, and its rules."""
    kind = pack.signals[code]
    rows = [row for row in pack.judgements if row.signal == code]
    judged = [
        f"{row.level.value:7} {_when(row)}\n{fill(row.message, 78, initial_indent=' ' * 8, subsequent_indent=' ' * 8)}"
        for row in rows
    ]
    names = dict.fromkeys(name for row in rows for name in row.citations)
    rules = [f"{shown.id:34} {shown.title}" for shown in pack.rules.values() if shown.signal == code]
    parts = [
        f"{code}  {kind.title} ({kind.name})",
        "The first line that fits decides:\n" + "\n".join("  " + line for row in judged for line in row.split("\n")),
        _section("Source", _sources(pack.citations[name] for name in names)),
        "Rules\n" + "\n".join("  " + line for line in rules),
    ]
    return "\n\n".join(parts)


def card(shown: Card) -> str:
    """A model: what it learnt from, and for each code its threshold and its figures on posts that it never saw."""
    learnt = shown.facts["corpus"]
    parts = learnt["posts"]
    blocks = [
        f"{shown.name} {shown.version}  {shown.folder}",
        f"learnt from {parts['train']} posts, calibrated on {parts['calibration']}, measured on {parts['test']}\n"
        f"corpus sha256 {learnt['sha256'][:12]}, made with "
        + ", ".join(f"{name} {number}" for name, number in shown.facts["made_with"].items()),
        "reported from which probability on, and how well on posts it never saw:\n" + _judged(shown.facts),
    ]
    if shown.together:
        blocks.append("the same beside the fast model, as --model auto uses it:\n" + _judged(shown.together))
    return "\n\n".join(blocks)


def _judged(judged: Mapping[str, Any]) -> str:
    return "\n".join(
        f"  {code}  from {judged['thresholds'][code]:5.2f}   F1 {own['f1']:.2f}   "
        f"false positives {own['false_positive_rate']:.3f}   calibration error {own['calibration_error']:.3f}"
        for code, own in judged["figures"].items()
    )


def heaviest(words: Mapping[str, Iterable[str]]) -> str:
    """What weighs most for each code."""
    lines = (
        fill(f"{code}  {', '.join(own)}", 78, initial_indent="  ", subsequent_indent="      ")
        for code, own in words.items()
    )
    return "\nweighs most, pieces of words with ~:\n" + "\n".join(lines)


def _section(title: str, items: Iterable[str]) -> str:
    lines = [fill(item, 76, initial_indent="  - ", subsequent_indent="    ") for item in items]
    return "\n".join([title, *lines]) if lines else ""


def _looks_for(shown: Rule) -> Iterator[str]:
    if shown.phrases:
        yield "phrases: " + "; ".join(shown.phrases)
    if shown.pattern:
        yield f"pattern: {shown.pattern}"
    if shown.entries:
        yield f"{shown.entries} within {shown.within} words of: " + "; ".join(shown.cues)
    for title, phrases in (
        ("needs", shown.requires),
        ("not beside", shown.forbids),
        ("except", shown.exceptions),
    ):
        if phrases:
            yield f"{title}: " + "; ".join(phrases)


def _sources(citations: Iterable[Citation]) -> Iterator[str]:
    status = {"V": "primary text seen", "S": "secondary source seen"}
    for citation in citations:
        checked = f", checked {citation.checked}" if citation.checked else ""
        yield f"{citation.title}. {citation.says} ({status[citation.status]}{checked}) {citation.url}"


def _when(row: Judgement) -> str:
    restricted = {None: "", True: "politically restricted", False: "not politically restricted"}[row.restricted]
    parts = [" or ".join(row.account), restricted, row.period.replace("_", "-"), " or ".join(row.action)]
    return ", ".join(part for part in parts if part) or "otherwise"
