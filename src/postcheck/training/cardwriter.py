"""Cardwriter: a model's card as a page to read, after *Model Cards* (Mitchell et al., 2019)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from postcheck.training.tables import table

WHAT = {
    "fast": "A logistic regression a signal, over words, pairs of words, known names and pieces of words. "
    "It runs everywhere, in plain Python.",
    "deep": "A small sentence encoder (all-MiniLM-L6-v2, Apache 2.0) fine-tuned on posts and on the words that show "
    "a signal, in eight-bit numbers. It runs where `postcheck[deep]` is installed.",
}


def page(facts: Mapping[str, Any]) -> str:
    """The card in Markdown."""
    parts = facts["corpus"]["posts"]
    purpose = (
        "For: telling authors which signals the words of a draft may carry, and pointing at the words. "
        "Not for: judging people, or deciding anything without a person. What a signal means for whom is "
        "the policy pack's business."
    )
    source = (
        f"Learnt from {parts['train']:,} posts of `data/`, calibrated on {parts['calibration']:,} and measured on "
        f"{parts['test']:,} by other authors; corpus sha256 `{facts['corpus']['sha256'][:16]}`. Every post was "
        "written for the purpose by language models, so expect less on real ones: see docs/evaluation.md. Made with "
        + ", ".join(f"{name} {number}" for name, number in facts["made_with"].items())
        + "."
    )
    blocks = [
        f"# {facts['name']} {facts['version']}",
        WHAT[facts["tier"]],
        purpose,
        source,
    ]
    for title, judged in [("Alone", facts), *([("With fast", facts["with_fast"])] if "with_fast" in facts else [])]:
        blocks += [f"## {title}", *_judged(judged)]
        if "asked" in judged:
            used = judged["as_used"]
            blocks.append(
                f"In use the deep model is asked for {judged['asked']:.0%} of posts, where the fast one is in doubt: "
                f"recall {used['recall']}, false positives {used['false_positive_rate']}."
            )
    return "\n\n".join(blocks) + "\n"


def _judged(judged: Mapping[str, Any]) -> Iterable[str]:
    columns = ("f1", "average_precision", "false_positive_rate", "calibration_error")
    rows = [
        [code, own["posts"], judged["thresholds"][code], *(own[name] for name in columns)]
        for code, own in judged["figures"].items()
    ]
    yield table(["signal", "posts", "threshold", "F1", "average precision", "false positives", "ECE"], rows)
    yield "Flagged or not, by length, form and dialect (recall among flagged posts, false positives among the others):"
    groups = {"all": judged["flags"], **judged["by_form"], **judged["by_dialect"]}
    rows = [[name, own["posts"], own["recall"], own["false_positive_rate"]] for name, own in groups.items()]
    yield table(["posts", "number", "recall", "false positives"], rows)
    yield "Reliability: of what was called so likely, how much was so (a full bar is all):"
    yield table(
        ["said", "was", "", "share of all"],
        [
            [f"{said:.2f}", f"{was:.2f}", "█" * round(20 * was), f"{share:.3f}"]
            for said, was, share in judged["reliability"]
        ],
    )
