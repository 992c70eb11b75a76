"""Cards: what a model says of itself, and whether its files are still the ones it speaks of."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from postcheck.errors import ModelError
from postcheck.places import shipped_folder

TYPE_CHECKING = False  # typing takes 3 ms to import
if TYPE_CHECKING:
    from typing import Any

CARD = "card.json"
SHIPPED = ("fast", "deep")


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A model's card. `files` gives the SHA-256 of each file by its role; `facts` is the whole card.

    `calibration` gives for each code the weights and the offset that turn logits into log-odds:
    one weight for a model that decides alone, two (fast, then deep) for one that is asked second.
    `thresholds` are the probabilities from which a code is reported.
    """

    folder: str
    name: str
    version: str
    codes: tuple[str, ...]
    files: Mapping[str, Mapping[str, str]]
    calibration: Mapping[str, Sequence[float]]
    thresholds: Mapping[str, float]
    facts: Mapping[str, Any]

    def path(self, role: str) -> str:
        """The path of the file that plays the role, whose bytes are what the card says.

        Raises ModelError where it is missing or changed.
        """
        try:
            file = self.files[role]
            path = os.path.join(self.folder, os.path.basename(file["name"]))
            with open(path, "rb") as stream:
                found = sha256(stream.read()).hexdigest()
        except KeyError:
            raise ModelError(f"the model in {self.folder} has no {role}", AWAY) from None
        except OSError as error:
            raise ModelError(f"cannot read the model file {path}: {error.strerror}", AWAY) from None
        if found != file["sha256"]:
            raise ModelError(f"{path} is not the file that its card describes: it was changed or cut short", AWAY)
        return path


AWAY = "install postcheck again to mend it, or go on with the rules alone: --model none"


def shipped(name: str) -> str:
    """The folder of a model that came with postcheck."""
    return os.path.join(shipped_folder("models"), name)


def read(folder: str) -> Card:
    """The card in a folder. Raises ModelError where there is none, or it is not a card."""
    path = os.path.join(folder, CARD)
    try:
        with open(path, "rb") as stream:
            facts = json.load(stream)
        return Card(
            folder=folder,
            facts=facts,
            codes=tuple(facts["codes"]),
            **{key: facts[key] for key in ("name", "version", "files", "calibration", "thresholds")},
        )
    except OSError as error:
        raise ModelError(f"cannot read the model card {path}: {error.strerror}", AWAY) from None
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path} is no model card: {type(error).__name__} {error}", AWAY) from None
