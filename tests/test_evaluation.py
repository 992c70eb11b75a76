"""Evaluation: the figures are what their names say."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from postcheck import Account, Context, Draft, Level, Pack, check
from postcheck.evaluation import Figures, Labelled, evaluate, labelled_verdict, share, table

Run = Callable[..., tuple[int, str, str]]


def post(text: str, *unsettled: str, account: Account = Account.PROFESSIONAL, **signals: list[str]) -> Labelled:
    """A labelled post of an unrestricted officer."""
    context = Context(account=account, restricted=False)
    return Labelled(draft=Draft(text=text, context=context, id=text), signals=signals, unsettled=unsettled)


def test_figures_by_hand() -> None:
    figures = Figures(pairs=((True, True), (True, True), (True, False), (False, True), (False, False), (False, False)))
    assert figures.precision == pytest.approx(2 / 3)
    assert figures.recall == pytest.approx(2 / 3)
    assert figures.f1 == pytest.approx(2 / 3)
    assert figures.fpr == pytest.approx(1 / 3)
    assert figures.positives == 3
    low, high = figures.f1_interval()
    assert low <= figures.f1 <= high


def test_empty_figures_are_nought() -> None:
    empty = Figures(pairs=((False, False),))
    assert (empty.precision, empty.recall, empty.f1, empty.fpr) == (0, 0, 0, 0)


def test_an_evaluation_by_hand(pack: Pack) -> None:
    gold = [
        post("Vote Labour!", P2=["Vote Labour"]),
        post("Vote Labour on Thursday", B3=["Thursday"]),
        post("Nothing to see, bins are late.", P1=["bins"]),
        post("Nothing at all, bins are late."),
    ]
    results = [check(labelled.draft, pack=pack) for labelled in gold]
    done = evaluate(gold, results, pack)
    assert done.flags["all"].pairs == ((True, True), (True, True), (True, False), (False, False))
    assert done.flags["political"].pairs == ((True, True), (False, True), (True, False), (False, False))
    assert done.signals["P2"].pairs == ((True, True), (False, True), (False, False), (False, False))
    assert done.span_overlap == 1.0
    assert done.verdict_exact == 0.75
    assert done.wrong == (("Nothing to see, bins are late.", Level.REVIEW, Level.CLEAR),)
    assert done.macro_f1 == pytest.approx((done.signals["P2"].f1 + 0 + 0) / 3)


def test_a_code_that_readers_differ_on_counts_neither_way(pack: Pack) -> None:
    gold = [post("Bins are late.", "P1"), post("Vote Labour", "P2", P2=["Vote Labour"])]
    done = evaluate(gold, [check(labelled.draft, pack=pack) for labelled in gold], pack)
    assert len(done.flags["all"].pairs) == 1
    assert len(done.signals["P1"].pairs) == 1
    assert len(done.signals["P2"].pairs) == 1


def test_a_label_s_verdict_follows_from_the_pack(pack: Pack) -> None:
    assert labelled_verdict(post("x", P1=["x"]), pack) is Level.REVIEW
    assert labelled_verdict(post("x", P1=["x"], account=Account.PERSONAL), pack) is Level.CLEAR
    assert labelled_verdict(post("x", P1=["x"]), pack, family="B") is Level.CLEAR


def test_the_table_has_a_row_for_each_family_and_code(pack: Pack) -> None:
    gold = [post("Vote Labour!", P2=["Vote Labour"])]
    shown = table(evaluate(gold, [check(gold[0].draft, pack=pack)], pack)).split("\n")
    assert len(shown) == 1 + 3 + 12 + 1
    assert shown[1].startswith("all           1.000  1.000  1.000")


def test_a_set_without_labels_gives_the_share_flagged(pack: Pack) -> None:
    said = share([check(text, pack=pack) for text in ("Vote Labour!", "Bins are late.")])
    assert said == "2 posts without labels: 1 flagged (50.00%): P2 1"


def test_the_command_prints_figures_and_what_is_wrong(postcheck: Run, tmp_path: Path) -> None:
    rows = [
        {"id": "1", "text": "Bins are late.", "signals": {"P1": ["Bins"]}, "context": {"restricted": False}},
        {"id": "2", "text": "Vote Labour!", "signals": {"P2": ["Vote Labour"]}, "context": {}},
    ]
    path = tmp_path / "gold.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    code, out, _ = postcheck("evaluate", str(path), "--wrong")
    assert code == 0
    assert out.endswith("1 review clear\n")


@pytest.mark.parametrize("row", ['{"id": "1"}', '{"text": "x", "signals": {"P9": ["x"]}}'])
def test_a_label_that_cannot_be_read_is_exit_2(postcheck: Run, tmp_path: Path, row: str) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text(row)
    code, _, err = postcheck("evaluate", str(path))
    assert code == 2
    assert f"{path}:1" in err
