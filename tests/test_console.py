"""Console: what an officer sees, at any width, with and without colour."""

from __future__ import annotations

import os
import re
import shlex
import sys
from pathlib import Path

import pexpect
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from postcheck import Account, Context, Draft, Pack, Period, check
from postcheck.render import console

GOLDEN = Path(__file__).parent / "golden"
CASES = {
    "clear": ("Gritters out from six, flasks filled. Take care on the tops tonight.", Context()),
    "stop": ("Proud of what this council has done. Vote Labour on Thursday!", Context()),
    "personal": ("Vote Labour on Thursday!", Context(account=Account.PERSONAL)),
    "pre-election": (
        "Lovely to have Keir Starmer open the new library. Vote Labour!",
        Context(account=Account.CORPORATE, period=Period.PRE_ELECTION),
    ),
}
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize("width", [80, 40])
@pytest.mark.parametrize("name", CASES)
def test_golden_output(name: str, width: int, pack: Pack, request: pytest.FixtureRequest) -> None:
    text, context = CASES[name]
    shown = console.render(check(text, context, pack), width)
    path = GOLDEN / f"{name}-{width}.txt"
    if request.config.getoption("--update-golden"):
        path.write_text(shown + "\n", encoding="utf-8")
    assert shown + "\n" == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", CASES)
def test_colour_only_repeats_what_the_words_say(name: str, pack: Pack) -> None:
    text, context = CASES[name]
    result = check(text, context, pack)
    coloured = ESCAPES.sub("", console.render(result, 80, colour=True))
    plain = console.render(result, 80)
    assert [line.rstrip() for line in coloured.split("\n")] == plain.split("\n")
    assert "\x1b" not in plain


@given(st.text(max_size=200), st.integers(24, 100))
def test_no_line_is_wider_than_asked(pack: Pack, text: str, width: int) -> None:
    result = check(f"Vote Labour {text}".replace("\0", ""), pack=pack)
    for line in console.render(result, width).split("\n"):
        # links stay whole so that they can be clicked
        assert cell_len(line) <= width or "://" in line


@given(st.text(max_size=80))
def test_control_characters_never_reach_the_terminal(pack: Pack, text: str) -> None:
    result = check(f"Vote Labour {text} \x1b[31m\u202e\x07".replace("\0", ""), pack=pack)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", console.render(result, 60))


def test_rich_markup_in_a_draft_is_only_text(pack: Pack) -> None:
    shown = console.render(check("[red]Vote Labour[/red] :smile:", pack=pack), 80, colour=True)
    assert "[/red]" in ESCAPES.sub("", shown)
    assert ":smile:" in ESCAPES.sub("", shown)


def test_phrases_are_underlined_and_numbered_under_their_words(pack: Pack) -> None:
    lines = console.render(check("Well then. Vote Labour!", pack=pack), 80).split("\n")
    at = next(number for number, line in enumerate(lines) if "Vote Labour" in line)
    assert lines[at + 1].index("1─") == lines[at].index("Vote")


def test_a_clear_post_gets_one_line(pack: Pack) -> None:
    assert len(console.render(check("Bins are late today, sorry.", pack=pack), 80).split("\n")) == 1


def test_wide_characters_keep_the_line_under_its_phrase(pack: Pack) -> None:
    lines = console.render(check("東京🎉 Vote Labour", pack=pack), 80).split("\n")
    at = next(number for number, line in enumerate(lines) if "Vote Labour" in line)
    before = lines[at][: lines[at].index("Vote")]
    assert lines[at + 1].index("1") == cell_len(before)


def test_draft_objects_keep_their_context(pack: Pack) -> None:
    draft = Draft(text="Vote Labour", context=Context(account=Account.PERSONAL))
    assert "If your post is politically restricted: stop" in console.render(check(draft, pack=pack), 80)


def test_a_real_terminal_gets_colour_unless_it_says_no() -> None:
    command = [sys.executable, "-m", "postcheck", "check", "Vote Labour"]
    environment = {key: value for key, value in os.environ.items() if key != "NO_COLOR"} | {"TERM": "xterm"}
    for extra, coloured in (({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)):
        shown = pexpect.run(shlex.join(command), env=environment | extra, encoding="utf-8")
        assert ("\x1b[" in shown) is coloured
        assert "Stop" in shown
