"""Phrases: the notation says what it says, and the index finds it, wherever it stands."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postcheck.errors import PackError
from postcheck.notation import Builder, parse
from postcheck.phrases import find, find_condition, mentions
from postcheck.text import readings


def found(notation: str, text: str, **lists: list[str]) -> list[str]:
    """What one phrase finds in a text, given lists of entries."""
    index = Builder()
    index.add_phrase("rule", notation)
    for name, entries in lists.items():
        for entry in entries:
            barred = name.endswith("_not")
            index.add_entry([f"!<{name[:-4]}>" if barred else f"<{name}>"], entry)
    reading = readings(text)[0]
    named = mentions(index.index(), reading)
    return [reading.span(*place).of(text) for _, place in find(index.index(), reading, named)]


@pytest.mark.parametrize(
    ("notation", "text", "expected"),
    [
        ("vote green", "So: Vote GREEN!", ["Vote GREEN"]),
        ("vote green", "vote. Green", []),
        ("^reform now", "Reform now", ["Reform now"]),
        ("^reform now", "reform now", []),
        ("cllr ^* (^*)", "Cllr Ada Byron.", ["Cllr Ada Byron", "Cllr Ada"]),
        ("cllr ^*", "cllr said", []),
        ("mayor @* opened", "Mayor @adab opened it", ["Mayor @adab opened"]),
        ("^* ^* mp", "then Ada Byron MP came", ["Ada Byron MP"]),
        ("back|support them", "support them", ["support them"]),
        ("vote~ green", "voting green, voted green", ["voting green", "voted green"]),
        ("stop~ it", "stopped it", ["stopped it"]),
        ("tidy~ up", "tidied up", ["tidied up"]),
        ("(so|very) proud of", "very proud of, proud of", ["very proud of", "proud of", "proud of"]),
        ("sick (to death) of", "sick to death of, sick of", ["sick to death of", "sick of"]),
        ("{a lot|loads} of", "a lot of, loads of, a of", ["a lot of", "loads of"]),
        ("kick ... out", "kick that lot out", ["kick that lot out"]),
        ("kick ... out", "kick out", ["kick out"]),
        ("kick ... out", "kick a ball about and out", []),
        ("kick ... out", "kick it. Out", []),
        ("don't (you) go", "dont go", ["dont go"]),
        ("council ('s) mess", "the council’s mess", ["council’s mess"]),
        ("we'll see", "we’ll see", ["we’ll see"]),
        ("why ?", "why? Because", ["why?"]),
    ],
)
def test_notation(notation: str, text: str, expected: list[str]) -> None:
    assert sorted(found(notation, text)) == sorted(expected)


def test_a_list_stands_for_any_of_its_entries() -> None:
    assert found("vote <party>", "vote lib dem", party=["lib dem", "greens"]) == ["vote lib dem"]


def test_a_list_exception_silences_the_mention_it_overlaps() -> None:
    lists = {"party": ["labour"], "party_not": ["labour ward"]}
    assert found("<party> is great", "labour is great", **lists) == ["labour is great"]
    assert found("the <party>", "the labour ward", **lists) == []


@pytest.mark.parametrize(
    "notation",
    [
        "... out",
        "kick ...",
        "(maybe)",
        "",
        "a|b c|",
        "vote <Party>",
        "x (y",
        "(a) (b) (c) (d) (e) (f) (g)",
        "vote - green",
        "{a b|} c",
    ],
)
def test_a_phrase_that_cannot_be_meant_is_an_error(notation: str) -> None:
    with pytest.raises(PackError):
        parse(notation)


def test_an_empty_alternative_is_an_error() -> None:
    with pytest.raises(PackError, match="must be one word"):
        parse("vote a|")


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_phrase_is_found_whatever_stands_around_it(before: str, after: str) -> None:
    text = f"{before} . vote green . {after}"
    assert any(phrase.lower() == "vote green" for phrase in found("vote green", text))


@given(st.lists(st.sampled_from(["vote", "green", "the", "out", "."]), max_size=25))
def test_what_is_found_reads_as_the_phrase(tokens: list[str]) -> None:
    text = " ".join(tokens)
    expected = sum(a == "vote" and b == "green" for a, b in pairwise(tokens))
    assert len(found("vote green", text)) == expected


@given(
    st.lists(st.sampled_from(["vote", "^green", "green|the", "(out)", "...", "<party>", "{the out|vote}"]), max_size=5),
    st.lists(st.sampled_from(["vote", "Green", "the", "out", ".", "lib", "dem"]), max_size=14),
)
def test_anchors_find_all_that_trying_every_place_finds(slots: list[str], tokens: list[str]) -> None:
    builder = Builder()
    builder.add_entry(["<party>"], "lib dem")
    builder.add_entry(["<party>"], "green")
    try:
        builder.add_phrase("rule", " ".join(slots))
    except PackError:
        return
    builder.add_condition("every", " ".join(slots))
    reading = readings(" ".join(tokens))[0]
    index = builder.index()
    named = mentions(index, reading)
    anchored = {place for _, place in find(index, reading, named)}
    assert anchored == set(find_condition(index, "every", reading, named))
