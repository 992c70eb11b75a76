"""Packs: a policy as data: what signals there are, the rules that see them, and what they mean where."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import Enum

from postcheck.drafts import Context
from postcheck.phrases import Index


class Level(Enum):
    """How a finding weighs, mildest first."""

    CLEAR = "clear"
    REVIEW = "review"
    STOP = "stop"

    @property
    def rank(self) -> int:
        """0 for clear, 1 for review, 2 for stop."""
        return list(Level).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """Where a rule or a judgement comes from; status is V (primary text seen) or S (secondary)."""

    id: str
    title: str
    url: str
    says: str
    status: str
    checked: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalKind:
    """What a signal code means; on the accounts in `not_on` it does not exist."""

    code: str
    name: str
    title: str
    not_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One way to see a signal: phrases, an RE2 pattern, or list entries near a cue.

    `requires` and `forbids` are phrases that must, or must not, stand within `within` words of
    the match; `exceptions` are phrases that silence a match they overlap; `own_words` leaves
    alone what stands between quotation marks.
    """

    id: str
    signal: str
    title: str
    confidence: float
    message: str
    advice: str
    citations: tuple[str, ...]
    phrases: tuple[str, ...] = ()
    pattern: str = ""
    hints: tuple[str, ...] = ()
    entries: str = ""
    cues: tuple[str, ...] = ()
    order: str = "any"
    within: int = 6
    requires: tuple[str, ...] = ()
    forbids: tuple[str, ...] = ()
    exceptions: tuple[str, ...] = ()
    own_words: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a signal means for the contexts that fit; an empty field fits any. The first that fits counts."""

    signal: str
    level: Level
    message: str
    advice: str
    citations: tuple[str, ...]
    account: tuple[str, ...] = ()
    restricted: bool | None = None
    period: str = ""
    action: tuple[str, ...] = ()

    def fits(self, context: Context) -> bool:
        """Whether the judgement speaks of this context, which has no unknown left in it."""
        return (
            (not self.account or context.account in self.account)
            and (self.restricted is None or context.restricted is self.restricted)
            and (not self.period or context.period == self.period)
            and (not self.action or context.action in self.action)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A whole policy, ready to match and judge with.

    `sha256` is that of its source files; `patterns` gives the hints of the rules that are RE2
    patterns; `vocabulary` holds every plain word that its phrases and lists know.
    """

    name: str
    title: str
    version: str
    summary: str
    sha256: str
    signals: Mapping[str, SignalKind]
    citations: Mapping[str, Citation]
    rules: Mapping[str, Rule]
    patterns: Mapping[str, tuple[str, ...]]
    judgements: tuple[Judgement, ...]
    index: Index = field(repr=False)
    vocabulary: Collection[str] = field(repr=False)
