"""Corpus: the validator finds each kind of fault, and the figures of agreement are what they say."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest

from postcheck.training.agreement import by_code, kappa
from postcheck.training.corpus import CODES, HOME, CorpusError, Post, load, read, splits
from postcheck.training.datasheet import shipped
from postcheck.training.validate import cue_rates, dice, faults, grams, main


def post(name: str, text: str, pair: str | None = None, kind: str = "plain", **signals: list[str]) -> Post:
    """A post of the batch `a`."""
    spans = {code: tuple(own) for code, own in signals.items()}
    return Post(id=f"a-{name}", text=text, signals=spans, kind=kind, batch="a", pair=pair)


SOUND = [
    post("001", "Vote Green, the lot of you, on Thursday", P2=["Vote Green"]),
    post("002", "Bins are late in Elm Road today, sorry all"),
]


def found(*posts: Post, against: tuple[str, ...] = (), public: tuple[str, ...] = ()) -> list[str]:
    """The faults of a small corpus."""
    return list(faults([*SOUND, *posts], {"a": "train"}, against, public))


def numbered(count: int, *, share: float, mark: str) -> list[Post]:
    """Half flagged and half clear posts of one length; among the flagged ones, `share` carry the mark."""
    lines = [f"{letters(n)} went by" + (mark if n < share * count else " qq"[: len(mark)]) for n in range(2 * count)]
    posts = [post(f"{n:03}", line) for n, line in enumerate(lines, 100)]
    return [replace(item, signals={"P1": ("went",)}) if n < count else item for n, item in enumerate(posts)]


def letters(number: int) -> str:
    """A made-up three-word opening that no other number has, always of the same length."""
    rng = random.Random(number)
    return " ".join("".join(rng.choices("abcdefgh", k=6)) for _ in range(3))


def test_a_sound_corpus_has_no_faults() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (post("001", "Something else entirely, a walk"), "a-001: the id is used 2 times"),
        (post("003", " "), "a-003: there is no text"),
        (post("003", "Rain over the allotments again", kind="odd"), "a-003: unknown kind 'odd'"),
        (post("003", "Rain over the allotments again", P9=["Rain"]), "a-003: unknown signal 'P9'"),
        (post("003", "Rain over the allotments again", P1=["rain"]), "a-003: P1: 'rain' is not in the text"),
        (post("003", "Rain over the allotments again", kind="hard_negative", P1=["Rain"]), "a hard negative may carry"),
        (post("003", "Rain over the allotments again", pair="p"), "p: a pair has 1 posts"),
        (post("003", "so, Bins are late in Elm Road today, sorry all"), "a-003 is nearly the same as a-002"),
        (replace(post("003", "Rain over the allotments"), batch="b"), "the id must be b- and a number"),
        (replace(post("003", "Rain over the allotments"), id="a-"), "the id must be a- and a number"),
        (post("003", "Rain over the allotments again", P1=["Rain "]), "begins or ends with a blank"),
        (post("003", "Rain over the allotments again", P1=["Rain", "Rain"]), "a span is named twice"),
        (replace(post("003", "Rain over the allotments"), batch="b"), "batch b is in no part"),
    ],
)
def test_each_fault_is_said(bad: Post, said: str) -> None:
    assert any(said in fault for fault in found(bad))


ONE = post("003", "Proud of the work our crews did tonight on the moor above the town, every one", "p")
OTHER = post(
    "004", "Proud of the work our Tory MP did tonight on the moor above the town, every one", "p", P1=["Proud of"]
)


def test_a_pair_may_share_its_words() -> None:
    assert len(grams(ONE.text) & grams(OTHER.text)) >= 0.5 * len(grams(ONE.text) | grams(OTHER.text))
    assert not [fault for fault in found(ONE, OTHER) if "begin with" not in fault]
    assert any("nearly" in fault for fault in found(replace(ONE, pair=None), replace(OTHER, pair=None)))


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (replace(OTHER, signals={}), "carry the same signals"),
        (replace(OTHER, batch="b", id="b-004"), "stand in two batches"),
        (replace(OTHER, text=ONE.text), "must share most of their words"),
        (replace(OTHER, text="Proud of something else altogether that nobody here ever saw"), "share most"),
    ],
)
def test_a_pair_differs_in_one_way_only(other: Post, said: str) -> None:
    assert any(said in fault for fault in found(ONE, other))


def test_dice_counts_repeated_words() -> None:
    assert dice("tea tea cake", "tea cake cake") == pytest.approx(2 / 3)


def test_near_duplicates_are_found_and_no_others() -> None:
    """Four in five words of a 3-gram shift: 0.45 is no near-duplicate, 0.55 is one, whatever the hashes."""
    near, far = 0, 0
    for seed in range(60):
        tokens = random.Random(seed).sample([f"w{n}" for n in range(500)], 40)
        text = post("003", " ".join(tokens))
        close = post("004", " ".join([*tokens[:30], *(f"x{n}" for n in range(10))]))  # 28 of 48 grams: 0.58
        apart = post("004", " ".join([*tokens[:26], *(f"x{n}" for n in range(14))]))  # 24 of 52 grams: 0.46
        near += any("nearly" in fault for fault in found(text, close))
        far += any("nearly" in fault for fault in found(text, apart))
    assert (near, far) == (60, 0)


def test_links_handles_and_curly_apostrophes_do_not_hide_a_copy() -> None:
    text = "So that’s it then, the last bus has gone @{} https://t.co/{}"
    copied = found(post("003", text.format("kay", "a1B2")), against=(text.format("jo", "Zz9").replace("’", "'"),))
    assert any("a-003" in fault or "outside" in fault for fault in copied)


def test_posts_without_words_are_compared_too() -> None:
    assert any("nearly" in fault for fault in found(post("003", "🌧🌧"), against=("🌧🌧",)))


def test_posts_that_stand_elsewhere_are_found() -> None:
    assert any("outside text 1 is nearly the same" in fault for fault in found(against=(SOUND[1].text,)))


def test_a_stranger_s_handle_is_found() -> None:
    mine = post("003", "Morning @somebody_private, how was the walk")
    assert any("@somebody_private" in fault for fault in found(mine, against=("cheers @somebody_private",)))
    spoke = post("003", "so @uklabour spoke")
    assert not any("@uklabour" in fault for fault in found(spoke, against=("@uklabour",), public=("@uklabour",)))


@pytest.mark.parametrize(("same", "wrong"), [(1, False), (2, True)])
def test_openings_shared_by_too_many_are_found(same: int, wrong: bool) -> None:
    many = [post(f"{n:03}", f"{letters(n)} end") for n in range(100, 300)]
    many += [post(f"{n:03}", f"Out and about {letters(n)}") for n in range(300, 300 + same)]
    assert any("posts begin with 'out and about'" in fault for fault in found(*many)) is wrong


@pytest.mark.parametrize(
    ("name", "mark"),
    [("emoji", " 🌧"), ("hashtag", " #wet"), ("link", " https://t.co/a1"), ("exclamation", "!"), ("link", " gov.uk/aa")],
)
@pytest.mark.parametrize(("share", "wrong"), [(0.6, False), (0.7, True)])
def test_a_cue_that_gives_the_answer_away_is_found(name: str, mark: str, share: float, wrong: bool) -> None:
    """Half of the clear posts carry the mark: 0.6 is 1.2 times as many, 0.7 is 1.4 times."""
    posts = [
        replace(item, text=item.text.removesuffix(mark) + (mark if n % 2 else "")) if not item.flagged else item
        for n, item in enumerate(numbered(100, share=share, mark=mark))
    ]
    assert any(fault.startswith(f"{name} gives the answer away") for fault in faults(posts, {"a": "train"})) is wrong


def test_length_is_a_cue() -> None:
    posts = [replace(item, text=item.text * 2) if item.flagged else item for item in numbered(20, share=0, mark="!")]
    assert any(fault.startswith("characters gives the answer away") for fault in found(*posts))
    assert cue_rates(posts)["characters"][0] > 1.9 * cue_rates(posts)["characters"][1]


def test_the_parts_name_every_batch_once_and_nothing_else(tmp_path: Path) -> None:
    assert "the splits name a batch b that isn't there" in list(faults(SOUND, {"a": "train", "b": "test"}))
    assert "unknown part 'tune'" in list(faults(SOUND, {"a": "tune"}))
    path = tmp_path / "splits.toml"
    for bad, said in [
        ('train = ["a"]\ntest = ["a"]', "two parts"),
        ('train = "ab"', "a list"),
        ("train", "cannot be read"),
    ]:
        path.write_text(bad)
        with pytest.raises(CorpusError, match=said):
            splits(path)


def corpus(folder: Path, *posts: Post) -> list[str]:
    """A corpus on disk; what validate must be called with."""
    for name in ("corpus", "writers", "second-reader"):
        (folder / name).mkdir()
        rows = [
            {"id": p.id, "signals": p.signals}
            | ({"text": p.text, "kind": p.kind, "batch": p.batch} if name == "corpus" else {})
            for p in posts
        ]
        (folder / name / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "unsettled.jsonl").write_text("")
    (folder / "dialects.jsonl").write_text("")
    (folder / "splits.toml").write_text('train = ["a"]')
    return ["--data", str(folder)]


def test_the_command_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = corpus(tmp_path, *SOUND)
    assert main(arguments) == 0
    assert capsys.readouterr().out == "2 posts, 0 faults\n"
    for name, line in [("real.txt", SOUND[1].text), ("real.jsonl", json.dumps({"text": SOUND[1].text}))]:
        (tmp_path / name).write_text(line)
        assert main([*arguments, "--against", str(tmp_path / name)]) == 1
        assert "outside text 1 is nearly the same as a-002" in capsys.readouterr().out
    (tmp_path / "real.jsonl").write_text("{}")
    assert main([*arguments, "--against", str(tmp_path / "real.jsonl")]) == 1
    assert "real.jsonl:1: has no text" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("unsettled.jsonl", '{"id": "a-001"}', "a-001: unsettled, but in the corpus"),
        ("writers/a.jsonl", '{"id": "a-001", "signals": {}}', "a-002: has no labels in writers"),
        ("second-reader/b.jsonl", '{"id": "a-009", "signals": {}}', "a-009: only stands in second-reader"),
        (
            "dialects.jsonl",
            '{"id": "d", "text": "x", "signals": {"P1": ["y"]}, "dialect": "scots"}',
            "'y' is not in the",
        ),
        ("second-reader/a.jsonl", '{"id": "a-001", "signals": {"P9": []}}', "a-001: unknown signal in second-reader"),
    ],
)
def test_what_lies_beside_the_corpus_is_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], file: str, content: str, said: str
) -> None:
    arguments = corpus(tmp_path, *SOUND)
    (tmp_path / file).write_text(content)
    assert main(arguments) == 1
    assert said in capsys.readouterr().out


def test_grams_of_a_short_text_are_itself() -> None:
    assert grams("Polls open") == {"polls open"}
    assert grams("Polls open at seven") == {"polls open at", "open at seven"}


@pytest.mark.parametrize(
    "line",
    [
        "{",
        '"x"',
        '{"id": 1}',
        '{"id":"a-1","text":"x","signals":{"P1":[]},"kind":"plain","batch":"a"}',
        '{"id":"a-1","text":"x","signals":{"P1":[""]},"kind":"plain","batch":"a"}',
        '{"id":"a-1","text":"x","signals":{},"kind":"plain","batch":"a","mood":"low"}',
        '{"id":"a-1","text":"x","signals":{},"kind":"plain","batch":"a","pair":7}',
        '{"id":"a-1","text":"x","signals":{},"kind":"plain","batch":"b"}',
        '{"id":"a-1","id":"a-2","text":"x","signals":{},"kind":"plain","batch":"a"}',
    ],
)
def test_a_line_that_is_no_post_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(line)
    with pytest.raises(CorpusError, match=r"a\.jsonl:1"):
        list(read(path))


def test_a_line_separator_inside_a_post_ends_no_line(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"id":"a-1","text":"x\u2028y","signals":{},"kind":"plain","batch":"a"}\n', "utf-8")
    assert [item.text for item in read(path)] == ["x\u2028y"]


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
    for code in CODES:
        assert sum(code in item.signals for item in posts) >= 300, code


def test_the_datasheet_says_what_is_counted() -> None:
    text = (HOME / "README.md").read_text("utf-8")
    for table in shipped():
        assert table in text
