"""Packs: loaded strictly, with errors that name the file, the rule and the key."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from postcheck import Account, Action, Context, Level, Pack, Period, library, load
from postcheck.errors import PackError
from postcheck.findings import judge
from postcheck.folding import Span
from postcheck.library import HOME, compile_shipped, load_examples, open_table, shipped
from postcheck.loader import contexts
from postcheck.matcher import find_signals
from postcheck.proof import prove
from postcheck.signals import Origin, Signal

TINY = """
[pack]
name = "tiny"
title = "Tiny"
version = "1"
summary = "for tests"

[signals.P2]
name = "electioneering"
title = "Campaigns"

[citations.act]
title = "An Act"
url = "https://example.org/act"
says = "something"
status = "V"

[lists.party]
entries = ["greens"]

[[judgement]]
signal = "P2"
level = "stop"
message = "It matters."
advice = "Leave it out."
citations = ["act"]

[[rule]]
id = "P2-vote"
signal = "P2"
title = "Asks for votes"
confidence = 0.9
phrases = ["vote <party>"]
message = "asks for votes"
advice = "Leave it out."
citations = ["act"]
flags = ["Vote Greens!"]
passes = ["The greens at the golf course"]
"""


def tiny(tmp_path: Path, old: str = "", new: str = "") -> Pack:
    """The tiny pack with one change."""
    assert old in TINY
    path = tmp_path / "tiny.toml"
    path.write_text(TINY.replace(old, new, 1), encoding="utf-8")
    return load(str(path))


def test_a_pack_of_one_file_loads_and_proves_itself(tmp_path: Path) -> None:
    pack = tiny(tmp_path)
    assert list(prove(pack, load_examples(str(tmp_path / "tiny.toml")))) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("confidence = 0.9", "confidance = 0.9", "tiny.toml: rule P2-vote: unknown key 'confidance'"),
        ("confidence = 0.9", "confidence = 1.9", "rule P2-vote: confidence must lie"),
        ("confidence = 0.9", 'confidence = "high"', "rule P2-vote: confidence must be a number"),
        ('level = "stop"', 'level = "halt"', "judgement of P2: level: unknown 'halt'"),
        ('citations = ["act"]\nflags', "flags", "rule P2-vote: citations is missing"),
        ('citations = ["act"]\nflags', "citations = []\nflags", "rule P2-vote: citations is empty"),
        ('citations = ["act"]\nflags', 'citations = ["law"]\nflags', "rule P2-vote: citations: unknown 'law'"),
        ('signal = "P2"\ntitle', 'signal = "P9"\ntitle', "rule P2-vote: signal: unknown 'P9'"),
        (
            'phrases = ["vote <party>"]',
            'phrases = ["vote <partys>"]',
            "P2-vote: list <partys> is nowhere defined",
        ),
        ('phrases = ["vote <party>"]', 'phrases = ["... vote"]', "rule P2-vote: phrase '... vote' must begin and end"),
        ('phrases = ["vote <party>"]', 'phrases = [""]', "rule P2-vote: phrases must be a list of texts"),
        ('phrases = ["vote <party>"]', "", "rule P2-vote: needs exactly one of phrases, pattern or entries; has none"),
        (
            'phrases = ["vote <party>"]',
            """pattern = 'vot(e'\nhints = ["v"]""",
            "rule P2-vote: pattern is not one that RE2 runs",
        ),
        (
            'phrases = ["vote <party>"]',
            """pattern = '(a)\\1'\nhints = ["v"]""",
            "rule P2-vote: pattern is not one that RE2 runs",
        ),
        (
            'phrases = ["vote <party>"]',
            """pattern = '((x{500}){500}){9}'\nhints = ["v"]""",
            "rule P2-vote: pattern is not one",
        ),
        (
            'phrases = ["vote <party>"]',
            """pattern = 'x*'\nhints = ["v"]""",
            "rule P2-vote: pattern matches where there is nothing",
        ),
        (
            'phrases = ["vote <party>"]',
            "pattern = 'vote'\nhints = ['vote']\nforbids = ['x']",
            "rule P2-vote: a pattern takes no forbids",
        ),
        ('phrases = ["vote <party>"]', "pattern = 'vote'", "rule P2-vote: pattern and hints go together"),
        ('phrases = ["vote <party>"]', 'entries = "<party>"', "rule P2-vote: entries and cues go together"),
        ('flags = ["Vote Greens!"]', "", "rule P2-vote: flags is missing"),
        ("confidence = 0.9", "confidence = 0.9\nwithin = -2", "rule P2-vote: within must not be negative"),
        ('entries = ["greens"]', 'entries = ["greens"]\nas_of = "soon"', "lists.party: as_of must be a date"),
        ('entries = ["greens"]', 'entries = ["-"]', "tiny.toml: lists.party: list entry '-' holds no word"),
        ('[lists.party]\nentries = ["greens"]', '[lists]\nparty = "greens"', "lists must be written as [lists.NAME]"),
        ('status = "V"', 'status = "B"', "citations.act: status must be V"),
        ("[lists.party]", "[list.party]", "tiny.toml: unknown section [list]"),
        ("[[rule]]", "[rule]", "rule must be written as [[rule]]"),
        ('version = "1"', "", "[pack]: version is missing"),
        ('signal = "P2"\nlevel', 'signal = "P2"\naccount = ["personal"]\nlevel', "no judgement of P2 for professional"),
        ('signal = "P2"\nlevel', 'signal = "P2"\naccount = ["boss"]\nlevel', "account: unknown 'boss'"),
        ('title = "Tiny"', "title = Tiny", "tiny.toml: not readable as TOML"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(PackError) as caught:
        tiny(tmp_path, old, new)
    assert said in str(caught.value)


def test_a_judgement_that_decides_nothing_is_an_error(tmp_path: Path) -> None:
    again = TINY[TINY.index("[[judgement]]") : TINY.index("[[rule]]")]
    with pytest.raises(PackError, match="decides nothing"):
        tiny(tmp_path, again, again + again)


def test_a_rule_id_used_twice_is_an_error(tmp_path: Path) -> None:
    again = TINY[TINY.index("[[rule]]") :]
    with pytest.raises(PackError, match="used twice"):
        tiny(tmp_path, again, again + again)


def test_an_unknown_pack_is_an_error_with_a_suggestion() -> None:
    with pytest.raises(PackError) as caught:
        load("uk-local-goverment")
    assert "did you mean uk-local-government?" in caught.value.hint


def test_a_folder_without_toml_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(PackError, match=r"holds no \.toml file"):
        load(str(tmp_path))


def test_proof_says_which_example_fails(tmp_path: Path) -> None:
    path = tmp_path / "tiny.toml"
    path.write_text(TINY.replace("Vote Greens!", "Pick Greens!").replace("at the golf", "got my vote; vote greens"))
    wrong = list(prove(load(str(path)), load_examples(str(path))))
    assert len(wrong) == 2
    assert "P2-vote: should flag" in wrong[0]
    assert "P2-vote: should pass" in wrong[1]


def test_a_known_miss_that_is_found_must_move(tmp_path: Path) -> None:
    path = tmp_path / "tiny.toml"
    path.write_text(TINY + 'misses = ["Go on, vote greens"]\n')
    assert "known miss but found" in next(prove(load(str(path)), load_examples(str(path))))


def test_a_file_of_names_adds_to_the_lists(tmp_path: Path) -> None:
    pack, names = tmp_path / "tiny.toml", tmp_path / "names.toml"
    pack.write_text(TINY)
    names.write_text('[lists.party]\nentries = ["purples"]\n')
    texts = [signal.phrase for signal in _signals("vote purples", load(str(pack), [str(names)]))]
    assert texts == ["vote purples"]
    assert not _signals("vote purples", load(str(pack)))


@pytest.mark.parametrize("text", ['[lists.partys]\nentries = ["purples"]', '[pack]\nname = "x"', ""])
def test_a_file_of_names_that_adds_nothing_is_an_error(tmp_path: Path, text: str) -> None:
    pack, names = tmp_path / "tiny.toml", tmp_path / "names.toml"
    pack.write_text(TINY)
    names.write_text(text)
    with pytest.raises(PackError, match=r"names\.toml"):
        load(str(pack), [str(names)])


def _signals(text: str, pack: Pack) -> list[Signal]:
    return list(find_signals(text, pack))


@pytest.mark.parametrize("name", shipped())
def test_a_compiled_copy_finds_what_its_source_finds(name: str, tmp_path: Path) -> None:
    compile_shipped(str(tmp_path))
    compiled, built = open_table(str(tmp_path / f"{name}.table")), load(f"{HOME}/{name}")
    assert compiled.sha256 == built.sha256
    assert dict(compiled.rules.items()) == built.rules
    assert dict(compiled.citations.items()) == built.citations
    assert (compiled.signals, compiled.judgements) == (built.signals, built.judgements)
    assert set(compiled.vocabulary) == set(built.vocabulary)
    for own in load_examples(name).values():
        for text in (*own.flags, *own.passes):
            assert find_signals(text, compiled) == find_signals(text, built)


def test_an_edited_pack_is_not_read_from_its_stale_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "HOME", str(tmp_path))
    (tmp_path / "tiny").mkdir()
    source = tmp_path / "tiny" / "pack.toml"
    source.write_text(TINY)
    compile_shipped(str(tmp_path))
    assert load("tiny").rules["P2-vote"].title == "Asks for votes"
    source.write_text(TINY.replace("Asks for votes", "Begs for votes"))
    assert load("tiny").rules["P2-vote"].title == "Begs for votes"


def test_the_pack_has_at_least_six_rules_a_signal_and_150_in_all(pack: Pack) -> None:
    counts = {code: sum(rule.signal == code for rule in pack.rules.values()) for code in pack.signals}
    assert len(counts) == 12
    assert min(counts.values()) >= 6
    assert len(pack.rules) >= 150


def test_each_citation_is_used(pack: Pack) -> None:
    used = {name for rule in pack.rules.values() for name in rule.citations}
    used |= {name for row in pack.judgements for name in row.citations}
    assert set(pack.citations) - used <= {"lgha-1989-s1"}


# the guide's table, cell by cell: personal, professional, corporate
C, R, S = Level.CLEAR, Level.REVIEW, Level.STOP
ORDINARY = {
    "P1": (C, R, S),
    "P2": (C, S, S),
    "P3": (C, R, S),
    "P4": (C, C, C),
    "B1": (R, R, C),
    "B2": (C, C, R),
    "B3": (S, S, S),
    "B4": (S, S, S),
    "B5": (R, S, S),
    "B6": (R, S, S),
    "B7": (C, R, R),
    "B8": (R, R, S),
}


def _expected(code: str, context: Context) -> Level:
    level = ORDINARY[code][list(Account).index(context.account or Account.PERSONAL)]
    own = context.account is not Account.CORPORATE
    restricted, election = own and context.restricted, context.period is Period.PRE_ELECTION
    if restricted:
        level = {"P1": S, "P2": S, "P3": R}.get(code, level)
    if election and (
        (code == "P1" and context.account is Account.PROFESSIONAL)
        or (code == "P3" and (not own or restricted))
        or (code == "P4" and not own)
    ):
        level = S
    if election and code == "P4" and own and (restricted or context.account is Account.PROFESSIONAL):
        level = R
    if context.action is Action.REPOST and own and code in ("P1", "P2", "P3") and level is S:
        level = R
    return level


@pytest.mark.parametrize(("code", "context"), list(product(ORDINARY, contexts())), ids=str)
def test_every_cell_of_the_judgement_table(pack: Pack, code: str, context: Context) -> None:
    signal = Signal(code=code, origin=Origin.RULE, score=1, span=Span(start=0, end=1), phrase="x")
    assert judge([signal], context, pack)[0].level is _expected(code, context)
