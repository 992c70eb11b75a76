"""Schema: which keys each table of a pack may hold, and of what kind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from postcheck.errors import PackError, closest

Table = dict[str, Any]

# key → kind; a trailing ! means that it must be there
PACK = {"name": "str!", "title": "str!", "version": "str!", "summary": "str!"}
SIGNAL = {"name": "str!", "title": "str!", "not_on": "strs"}
CITATION = {"title": "str!", "url": "str!", "says": "str!", "status": "str!", "checked": "date"}
LIST = {
    "description": "str",
    "as_of": "date",
    "source": "str",
    "entries": "strs",
    "includes": "strs",
    "exceptions": "strs",
}
RULE = {
    "id": "str!",
    "signal": "str!",
    "title": "str!",
    "confidence": "number!",
    "message": "str!",
    "advice": "str!",
    "citations": "strs!",
    "phrases": "strs",
    "pattern": "str",
    "hints": "strs",
    "entries": "str",
    "cues": "strs",
    "order": "str",
    "within": "int",
    "requires": "strs",
    "forbids": "strs",
    "exceptions": "strs",
    "own_words": "bool",
    "flags": "strs!",
    "passes": "strs!",
    "misses": "strs",
}
JUDGEMENT = {
    "signal": "str!",
    "level": "str!",
    "message": "str!",
    "advice": "str!",
    "citations": "strs!",
    "account": "strs",
    "restricted": "bool",
    "period": "str",
    "action": "strs",
}
CONDITIONS = ("requires", "forbids", "exceptions")
SECTIONS = {"pack", "signals", "citations", "lists", "rule", "judgement"}

_KINDS: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "strs": (list,),
    "int": (int,),
    "bool": (bool,),
    "number": (int, float),
    "date": (date,),
}


def checked(table: object, keys: Mapping[str, str], where: str) -> Table:
    """The table itself, once every key is known, of its kind, and none is missing."""
    if not isinstance(table, dict):
        raise PackError(f"{where}: must be a table")
    for key, value in table.items():
        if key not in keys:
            raise PackError(f"{where}: unknown key {key!r}", closest(key, keys))
        kind = keys[key].rstrip("!")
        right = isinstance(value, _KINDS[kind]) and (kind == "bool" or not isinstance(value, bool))
        if not right or (kind == "strs" and not all(isinstance(item, str) and item.strip() for item in value)):
            raise PackError(f"{where}: {key} must be {_SAID[kind]}")
        if value == [] or (isinstance(value, str) and not value.strip()):
            raise PackError(f"{where}: {key} is empty")
    for key, kind in keys.items():
        if kind.endswith("!") and key not in table:
            raise PackError(f"{where}: {key} is missing")
    return table


_SAID = {
    "str": "a text",
    "strs": "a list of texts, none of them empty",
    "int": "a whole number",
    "bool": "true or false",
    "number": "a number",
    "date": "a date",
}
