"""JSON and JSON lines, in the shape of the published schema."""

from __future__ import annotations

import json
from collections.abc import Iterable

from postcheck.findings import Finding
from postcheck.report import Result
from postcheck.version import VERSION

TYPE_CHECKING = False  # typing takes 3 ms to import
if TYPE_CHECKING:
    from typing import Any

    from postcheck.classifier import Opinion


def line(result: Result, *, why: bool = False) -> str:
    """One result as one line of JSON."""
    return json.dumps(_plain(result, why))


def document(results: Iterable[Result], *, why: bool = False) -> str:
    """All results as one JSON document."""
    return json.dumps({"results": [_plain(result, why) for result in results]}, indent=2)


def _plain(result: Result, why: bool) -> dict[str, Any]:
    draft, context = result.draft, result.context
    plain = {
        "id": draft.id or _place(result),
        "source": draft.source,
        "line": draft.line,
        "verdict": result.verdict.value,
        "context": {
            "account": context.account,
            "restricted": draft.context.restricted,
            "period": context.period,
            "action": context.action,
            "assumed": list(draft.context.assumed),
        },
        "signals": [
            {
                "code": signal.code,
                "origin": signal.origin,
                "rule": signal.rule,
                "score": signal.score,
                "start": signal.span.start,
                "end": signal.span.end,
                "phrase": signal.phrase,
            }
            for signal in result.signals
        ],
        "findings": [_finding(finding) for finding in result.findings],
        "tool": _tool(result),
    }
    return plain | {"opinions": [_opinion(opinion) for opinion in result.opinions]} if why else plain


def _tool(result: Result) -> dict[str, Any]:
    """What gave the result: the version of postcheck, the pack and the models, by their sums."""
    return {
        "name": "postcheck",
        "version": VERSION,
        "packs": [{"name": result.pack.name, "version": result.pack.version, "sha256": result.pack.sha256}],
        "models": [
            {
                "name": card.name,
                "version": card.version,
                "files": {role: file["sha256"] for role, file in card.files.items()},
            }
            for card in (result.models.cards if result.models else ())
        ],
    }


def _opinion(opinion: Opinion) -> dict[str, Any]:
    bias, pieces = opinion.pieces()
    return {
        "code": opinion.code,
        "probability": round(opinion.probability, 6),
        "threshold": opinion.threshold,
        "bias": round(bias, 6),
        "words": [{"start": span.start, "end": span.end, "adds": round(value, 6)} for span, value in pieces],
    }


def _place(result: Result) -> str:
    source = result.draft.source or "draft"
    return f"{source}:{result.draft.line}" if result.draft.line else source


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "level": finding.level.value,
        "message": finding.message,
        "advice": finding.advice,
        "citations": [{"title": citation.title, "url": citation.url} for citation in finding.citations],
        "evidence": list(finding.evidence),
        "confidence": finding.confidence,
        "if_restricted": finding.if_restricted.value if finding.if_restricted else None,
        "suppressed": finding.suppressed,
    }
