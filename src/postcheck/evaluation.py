"""Evaluation: how well the findings agree with labelled posts."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from postcheck.drafts import Draft
from postcheck.findings import judge, verdict
from postcheck.folding import Span
from postcheck.packs import Level, Pack
from postcheck.report import Result
from postcheck.signals import Origin, Signal

ROUNDS, SEED = 500, 7  # of the bootstrap


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A draft with the signals that a reader saw, and codes on which readers differ (they count neither way)."""

    draft: Draft
    signals: Mapping[str, Sequence[str]]
    unsettled: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Agreement on one yes/no question: `pairs` are (labelled so, found so)."""

    pairs: tuple[tuple[bool, bool], ...]

    def count(self, labelled: bool, found: bool) -> int:
        """How many posts were labelled and found so."""
        return self.pairs.count((labelled, found))

    @property
    def positives(self) -> int:
        """How many posts were labelled yes."""
        return self.count(True, True) + self.count(True, False)

    @property
    def precision(self) -> float:
        """The share of what was found that is right."""
        return _ratio(self.count(True, True), self.count(True, True) + self.count(False, True))

    @property
    def recall(self) -> float:
        """The share of what was labelled that is found."""
        return _ratio(self.count(True, True), self.positives)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        hits = self.count(True, True)
        return _ratio(2 * hits, 2 * hits + self.count(False, True) + self.count(True, False))

    @property
    def fpr(self) -> float:
        """The share of what should be left alone that is found."""
        return _ratio(self.count(False, True), len(self.pairs) - self.positives)

    def f1_interval(self) -> tuple[float, float]:
        """The 95 % interval of F1 under a seeded bootstrap over posts."""
        rng = random.Random(SEED)
        drawn = sorted(Figures(pairs=tuple(rng.choice(self.pairs) for _ in self.pairs)).f1 for _ in range(ROUNDS))
        return drawn[int(ROUNDS * 0.025)], drawn[int(ROUNDS * 0.975)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Agreement over a set: flags by family, signals by code, phrases and exact verdicts."""

    flags: Mapping[str, Figures]
    signals: Mapping[str, Figures]
    span_overlap: float
    verdict_exact: float
    wrong: tuple[tuple[str, Level, Level], ...]

    @property
    def macro_f1(self) -> float:
        """The mean F1 of the signals that occur; B2 stays out, for it is welcome on most accounts."""
        f1 = [figures.f1 for code, figures in self.signals.items() if code != "B2" and figures.positives]
        return sum(f1) / len(f1) if f1 else 0.0


FAMILIES = {"all": "", "political": "P", "boundary": "B"}


def evaluate(gold: Sequence[Labelled], results: Sequence[Result], pack: Pack) -> Evaluation:
    """Compare results with labels, post by post. A label's verdict follows from its signals and the pack."""
    both = list(zip(gold, results, strict=True))
    wanted = [labelled_verdict(post, pack) for post in gold]
    return Evaluation(
        flags={name: _flags(both, pack, family) for name, family in FAMILIES.items()},
        signals={code: _signals(both, code) for code in pack.signals},
        span_overlap=_span_overlap(both),
        verdict_exact=_ratio(sum(w is r.verdict for w, r in zip(wanted, results, strict=True)), len(both)),
        wrong=tuple(
            (result.draft.id, want, result.verdict)
            for want, (post, result) in zip(wanted, both, strict=True)
            if _settled(post, pack, "") and (want is Level.CLEAR) != (result.verdict is Level.CLEAR)
        ),
    )


def labelled_verdict(post: Labelled, pack: Pack, family: str = "", also: Iterable[str] = ()) -> Level:
    """The verdict that the labels (and `also` the codes given) lead to, in the post's context."""
    signals = [
        Signal(code=code, origin=Origin.RULE, score=1.0, span=Span(start=0, end=0), phrase="")
        for code in (*post.signals, *also)
        if code.startswith(family)
    ]
    return verdict(judge(signals, post.draft.context, pack))


def _settled(post: Labelled, pack: Pack, family: str) -> bool:
    """Whether the codes that readers differ on leave the flag as it is."""
    with_doubts = labelled_verdict(post, pack, family, post.unsettled)
    return (with_doubts is Level.CLEAR) == (labelled_verdict(post, pack, family) is Level.CLEAR)


Both = Sequence[tuple[Labelled, Result]]


def _flags(both: Both, pack: Pack, family: str) -> Figures:
    def found(result: Result) -> bool:
        return any(f.level is not Level.CLEAR for f in result.findings if f.code.startswith(family))

    return _figures(
        both,
        lambda post: labelled_verdict(post, pack, family) is not Level.CLEAR,
        found,
        lambda post: _settled(post, pack, family),
    )


def _signals(both: Both, code: str) -> Figures:
    return _figures(
        both,
        lambda post: code in post.signals,
        lambda result: any(signal.code == code for signal in result.signals),
        lambda post: code not in post.unsettled,
    )


def _figures(
    both: Both,
    labelled: Callable[[Labelled], bool],
    found: Callable[[Result], bool],
    counts: Callable[[Labelled], bool],
) -> Figures:
    return Figures(pairs=tuple((labelled(post), found(result)) for post, result in both if counts(post)))


def _span_overlap(both: Both) -> float:
    """Of the signals both saw, the share where a found phrase meets a labelled one."""
    met = [
        any(span.meets(signal.span) for span in _spans(post.signals[code], post.draft.text) for signal in seen)
        for post, result in both
        for code in post.signals
        if code not in post.unsettled and (seen := [signal for signal in result.signals if signal.code == code])
    ]
    return _ratio(sum(met), len(met))


def _spans(phrases: Sequence[str], text: str) -> list[Span]:
    found = []
    for phrase in phrases:
        start = text.find(phrase)
        while start >= 0:
            found.append(Span(start=start, end=start + len(phrase)))
            start = text.find(phrase, start + 1)
    return found


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


# ── as text ──────────────────────────────────────────────────────────────────────────────


def table(evaluation: Evaluation) -> str:
    """The figures as a plain table."""
    head = f"{'':12} {'P':>6} {'R':>6} {'F1':>6} {'FPR':>6} {'pos':>5} {'n':>5}"
    flags = [
        f"{_row(name, figures)}   F1 95% {low:.3f}..{high:.3f}"
        for name, figures in evaluation.flags.items()
        for low, high in [figures.f1_interval()]
    ]
    signals = [_row(code, figures) for code, figures in evaluation.signals.items()]
    foot = (
        f"signals macro F1 {evaluation.macro_f1:.3f} (without B2) · spans that meet the gold span "
        f"{evaluation.span_overlap:.3f} · verdict exact {evaluation.verdict_exact:.3f}"
    )
    return "\n".join([head, *flags, *signals, foot])


def _row(name: str, figures: Figures) -> str:
    return (
        f"{name:12} {figures.precision:6.3f} {figures.recall:6.3f} {figures.f1:6.3f} {figures.fpr:6.3f} "
        f"{figures.positives:5} {len(figures.pairs):5}"
    )


def share(results: Sequence[Result]) -> str:
    """What was flagged in a set without labels, as text."""
    flagged = [result for result in results if result.verdict is not Level.CLEAR]
    codes = Counter(f.code for result in flagged for f in result.findings if f.level is not Level.CLEAR)
    by_code = ", ".join(f"{code} {count}" for code, count in sorted(codes.items())) or "none"
    part = _ratio(len(flagged), len(results))
    return f"{len(results)} posts without labels: {len(flagged)} flagged ({part:.2%}): {by_code}"
