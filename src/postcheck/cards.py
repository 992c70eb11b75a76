"""Cards: what a model says of itself, and whether its files are still the ones it speaks of."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from zlib import crc32

from postcheck.errors import ModelError
from postcheck.places import shipped_folder

TYPE_CHECKING = False  # typing takes 3 ms to import
if TYPE_CHECKING:
    from typing import Any

CARD = "card.json"
SHIPPED = ("fast", "deep")


class Card:
    """A model's card. `files` gives the name, CRC-32 and SHA-256 of each file by its role; `facts` is the whole card.

    `calibration` gives for each code the weights and the offset that turn logits into log-odds;
    `thresholds` are the probabilities from which a code is reported. `together` has both for the
    deep model beside the fast one, and between which probabilities of that one it is asked.
    """

    def __init__(self, folder: str, facts: Mapping[str, Any]) -> None:
        self.folder, self.facts = folder, facts
        self.name: str = facts["name"]
        self.tier: str = facts["tier"]
        self.version: str = facts["version"]
        self.codes: tuple[str, ...] = tuple(facts["codes"])
        self.files: Mapping[str, Mapping[str, Any]] = facts["files"]
        self.calibration: Mapping[str, Sequence[float]] = facts["calibration"]
        self.thresholds: Mapping[str, float] = facts["thresholds"]
        self.together: Mapping[str, Any] = facts.get("with_fast", {})

    def path(self, role: str) -> str:
        """The path of the file that plays the role, whose bytes are what the card says: see `data`."""
        self.data(role)
        return self._path(role)

    def data(self, role: str, *, thoroughly: bool = False) -> bytes:
        """The bytes of the file that plays the role, which are what the card says.

        A quick sum finds what was damaged or mixed up, and is what a check can afford for plain
        numbers. Whatever is a program must be read `thoroughly`, by its SHA-256, and then be run
        from these very bytes. Raises ModelError where the file is missing or changed.
        """
        path = self._path(role)
        try:
            with open(path, "rb") as stream:
                data = stream.read()
        except OSError as error:
            raise ModelError(f"cannot read the model file {path}: {error.strerror}", AWAY) from None
        file = self.files[role]
        if crc32(data) != file["crc32"] or (thoroughly and _sha256(data) != file["sha256"]):
            raise ModelError(f"{path} is not the file that its card describes: it was changed or cut short", AWAY)
        return data

    def _path(self, role: str) -> str:
        if role not in self.files:
            raise ModelError(f"the model in {self.folder} has no {role}", AWAY)
        return os.path.join(self.folder, os.path.basename(self.files[role]["name"]))


def _sha256(data: bytes) -> str:
    from hashlib import sha256  # 4 ms to import

    return sha256(data).hexdigest()


AWAY = "install postcheck again, or train your model again; with the rules alone it goes on: --model none"


def shipped(name: str) -> str:
    """The folder of a model that came with postcheck."""
    return os.path.join(shipped_folder("models"), name)


def read(folder: str) -> Card:
    """The card in a folder. Raises ModelError where there is none, or it is not a card."""
    path = os.path.join(folder, CARD)
    try:
        with open(path, "rb") as stream:
            facts = json.load(stream, parse_constant=_no_number)
        _check(facts)
    except OSError as error:
        raise ModelError(f"cannot read the model card {path}: {error.strerror}", AWAY) from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ModelError(f"{path} is no model card: {type(error).__name__} {error}", AWAY) from None
    return Card(folder, facts)


def _check(facts: Mapping[str, Any]) -> None:
    """Raise ValueError, or what comes of asking, where a card does not say what a check must know."""
    deep = {"fast": False, "deep": True}[facts["tier"]]
    if not all(isinstance(facts[key], str) for key in ("name", "version")):
        raise ValueError("name and version must be texts")
    codes = list(facts["codes"])
    _check_judged(facts, codes, 1)
    for file in facts["files"].values():
        name, quick, thorough = file["name"], file["crc32"], file["sha256"]
        if not (isinstance(name, str) and isinstance(quick, int) and isinstance(thorough, str)) or "\0" in name:
            raise ValueError("a file needs name, crc32 and sha256")
    if not {"graph", "tokenizer"} <= facts["files"].keys() if deep else "weights" not in facts["files"]:
        raise ValueError("its files are not named")
    if deep:
        _check_judged(facts["with_fast"], codes, 2)
        low, high = map(float, facts["with_fast"]["doubt"])
        if not (
            low <= high and facts["with_fast"]["beside"] and len([float(own) for own in facts["bias"]]) == len(codes)
        ):
            raise ValueError("bias or doubt")


def _check_judged(judged: Mapping[str, Any], codes: Sequence[str], weights: int) -> None:
    calibration, thresholds = judged["calibration"], judged["thresholds"]
    if not list(calibration) == list(thresholds) == codes:
        raise ValueError("calibration and thresholds must name the codes")
    if any(len([float(number) for number in own]) != weights + 1 for own in calibration.values()):
        raise ValueError(f"calibration needs {weights + 1} numbers for each code")
    if not all(0 < own <= 1 for own in thresholds.values()):
        raise ValueError("a threshold must lie above 0 and not above 1")


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is no number")
