"""JSON lines: one object a line, with `text` and, if you like, `id` and `context`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from postcheck.drafts import Context, Draft, read_context
from postcheck.errors import InputError

TYPE_CHECKING = False  # typing takes 3 ms to import
if TYPE_CHECKING:
    from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class BadLine:
    """A line that holds no draft, and why."""

    source: str
    line: int
    reason: str


def read(lines: Iterable[bytes], source: str, usual: Context) -> Iterator[Draft | BadLine]:
    """A draft, or what is wrong, for each line that is not blank.

    A line's own `context` wins over `usual`. Keys other than id, text and context are left alone.
    """
    for number, raw in enumerate(lines, 1):
        if not raw.strip():
            continue
        try:
            yield _draft(json.loads(raw.decode("utf-8-sig" if number == 1 else "utf-8")), source, number, usual)
        except UnicodeDecodeError as error:
            yield BadLine(source=source, line=number, reason=f"not UTF-8: byte {error.start + 1} cannot be read")
        except json.JSONDecodeError as error:
            yield BadLine(source=source, line=number, reason=f"not JSON: {error.msg} at column {error.colno}")
        except RecursionError:
            yield BadLine(source=source, line=number, reason="nested too deep")
        except ValueError as error:
            yield BadLine(source=source, line=number, reason=str(error))
        except InputError as error:
            yield BadLine(source=source, line=number, reason=f"{error.message}; {error.hint}")


def _draft(row: Any, source: str, number: int, usual: Context) -> Draft:
    if not isinstance(row, dict):
        raise ValueError('must be an object such as {"text": "…"}')
    text, name = row.get("text"), row.get("id", "")
    if not isinstance(text, str):
        raise ValueError('has no "text"' if text is None else '"text" must be a string')
    if not isinstance(name, str | int) or isinstance(name, bool):
        raise ValueError('"id" must be a string')
    return Draft(
        text=text, context=read_context(row.get("context", {}), usual), id=str(name), source=source, line=number
    )
