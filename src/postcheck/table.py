"""Table: a sorted file of keyed lines of JSON, of which only what is looked up is read."""

from __future__ import annotations

import json
import mmap
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import lru_cache

TYPE_CHECKING = False  # typing takes 3 ms to import
if TYPE_CHECKING:
    from typing import Any


def write(path: str, rows: Mapping[str, object]) -> None:
    """Write rows so that `Table` finds them; a key holds no tab and no line break."""
    lines = (f"{key}\t{json.dumps(value, separators=(',', ':'))}\n".encode() for key, value in rows.items())
    with open(f"{path}.new", "wb") as stream:
        stream.write(b"\n" + b"".join(sorted(lines)))
    os.replace(f"{path}.new", path)


class Table:
    """A file that `write` wrote. Looking a key up bisects the lines and parses the one that is found."""

    def __init__(self, path: str) -> None:
        with open(path, "rb") as stream:
            self._data = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        self.get = lru_cache(maxsize=1 << 16)(self._find)  # the same words come again and again

    def _find(self, key: str) -> Any:
        """The value under the key, or None."""
        wanted = key.encode("utf-8", "replace") + b"\t"
        data, low, high = self._data, 0, len(self._data) - 1  # both stand on a line break
        while low < high:
            start = data.rfind(b"\n", low, (low + high) // 2 + 1) + 1
            head = data[start : start + len(wanted)]
            if head == wanted:
                return json.loads(data[start + len(wanted) : data.find(b"\n", start)])
            if head < wanted:
                low = data.find(b"\n", start)
            else:
                high = start - 1
        return None


class Section(Mapping[str, "Any"]):
    """The rows of a table under one name. `make` turns a row into what is wanted of it, once."""

    def __init__(
        self, table: Table, name: str, keys: Iterable[str] = (), make: Callable[[Any], Any] | None = None
    ) -> None:
        self._table, self._name, self._keys, self._make = table, name, tuple(keys), make
        self._made: dict[str, Any] = {}

    def get(self, key: str, default: Any = None) -> Any:
        """The value under the key, or the default."""
        if self._make is None:
            found = self._table.get(f"{self._name} {key}")
            return default if found is None else found
        if key not in self._made:
            row = self._table.get(f"{self._name} {key}")
            self._made[key] = None if row is None else self._make(row)
        return default if self._made[key] is None else self._made[key]

    def __getitem__(self, key: str) -> Any:
        found = self.get(key)
        if found is None:
            raise KeyError(key)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


class Words(Collection[str]):
    """A set of words in one row of a table, read when it is first asked for."""

    def __init__(self, table: Table, key: str) -> None:
        self._table, self._key = table, key
        self._words: frozenset[str] | None = None

    def _all(self) -> frozenset[str]:
        if self._words is None:
            self._words = frozenset(self._table.get(self._key))
        return self._words

    def __contains__(self, word: object) -> bool:
        return word in self._all()

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())
