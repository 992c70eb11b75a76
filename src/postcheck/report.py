"""Report: the whole flow, from a draft to what its author should know."""

from __future__ import annotations

import os
from dataclasses import dataclass

from postcheck.drafts import Context, Draft
from postcheck.errors import InputError
from postcheck.findings import Finding, judge, settle, verdict
from postcheck.library import load
from postcheck.matcher import find_signals
from postcheck.packs import Level, Pack
from postcheck.signals import Signal, in_order

TYPE_CHECKING = False  # typing takes 3 ms to import
if TYPE_CHECKING:
    from postcheck.classifier import Classifier, Opinion

VARIABLE = "POSTCHECK_MODEL"
DEFAULT_PACK = "uk-local-government"
LONGEST = 100_000  # code points; the longest post of any network (Facebook) is 63,206


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A checked draft: its signals, the findings they give in its context, and the verdict.

    `opinions` are the models' on every code, likely or not, where somebody asked why.
    """

    draft: Draft
    context: Context
    verdict: Level
    signals: tuple[Signal, ...]
    findings: tuple[Finding, ...]
    pack: Pack
    models: Classifier | None = None
    opinions: tuple[Opinion, ...] = ()


def check(
    draft: Draft | str,
    context: Context | None = None,
    pack: Pack | str = DEFAULT_PACK,
    models: Classifier | str | None = "",
    *,
    rules: bool = True,
    why: bool = False,
) -> Result:
    """Check one draft by a pack and by models, or by those of that name; None for the rules alone.

    `context` is only for a draft given as plain text; without `rules` the models speak alone;
    with `why` the result keeps their opinions.
    Raises InputError where there is no text, or it is no post at all; PackError or ModelError
    where a pack or a model cannot be loaded.
    """
    if isinstance(draft, str):
        draft = Draft(text=draft, context=context or Context())
    if isinstance(pack, str):
        pack = load(pack)
    if isinstance(models, str):
        models = load_models(models)
    _readable(draft.text)
    settled = settle(draft.context)
    seen = find_signals(draft.text, pack) if rules else ()
    opinions = models.opinions(draft.text, pack.index) if models else []
    found = [*seen, *(models.signals(opinions, draft.text) if models else ())]
    there = {code for code, kind in pack.signals.items() if settled.account not in kind.not_on}
    signals = in_order(signal for signal in found if signal.code in there)
    findings = judge(signals, draft.context, pack)
    return Result(
        draft=draft,
        context=settled,
        verdict=verdict(findings),
        signals=signals,
        findings=findings,
        pack=pack,
        models=models,
        opinions=tuple(own for own in opinions if why and own.code in there),
    )


def load_models(mode: str = "") -> Classifier | None:
    """The models of a mode, or those that the environment's POSTCHECK_MODEL names, or `auto`; None for `none`."""
    mode = mode or os.environ.get(VARIABLE) or "auto"
    if mode == "none":
        return None
    from postcheck import classifier  # what isn't asked need not be loaded

    return classifier.load(mode)


def _readable(text: str) -> None:
    if not isinstance(text, str) or not text.strip():
        raise InputError("there is no text to check", "give the draft in quotes, or - to read it from standard input")
    if len(text) > LONGEST:
        raise InputError(
            f"the text has {len(text):,} characters; a post has at most {LONGEST:,}",
            "check one post at a time, or put one post a line into a .jsonl file and run: postcheck batch FILE",
        )
    if "\0" in text:
        raise InputError("this is not text: it holds NUL characters", "give a plain text file in UTF-8")
