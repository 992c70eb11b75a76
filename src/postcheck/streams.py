"""Streams: what comes in and what goes out, and how either can fail."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from postcheck.errors import InputError, PipeClosedError

TYPE_CHECKING = False  # typing takes 3 ms to import
if TYPE_CHECKING:
    from typing import IO


def decoded(data: bytes, name: str) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError(f"{name} is UTF-16, not UTF-8", "save it as UTF-8 and try again")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{name} is not UTF-8 text: byte {error.start + 1} cannot be read",
            "save it as UTF-8 and try again",
        ) from None


@contextmanager
def opened(path: str) -> Iterator[IO[bytes]]:
    if path == "-":
        yield sys.stdin.buffer
        return
    try:
        stream = open(path, "rb")  # noqa: SIM115 - closed below; errors while reading are not about opening
    except FileNotFoundError:
        raise InputError(f"no file {path}", "check the name and the folder") from None
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}", "give a file that may be read") from None
    with stream:
        yield stream


def width() -> int:
    """The terminal's width, at most 100 columns; 80 in a pipe that says nothing of COLUMNS."""
    if not sys.stdout.isatty() and "COLUMNS" not in os.environ:
        return 80
    import shutil

    return min(shutil.get_terminal_size().columns, 100)


def coloured() -> bool:
    """Whether standard output is a terminal that wants colour."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def encodable(text: str) -> str:
    """The text as the encoding of standard output can show it."""
    encoding = sys.stdout.encoding or "utf-8"
    return text.encode(encoding, "replace").decode(encoding)


def say(words: str) -> None:
    try:
        print(words)
    except BrokenPipeError:
        raise PipeClosedError from None
    except OSError as error:
        raise InputError(f"cannot write the result: {error.strerror}", "make room, or write somewhere else") from None


def warn(message: str) -> None:
    print(f"postcheck: {message}", file=sys.stderr)
