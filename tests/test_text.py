"""Text: every word of every reading is tied to its exact place in the text as given."""

from __future__ import annotations

import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from postcheck.folding import Span, fold
from postcheck.text import readings, words

VOCABULARY = frozenset(
    ["vote", "votes", "green", "labour", "tory", "tories", "get", "the", "out", "on", "thursday", "shit", "for", "many"]
)
any_text = st.text(st.characters(exclude_categories=()), max_size=200)  # lone surrogates too


@given(any_text)
@example("\ud83d vote")
@example("ﷺ V\u200bo\u0301te \U0001f1ec\U0001f1e7")
def test_folding_takes_any_text_and_keeps_places_in_order(text: str) -> None:
    folded = fold(text)
    assert len(folded.text) == len(folded.starts) == len(folded.ends)
    assert all(0 <= start < end <= len(text) for start, end in zip(folded.starts, folded.ends, strict=True))
    assert list(folded.starts) == sorted(folded.starts)


@given(any_text)
def test_words_of_each_reading_lie_in_the_text_in_order(text: str) -> None:
    for reading in readings(text, VOCABULARY):
        places = list(zip(reading.starts, reading.ends, strict=True))
        assert all(0 <= start < end <= len(text) for start, end in places)
        assert places == sorted(places)
        assert len(reading.words) == len(places) == len(reading.capitals)


@given(st.text(st.sampled_from("vote green #_*0137@$! .-\u200b\u0430"), max_size=60))
def test_disguise_heavy_texts_never_break_a_reading(text: str) -> None:
    for reading in readings(text, VOCABULARY):
        assert all(0 <= start < end <= len(text) for start, end in zip(reading.starts, reading.ends, strict=True))


@given(any_text)
def test_a_reading_without_vocabulary_is_the_text_as_it_stands(text: str) -> None:
    assert len(readings(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "vote green",
        "VOTE GREEN",
        "v\u200bote gr\u00adeen",
        "v\u043ete gr\u0435en",
        "ｖｏｔｅ ｇｒｅｅｎ",
        "𝐯𝐨𝐭𝐞 𝘨𝘳𝘦𝘦𝘯",
        "🅥🅞🅣🅔 🅶🆁🅴🅴🅽",
        "vóte grèen",
        "v0te gr33n",
        "v*te gr*en",
        "vooooote greeeen",
        "v o t e  g r e e n",
        "v.o.t.e g-r-e-e-n",
        "#VoteGreen",
        "#votegreen",
        "#vote_green",
        "\u202avote\u202c green",
    ],
)
def test_disguises_are_undone(text: str) -> None:
    assert ["vote", "green"] in [reading.words for reading in readings(text, VOCABULARY)]


@pytest.mark.parametrize("text", ["A4 3rd 50p m1 c3po", "b*ll f***", "aaargh", "a b c", "#bbcqt #s106", "S.O.S"])
def test_what_hides_no_known_word_is_left_alone(text: str) -> None:
    first, *others = readings(text, VOCABULARY)
    assert all(other.words == first.words for other in others)


def test_a_hashtag_splits_at_its_capitals_with_exact_places() -> None:
    text = "Go #voteGreenOnThursday!"
    undone = readings(text, VOCABULARY)[1]
    shown = [text[start:end] for start, end in zip(undone.starts, undone.ends, strict=True)]
    assert shown == ["Go", "#vote", "Green", "On", "Thursday", "!"]


def test_emoji_and_handles_and_links_stay_whole() -> None:
    assert words("Ta @UKLabour 🌹 https://example.org/a.b?c=d, see example.gov.uk/bins.") == [
        "ta",
        "@uklabour",
        "🌹",
        "https://example.org/a.b?c=d",
        "see",
        "example.gov.uk/bins",
        ".",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Don't", ["dont"]),
        ("don’t", ["dont"]),
        ("we'll", ["we", "'ll"]),
        ("the council's", ["the", "council", "'s"]),
        ("t'council", ["the", "council"]),
        ("O'Neill", ["oneill"]),
        ("bins & roads", ["bins", "and", "roads"]),
        ("Done. Next? Yes!", ["done", ".", "next", "?", "yes", "!"]),
        ("Wait…Next", ["wait", ".", "next"]),
        ("don`t", ["dont"]),
        ("mail me@labour.org.uk", ["mail", "me@labour.org.uk"]),
        ("4.9% of £3", ["4", "9", "%", "of", "£", "3"]),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_spans_meet_only_where_they_share_a_character() -> None:
    assert Span(start=0, end=3).meets(Span(start=2, end=4))
    assert not Span(start=0, end=3).meets(Span(start=3, end=4))


@pytest.mark.parametrize(
    "text", ["vote labour " * 900, "a " * 5000, "v.o.t.e." * 1200, "f" + "*" * 5000 + " x", "a-" * 5000]
)
def test_a_long_text_costs_what_its_length_says(text: str) -> None:
    """Counted in calls, not seconds: ten times the text may cost about ten times the work."""

    def calls(text: str) -> int:
        count = 0

        def tick(*_: object) -> None:
            nonlocal count
            count += 1

        sys.setprofile(tick)
        try:
            readings(text, VOCABULARY)
        finally:
            sys.setprofile(None)
        return count

    assert calls(text) < 25 * calls(text[: len(text) // 10]) + 5000


def test_a_hashtag_s_first_word_keeps_its_capital() -> None:
    assert readings("#LabourOut", frozenset({"labour", "out"}))[1].capitals == [True, True]
