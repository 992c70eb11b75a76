"""Errors: one family, each saying what is wrong and how to get out."""

from __future__ import annotations

from collections.abc import Iterable


class PostcheckError(Exception):
    """Something in the user's input or configuration that they can put right (exit 2)."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class InputError(PostcheckError):
    """A draft, a file or an option that cannot be checked as it is."""


class PackError(PostcheckError):
    """A policy pack that cannot be loaded: the message names file, rule and key."""


class ModelError(PostcheckError):
    """A model that cannot be used: a file is missing, changed or of another kind."""


class PipeClosedError(Exception):
    """Whoever read our output has gone away; nobody is left to tell (exit 141)."""


def closest(word: str, choices: Iterable[str]) -> str:
    """A hint that lists the choices and puts the one nearest to `word` first."""
    from difflib import get_close_matches

    names = list(map(str, choices))
    near = get_close_matches(word, names, n=1)
    listed = ", ".join(names)
    return f"did you mean {near[0]}? (choose from {listed})" if near else f"choose from {listed}"
