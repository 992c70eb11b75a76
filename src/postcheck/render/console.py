"""Console: the draft with its phrases marked, the verdict, and for each finding why and a way out."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise

from postcheck.findings import Finding
from postcheck.lengths import X_LIMIT, x_length
from postcheck.packs import Level
from postcheck.report import Result
from postcheck.signals import Signal

_NARROWEST = 3  # the margin where labels have no room beside

Segment = tuple[str, str]  # words and their style
Line = list[Segment]

_SIGN = {Level.CLEAR: "✓", Level.REVIEW: "?", Level.STOP: "■"}
_STYLE = {Level.CLEAR: "bold green", Level.REVIEW: "bold yellow", Level.STOP: "bold red"}
_HEADLINE = {
    Level.CLEAR: "Clear: nothing here oversteps. Post it.",
    Level.REVIEW: "Review: somebody could fairly say that this oversteps. Reword it, or ask.",
    Level.STOP: "Stop: don't post this as it stands.",
}
_ACCOUNT = {
    "personal": "a personal account",
    "professional": "an account that shows your job",
    "corporate": "the organisation's own account",
}
_PERIOD = {"normal": "outside an election", "pre_election": "before an election"}
_RESTRICTED = {True: ", politically restricted", False: "", None: ", not politically restricted as far as we know"}
_OPTION = {
    "account": "--account",
    "restricted": "--restricted or --not-restricted",
    "period": "--period",
    "action": "--action",
}


def render(result: Result, width: int = 80, *, colour: bool = False, why: bool = False) -> str:
    """The result for a person to read, wrapped to `width` columns; with `why`, what the models go by.

    Colour only repeats what words, signs and underlines already say.
    """
    lines = list(_lines(result, max(width, 20)))
    if why:
        lines += _why(result, max(width, 20))
    return _painted(lines) if colour else "\n".join("".join(words for words, _ in line).rstrip() for line in lines)


def _painted(lines: Sequence[Line]) -> str:
    """The lines with terminal colours: the sixteen that every terminal has."""
    from rich.color import ColorSystem
    from rich.style import Style

    def painted(words: str, style: str) -> str:
        return Style.parse(style).render(words, color_system=ColorSystem.STANDARD) if style else words

    return "\n".join("".join(painted(*segment) for segment in line) for line in lines)


def _lines(result: Result, width: int) -> Iterator[Line]:
    shown = [finding for finding in result.findings if finding.level is not Level.CLEAR and not finding.suppressed]
    headline = f"{_SIGN[result.verdict]} {_HEADLINE[result.verdict]}"
    yield from _wrapped(headline, width, "  ", _STYLE[result.verdict])
    if shown:
        yield []
        yield from _draft(result, shown, width)
    for number, finding in enumerate(shown, 1):
        yield []
        yield from _finding(number, finding, result, width)
    hidden = [f for f in result.findings if f.if_restricted and f not in shown]
    for finding in hidden:
        yield from _if_restricted(finding, result, width)
    if shown or hidden:
        yield []
        yield from _context(result, width)


# ── the draft, with what was found underlined ────────────────────────────────────────────


def visible(text: str) -> str:
    """The text with each control and invisible character shown as one harmless sign."""
    return "".join(
        char if char == "\n" else " " if char == "\t" else "\N{REPLACEMENT CHARACTER}" if _unseen(char) else char
        for char in text
    )


def _unseen(char: str) -> bool:
    kind = unicodedata.category(char)
    # joiners and variation marks hold emoji together, and move nothing
    return kind in ("Cc", "Cs", "Cn", "Zl", "Zp") or (kind == "Cf" and char not in "\u200d\u200c\u00ad")


def _draft(result: Result, shown: Sequence[Finding], width: int) -> Iterator[Line]:
    text = visible(result.draft.text)
    marks = [
        (signal.span.start, signal.span.end, number, finding.level)
        for number, finding in enumerate(shown, 1)
        for signal, _ in _witnesses(finding, result)
    ]
    for start, end in _rows(text, width - 2):
        yield [("  ", ""), *_styled(text, start, end, marks)]
        yield from _underlines(text, start, end, marks)


Mark = tuple[int, int, int, Level]


def _styled(text: str, start: int, end: int, marks: Sequence[Mark]) -> Line:
    """One row of the draft, cut wherever a marked phrase begins or ends."""
    cuts = sorted({start, end, *(place for mark in marks for place in mark[:2] if start < place < end)})
    line: Line = []
    for left, right in pairwise(cuts):
        over = [level for first, last, _, level in marks if first < right and left < last]
        worst = max(over, key=lambda level: level.rank, default=None)
        line.append((text[left:right], f"underline {_STYLE[worst]}" if worst else ""))
    return line


def _underlines(text: str, start: int, end: int, marks: Sequence[Mark]) -> Iterator[Line]:
    """As many rows of numbered lines under a row of the draft as its phrases overlap."""
    rows: list[tuple[int, Line]] = []
    for first, last, number, level in sorted(marks):
        left, right = max(first, start), min(last, end)
        if left >= right:
            continue
        at = _cells(text[start:left])
        label = str(number) if first >= start else ""
        drawn = label + "─" * (_cells(text[left:right]) - len(label))
        row = next((row for row, (used, _) in enumerate(rows) if used <= at), len(rows))
        if row == len(rows):
            rows.append((0, [("  ", "")]))
        used, line = rows[row]
        line += [(" " * (at - used), ""), (drawn, _STYLE[level])]
        rows[row] = (at + max(len(drawn), 1) + 1, [*line, (" ", "")])
    yield from (line for _, line in rows)


_NARROW = dict.fromkeys(map(ord, "“”‘’…–—─·✓■é"))


def _cells(text: str) -> int:
    """How many columns the text takes; rich knows, and is only asked where the answer isn't plain."""
    if text.isascii() or text.translate(_NARROW).isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def _rows(text: str, width: int) -> Iterator[tuple[int, int]]:
    """The text cut into rows of at most `width` cells, at spaces where there are any."""
    start = 0
    for part in text.split("\n"):
        end = start + len(part)
        while _cells(text[start:end]) > width:
            cut = start + 1
            while cut < end and _cells(text[start : cut + 1]) <= width:
                cut += 1
            space = text.rfind(" ", start + 1, cut + 1)
            yield start, space if space > start else cut
            start = space + 1 if space > start else cut
        yield start, end
        start = end + 1


# ── what the models go by ────────────────────────────────────────────────────────────────

_OPINIONS, _WORDS, _BAR = 3, 5, 24  # shown of each, and the longest bar


def _why(result: Result, width: int) -> Iterator[Line]:
    """For the likeliest signals, the words that speak for and against, as bars."""
    yield []
    if result.models is None:
        yield [("No classifier was asked: the model is none.", "dim")]
    for opinion in result.opinions[:_OPINIONS]:
        title = result.pack.signals[opinion.code].title
        said = "reported" if opinion.stands else "not reported"
        words = f"{opinion.code}  {title}: {opinion.probability:.0%} likely, {said} (from {opinion.threshold:.0%})"
        yield from _wrapped(words, width, "", "bold" if opinion.stands else "")
        _, pieces = opinion.pieces()
        heaviest = sorted(pieces, key=lambda piece: -abs(piece[1]))[:_WORDS]
        most = max((abs(value) for _, value in heaviest), default=0) or 1
        for span, value in heaviest:
            bar = "█" * round(min(_BAR, width // 3) * abs(value) / most)
            word = " ".join(visible(span.of(result.draft.text)).split()) or "¶"
            left, right = next(iter(_rows(word, max(width - len(bar) - 10, 8))))
            style = "red" if value > 0 else "green"
            yield [(f"   {value:+.2f} ", "dim"), (bar, style), (f" {word[left:right]}", "")]


# ── the findings ─────────────────────────────────────────────────────────────────────────


def _finding(number: int, finding: Finding, result: Result, width: int) -> Iterator[Line]:
    head, level = f"{number}  {finding.title}", finding.level.value
    if _cells(head) + 2 + len(level) <= width:
        yield [(head, "bold"), ("  ", ""), (level, _STYLE[finding.level])]
    else:
        yield from _wrapped(head, width, "   ", "bold")
        yield [("   ", ""), (level, _STYLE[finding.level])]
    for said in _says(finding, result):
        yield from _field("Phrase", said, width)
    yield from _field("Why here", finding.message, width)
    for at, citation in enumerate(finding.citations[:2]):
        yield from _field("" if at else "Source", citation.title, width)
        yield [(" " * _margin(width), ""), (citation.url, "dim")]  # whole, so that it can be followed
    yield from _field("Way out", finding.advice, width)
    if finding.if_restricted:
        yield from _field("", f"If your post is politically restricted: {finding.if_restricted.value}.", width)


def _witnesses(finding: Finding, result: Result) -> Iterator[tuple[Signal, Signal | None]]:
    """Each signal of a finding, with the model's that only says the same of those words."""
    signals = [result.signals[at] for at in finding.evidence]
    rules = [signal for signal in signals if signal.rule]
    for signal in signals:
        if signal.rule:
            yield signal, next((own for own in signals if not own.rule and own.span.meets(signal.span)), None)
        elif not any(signal.span.meets(rule.span) for rule in rules):
            yield signal, None


def _says(finding: Finding, result: Result) -> Iterator[str]:
    """What each phrase does, in the words of the rule that saw it, or how likely the classifier thinks it."""
    for signal, agrees in _witnesses(finding, result):
        rule = result.pack.rules.get(signal.rule or "")
        phrase = " ".join(visible(signal.phrase).split())
        if rule:
            second = f" The classifier agrees ({agrees.score:.0%})." if agrees else ""
            yield f"“{phrase}” {rule.message.rstrip('.')}.{second}"
        else:
            yield f"“{phrase}” is what the classifier goes by; it thinks this {signal.score:.0%} likely."


def _if_restricted(finding: Finding, result: Result, width: int) -> Iterator[Line]:
    phrases = ", ".join(f"“{visible(result.signals[at].phrase)}”" for at in finding.evidence)
    level = finding.if_restricted.value if finding.if_restricted else ""
    yield from _wrapped(f"If your post is politically restricted: {level}, for {phrases}.", width, "", "")


def _field(name: str, words: str, width: int) -> Iterator[Line]:
    """A labelled paragraph: the label in its own column, or above where there is no room."""
    margin = _margin(width)
    if margin == _NARROWEST and name:
        yield [(" " * margin, ""), (name, "dim")]
    for at, (left, right) in enumerate(_rows(words, width - margin)):
        lead = f"   {name}" if margin > _NARROWEST and not at else ""
        yield [(lead.ljust(margin), "dim"), (words[left:right], "")]


def _margin(width: int) -> int:
    return 12 if width >= 56 else _NARROWEST


def _context(result: Result, width: int) -> Iterator[Line]:
    context, given = result.context, result.draft.context
    own = context.account != "corporate"  # whether a post is restricted says nothing of the organisation's account
    assumed = [_OPTION[name] for name in given.assumed if own or name != "restricted"]
    taken = f"Taken as a {context.action} from {_ACCOUNT[str(context.account)]}, {_PERIOD[str(context.period)]}"
    taken += f"{_RESTRICTED[given.restricted] if own else ''}."
    if assumed:
        taken += f" Assumed; say otherwise with {', '.join(assumed)}."
    yield from _wrapped(taken, width, "", "dim")
    yield from _wrapped(_length(result), width, "", "dim")


def _length(result: Result) -> str:
    length = x_length(result.draft.text)
    over = f": {length - X_LIMIT} too long for one post there" if length > X_LIMIT else ""
    return f"{length} of {X_LIMIT} characters on X{over}."


def _wrapped(words: str, width: int, indent: str, style: str) -> Iterator[Line]:
    for at, (left, right) in enumerate(_rows(words, width - len(indent))):
        yield [(indent if at else "", ""), (words[left:right], style)]
