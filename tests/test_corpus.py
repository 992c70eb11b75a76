"""Corpus: the validator finds each kind of fault, and the figures of agreement are what they say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from training.agreement import by_code, kappa
from training.corpus import CorpusError, Post, load, read, splits
from training.validate import cue_rates, faults, grams


def post(name: str, text: str, pair: str | None = None, kind: str = "plain", **signals: list[str]) -> Post:
    """A post of the batch `a`."""
    spans = {code: tuple(own) for code, own in signals.items()}
    return Post(id=f"a-{name}", text=text, signals=spans, kind=kind, batch="a", pair=pair)


SOUND = [
    post("1", "Vote Green, the lot of you, on Thursday", P2=["Vote Green"]),
    post("2", "Bins are late in Elm Road today, sorry all"),
]


def found(*posts: Post, against: tuple[str, ...] = ()) -> list[str]:
    """The faults of a small corpus."""
    return list(faults([*SOUND, *posts], {"a": "train"}, against))


def test_a_sound_corpus_has_no_faults() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (post("1", "Something else entirely, a walk"), "a-1: the id is used 2 times"),
        (post("3", " "), "a-3: there is no text"),
        (post("3", "Rain over the allotments again", kind="odd"), "a-3: unknown kind 'odd'"),
        (post("3", "Rain over the allotments again", P9=["Rain"]), "a-3: unknown signal 'P9'"),
        (post("3", "Rain over the allotments again", P1=["rain"]), "a-3: P1: 'rain' is not in the text"),
        (post("3", "Rain over the allotments again", kind="hard_negative", P1=["Rain"]), "a hard negative may carry"),
        (post("3", "Rain over the allotments again", pair="p"), "p: a pair has 1 posts"),
        (post("3", "so, Bins are late in Elm Road today, sorry all"), "a-3 is nearly the same as a-2"),
        (replace(post("3", "Rain over the allotments"), batch="b"), "the id must begin with the batch b"),
        (replace(post("3", "Rain over the allotments"), batch="b"), "batch b is in no part"),
    ],
)
def test_each_fault_is_said(bad: Post, said: str) -> None:
    assert any(said in fault for fault in found(bad))


def test_a_pair_may_share_its_words_but_not_its_signals() -> None:
    one = post("3", "Proud of the work our crews did tonight on the moor", "p")
    other = post("4", "Proud of the work our Tory MP did tonight on the moor", "p", P1=["Proud of"])
    assert not [fault for fault in found(one, other) if "nearly" in fault or fault.startswith("p:")]
    assert any("carry the same signals" in fault for fault in found(one, replace(other, signals={})))


def test_posts_that_stand_elsewhere_are_found() -> None:
    assert any("outside text 1 is nearly the same" in fault for fault in found(against=(SOUND[1].text,)))


def test_a_stranger_s_handle_is_found() -> None:
    mine = post("3", "Morning @somebody_private, how was the walk")
    assert any("@somebody_private" in fault for fault in found(mine, against=("cheers @somebody_private",)))
    assert not any("@uklabour" in fault for fault in found(post("3", "so @uklabour spoke"), against=("@uklabour",)))


def test_openings_shared_by_too_many_are_found() -> None:
    many = [post(str(n), f"Out and about number {n} with {'x' * n} and {'y' * n}") for n in range(3, 9)]
    assert any("posts begin with 'out and about'" in fault for fault in found(*many))


def test_a_cue_that_gives_the_answer_away_is_found() -> None:
    loud = [post(str(n), f"Vote Tory {'z' * n}!", P2=["Vote Tory"]) for n in range(3, 6)]
    assert any(fault.startswith("exclamation gives the answer away") for fault in found(*loud))
    assert cue_rates([*SOUND, *loud])["exclamation"] == (0.75, 0.0)


def test_grams_of_a_short_text_are_itself() -> None:
    assert grams("Polls open") == {"polls open"}
    assert grams("Polls open at seven") == {"polls open at", "open at seven"}


@pytest.mark.parametrize(
    "line", ["{", '"x"', '{"id": 1}', '{"id":"a-1","text":"x","signals":{"P1":[]},"kind":"plain","batch":"a"}']
)
def test_a_line_that_is_no_post_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(line)
    with pytest.raises(CorpusError, match=r"a\.jsonl:1"):
        list(read(path))


def test_kappa_by_hand() -> None:
    assert kappa([True, True, False, False], [True, True, False, False]) == 1
    assert kappa([True, True, False, False], [True, False, True, False]) == 0
    assert kappa([True] * 3 + [False] * 7, [True] * 2 + [False] * 8) == pytest.approx((0.9 - 0.62) / 0.38)


def test_agreement_is_over_posts_that_both_labelled() -> None:
    one = {"a": frozenset({"P1"}), "b": frozenset[str](), "c": frozenset({"P1"})}
    other = {"a": frozenset({"P1"}), "b": frozenset[str]()}
    assert by_code(one, other)["P1"] == 1


def test_the_shipped_corpus_is_whole() -> None:
    posts, parts = load(), splits()
    assert len(posts) >= 6000
    assert len({item.batch for item in posts}) >= 16
    assert {parts[item.batch] for item in posts} == {"train", "calibration", "test"}
    assert sum(not item.flagged for item in posts) >= len(posts) / 2
    assert len({item.pair for item in posts if item.pair}) >= 500
    for code in ("P1", "P2", "P3", "P4", "B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8"):
        assert sum(code in item.signals for item in posts) >= 300, code
