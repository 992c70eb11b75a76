"""Model commands: looking at models, proving them, and training your own; what is asked seldom and loaded then."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from postcheck import cards
from postcheck.commands import CLEAR, choose
from postcheck.errors import ModelError, closest
from postcheck.render import pages
from postcheck.report import load_models
from postcheck.streams import say, warn


def info(name: str, *, trust: bool = False) -> int:
    """Print a model's card, and what weighs most in a model that ships or is trusted."""
    card = cards.read(_folder(name))
    say(pages.card(card))
    if "pipeline" in card.files and (trust or name in cards.SHIPPED):
        try:
            from postcheck.training.fast import heaviest
        except ImportError:
            warn("what weighs most needs: pip install 'postcheck[train]'")
            return CLEAR
        say(pages.heaviest(heaviest(card.data("pipeline", thoroughly=True))))
    elif "pipeline" in card.files:
        warn("its pipeline is a program, and was not opened; if you trust where it came from, add --trust")
    return CLEAR


def verify(name: str) -> int:
    """Compare each file of a model with its card; a changed one is an error."""
    card = cards.read(_folder(name))
    for role in card.files:
        card.data(role, thoroughly=True)
        say(f"{role:10} {card.files[role]['name']:18} as its card says")
    if card.together and name in cards.SHIPPED:
        load_models("auto")  # the models that go together were trained together
    return CLEAR


def train(corpora: Sequence[str] = (), *, out: str = "models", tiers: Sequence[str] = ()) -> int:
    """Train models on the shipped corpus and your own labelled posts, and write them into folders of `out`."""
    for tier in tiers:
        choose("--tier", tier, cards.SHIPPED)
    wanted = tiers or cards.SHIPPED
    extra = "train-deep" if "deep" in wanted else "train"
    try:
        from postcheck.training.train import train

        if "deep" in wanted:
            import postcheck.training.deep  # noqa: F401 (whether it can be, before ten minutes' work)
    except ImportError as error:
        raise ModelError(f"training needs {error.name}", f"install it with: pip install 'postcheck[{extra}]'") from None
    train(Path(out), [Path(path) for path in corpora], wanted)
    say(f"trained {' and '.join(wanted)} into {out}; use it with: --model {out}")
    return CLEAR


def _folder(name: str) -> str:
    if name in cards.SHIPPED:
        return cards.shipped(name)
    if not os.path.isdir(name):
        raise ModelError(f"no model named {name!r}", closest(name, cards.SHIPPED) + ", or give the folder of your own")
    return name
