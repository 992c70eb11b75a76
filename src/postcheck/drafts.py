"""Drafts: what somebody means to post, and where they stand when they do."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from enum import StrEnum

from postcheck.errors import closest

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


_CHOICES = {"account": Account, "period": Period, "action": Action}


def read_context(given: Any, usual: Context | None = None) -> Context:
    """A context from plain values, over the usual one. Raises ValueError that names the field."""
    if not isinstance(given, dict):
        raise ValueError('"context" must be an object')
    known = [field.name for field in fields(Context)]
    values: dict[str, Any] = {}
    for key, value in given.items():
        if key not in known:
            raise ValueError(f"context: unknown field {key!r}; {closest(key, known)}")
        if value is None:
            continue
        if key in _CHOICES and value not in list(_CHOICES[key]):
            raise ValueError(f"context.{key}: unknown value {value!r}; {closest(str(value), _CHOICES[key])}")
        if key == "restricted" and not isinstance(value, bool):
            raise ValueError("context.restricted must be true or false")
        values[key] = _CHOICES[key](value) if key in _CHOICES else value
    return replace(usual or Context(), **values)
