"""Build hook: compile the packs that ship, so that a check need not read TOML."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PackBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs for wheels and editable installs."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write `src/postcheck/policies/*.table`."""
        sys.path.insert(0, str(Path(self.root) / "src"))
        from postcheck.library import compile_shipped

        compile_shipped()
