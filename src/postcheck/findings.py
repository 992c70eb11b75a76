"""Findings: what the policy says about the signals, for this author."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from postcheck.drafts import Account, Action, Context, Period
from postcheck.packs import Citation, Judgement, Level, Pack
from postcheck.signals import Origin, Signal


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one signal code means here. `evidence` are indexes into the result's signals.

    `confidence` says how sure rules and models are together that the signal is there, 0 to 1.
    `if_restricted` is the level for a politically restricted post-holder, given where nobody
    said whether the author is one and it would be worse.
    """

    code: str
    title: str
    level: Level
    message: str
    advice: str
    citations: tuple[Citation, ...]
    evidence: tuple[int, ...]
    confidence: float
    if_restricted: Level | None = None
    suppressed: str | None = None


def settle(context: Context) -> Context:
    """The context with what nobody said filled in: a visible officer's post, on an ordinary day.

    Nobody is taken for politically restricted unless it is said: most officers are not.
    """
    return Context(
        account=context.account or Account.PROFESSIONAL,
        restricted=bool(context.restricted),
        period=context.period or Period.NORMAL,
        action=context.action or Action.POST,
    )


def judge(signals: Sequence[Signal], context: Context, pack: Pack) -> tuple[Finding, ...]:
    """One finding for each code among the signals, the worst first."""
    codes = dict.fromkeys(signal.code for signal in signals)
    found = [_finding(code, signals, context, pack) for code in codes]
    return tuple(sorted(found, key=lambda finding: (-finding.level.rank, finding.evidence)))


def confidence(signals: Sequence[Signal]) -> float:
    """How sure the signals of one code make us together.

    The surest rule and the surest model count as two witnesses who err apart from each other:
    1 - (1 - rule) x (1 - model). More phrases seen by the same witness add nothing.
    """
    doubt = 1.0
    for origin in Origin:
        doubt *= 1 - max((signal.score for signal in signals if signal.origin is origin), default=0.0)
    return round(1 - doubt, 4)


def verdict(findings: Sequence[Finding]) -> Level:
    """The worst level of the findings that are not suppressed."""
    counted = [finding.level for finding in findings if not finding.suppressed]
    return max(counted, key=lambda level: level.rank, default=Level.CLEAR)


def _finding(code: str, signals: Sequence[Signal], context: Context, pack: Pack) -> Finding:
    settled = settle(context)
    judgement = _judgement(code, settled, pack)
    evidence = tuple(number for number, signal in enumerate(signals) if signal.code == code)
    own = [signals[number] for number in evidence]
    rules = [signal for signal in own if signal.rule]
    rule = pack.rules[str(max(rules, key=lambda signal: signal.score).rule)] if rules else None
    sources = dict.fromkeys((*judgement.citations, *(rule.citations if rule else ())))
    return Finding(
        code=code,
        title=pack.signals[code].title,
        level=judgement.level,
        message=judgement.message,
        advice=rule.advice if rule else judgement.advice,
        citations=tuple(pack.citations[source] for source in sources),
        evidence=evidence,
        confidence=confidence(own),
        if_restricted=_if_restricted(judgement, code, context, settled, pack),
    )


def _if_restricted(judgement: Judgement, code: str, context: Context, settled: Context, pack: Pack) -> Level | None:
    if context.restricted is not None:
        return None
    level = _judgement(code, replace(settled, restricted=True), pack).level
    return level if level.rank > judgement.level.rank else None


def _judgement(code: str, context: Context, pack: Pack) -> Judgement:
    # the loader has proved that every context has one
    return next(row for row in pack.judgements if row.signal == code and row.fits(context))
