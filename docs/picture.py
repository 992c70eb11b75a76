"""Draw docs/output.svg, the picture of the output that README shows."""

from __future__ import annotations

import io
import re
from pathlib import Path

from rich.console import Console
from rich.text import Text

from postcheck import check
from postcheck.render import console

DRAFT = "Proud of what this council has done. Vote Labour on Thursday!"
WIDTH = 88

screen = Console(record=True, width=WIDTH + 24, file=io.StringIO(), force_terminal=True)
screen.print(Text(f'$ postcheck check "{DRAFT}"\n'))
screen.print(Text.from_ansi(console.render(check(DRAFT), WIDTH, colour=True)))
# the reader's own fixed-width font will do: a picture should fetch nothing
picture = re.sub(r"@font-face \{.*?\}\s*", "", screen.export_svg(title="postcheck"), flags=re.DOTALL)
Path(__file__).with_name("output.svg").write_text(picture, encoding="utf-8")
