"""Drafts: what somebody means to post, and where they stand when they do."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Account(StrEnum):
    """Whose account it is."""

    PERSONAL = "personal"
    PROFESSIONAL = "professional"
    CORPORATE = "corporate"


class Period(StrEnum):
    """Whether the post goes out between the notice of an election and the close of poll."""

    NORMAL = "normal"
    PRE_ELECTION = "pre_election"


class Action(StrEnum):
    """How the words go out; a repost has none of the author's own."""

    POST = "post"
    REPOST = "repost"
    QUOTE = "quote"
    REPLY = "reply"


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Who posts, when and how; None where nobody said."""

    account: Account | None = None
    restricted: bool | None = None
    period: Period | None = None
    action: Action | None = None

    @property
    def assumed(self) -> tuple[str, ...]:
        """The fields that nobody gave."""
        return tuple(name for name in ("account", "restricted", "period", "action") if getattr(self, name) is None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One post before it goes out. `id` names it in results; `source` and `line` say where it was read."""

    text: str
    context: Context = field(default_factory=Context)
    id: str = ""
    source: str | None = None
    line: int | None = None
