"""Tables: rows as Markdown, for pages that count."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; the first column and the one called part are words, the others numbers."""
    rules = ["---" if name in ("part", head[0]) else "--:" for name in head]
    lines = [head, rules, *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)
