"""Drafts: what somebody means to post, and where they stand when they do."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from enum import StrEnum

from postcheck.errors import InputError, closest

TYPE_CHECKING = False  # typing takes 3 ms to import
if TYPE_CHECKING:
    from typing import Any


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


_CHOICES = {"account": Account, "period": Period, "action": Action}


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Who posts, when and how; None where nobody said."""

    account: Account | None = None
    restricted: bool | None = None
    period: Period | None = None
    action: Action | None = None

    def __post_init__(self) -> None:
        """Plain strings become members; raises InputError for what is no such value."""
        for name, kind in _CHOICES.items():
            value = getattr(self, name)
            if value is not None and value not in list(kind):
                raise InputError(f"{name}: unknown value {value!r}", closest(str(value), kind))
            object.__setattr__(self, name, None if value is None else kind(value))
        if self.restricted not in (None, True, False):
            raise InputError("restricted must be true or false", "leave it out where nobody knows")

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


def read_context(given: Any, usual: Context | None = None) -> Context:
    """A context from plain values, over the usual one. Raises InputError that names the field."""
    if not isinstance(given, dict):
        raise InputError('"context" must be an object', 'such as {"account": "personal"}')
    known = [field.name for field in fields(Context)]
    for key in given:
        if key not in known:
            raise InputError(f"unknown field {key!r}", closest(key, known))
    return replace(usual or Context(), **{key: value for key, value in given.items() if value is not None})
