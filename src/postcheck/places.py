"""Places: where what ships beside the code lies: inside the package of a wheel, at the top of a checkout."""

from __future__ import annotations

import os

_PACKAGE = os.path.dirname(os.path.abspath(__file__))  # pathlib takes 4 ms to import
_CHECKOUT = os.path.dirname(os.path.dirname(_PACKAGE))


def shipped_folder(name: str) -> str:
    """The folder `models` or `data` that came with this copy of postcheck."""
    inside = os.path.join(_PACKAGE, name)
    return inside if os.path.isdir(inside) else os.path.join(_CHECKOUT, name)
