"""Findings: signals judged in a context, never without one."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postcheck import Account, Action, Context, Draft, Level, Pack, Period, check
from postcheck.errors import InputError
from postcheck.findings import judge, settle, verdict
from postcheck.folding import Span
from postcheck.render import machine
from postcheck.signals import Origin, Signal, strongest


def signal(code: str, start: int = 0, end: int = 1, score: float = 0.9, rule: str | None = None) -> Signal:
    """A signal with no words of its own."""
    span = Span(start=start, end=end)
    return Signal(code=code, origin=Origin.RULE, score=score, span=span, phrase="x" * (end - start), rule=rule)


def test_the_same_words_mean_different_things_on_different_accounts(pack: Pack) -> None:
    text = "Vote Labour on Thursday!"
    levels = [check(text, Context(account=account), pack).verdict for account in Account]
    assert levels == [Level.CLEAR, Level.STOP, Level.STOP]


def test_nobody_is_taken_for_restricted_but_the_finding_says_what_it_would_be(pack: Pack) -> None:
    (finding,) = judge([signal("P1")], Context(account=Account.PERSONAL), pack)
    assert finding.level is Level.CLEAR
    assert finding.if_restricted is Level.STOP


def test_where_restricted_is_known_there_is_no_if(pack: Pack) -> None:
    for known in (True, False):
        (finding,) = judge([signal("P1")], Context(account=Account.PERSONAL, restricted=known), pack)
        assert finding.if_restricted is None


def test_what_nobody_said_is_listed_as_assumed() -> None:
    context = Context(account=Account.CORPORATE, period=Period.NORMAL)
    assert context.assumed == ("restricted", "action")
    assert settle(context).action is Action.POST


def test_one_finding_a_code_with_all_its_evidence_worst_first(pack: Pack) -> None:
    findings = judge([signal("P3"), signal("P2", 2, 3), signal("P3", 4, 5)], Context(), pack)
    assert [(finding.code, finding.evidence) for finding in findings] == [("P2", (1,)), ("P3", (0, 2))]
    assert verdict(findings) is Level.STOP


def test_no_signal_is_clear() -> None:
    assert verdict([]) is Level.CLEAR


def test_every_finding_cites_a_source(pack: Pack) -> None:
    for code in pack.signals:
        (finding,) = judge([signal(code)], Context(), pack)
        assert finding.citations
        assert all(citation.status in ("V", "S") for citation in finding.citations)


def test_of_overlapping_signals_of_one_code_the_surest_stays() -> None:
    kept = strongest([signal("P1", 0, 9, 0.7), signal("P1", 3, 5, 0.9), signal("P2", 3, 5, 0.6)])
    assert [(s.code, s.score) for s in kept] == [("P1", 0.9), ("P2", 0.6)]


def test_the_organisation_s_own_account_is_its_voice(pack: Pack) -> None:
    draft = Draft(text="x", context=Context(account=Account.CORPORATE))
    assert "B1" not in {s.code for s in check(draft, pack=pack).signals}


STRICTER = (
    [(Account.PERSONAL, Account.PROFESSIONAL), (Account.PROFESSIONAL, Account.CORPORATE)],
    [(Period.NORMAL, Period.PRE_ELECTION)],
)


@given(
    st.sampled_from(["P1", "P2", "P3", "P4"]),
    st.sampled_from(list(Account)),
    st.booleans(),
    st.sampled_from(list(Period)),
    st.sampled_from(list(Action)),
)
def test_a_stricter_context_never_lowers_a_political_level(
    pack: Pack, code: str, account: Account, restricted: bool, period: Period, action: Action
) -> None:
    def rank(account: Account, restricted: bool, period: Period) -> int:
        context = Context(account=account, restricted=restricted, period=period, action=action)
        return judge([signal(code)], context, pack)[0].level.rank

    here = rank(account, restricted, period)
    assert rank(account, True, period) >= here
    assert rank(account, restricted, Period.PRE_ELECTION) >= here
    if account is not Account.CORPORATE and not restricted:
        assert rank(Account.CORPORATE, restricted, period) >= here


@given(st.text(max_size=120))
def test_every_signal_of_every_text_quotes_it_exactly(pack: Pack, text: str) -> None:
    draft = f"{text} Vote Labour, the Tories are a disgrace {text}"
    if "\0" in draft:
        return
    result = check(draft, pack=pack)
    assert all(draft[s.span.start : s.span.end] == s.phrase for s in result.signals)
    plain = json.loads(machine.line(result))
    assert all(draft[s["start"] : s["end"]] == s["phrase"] for s in plain["signals"])
    assert any("Labour" in s.phrase for s in result.signals)


@pytest.mark.parametrize("text", ["", "  \n\t", "x" * 100_001, "PK\0\x01"])
def test_what_is_no_post_is_an_error(text: str, pack: Pack) -> None:
    with pytest.raises(InputError):
        check(text, pack=pack)


@pytest.mark.parametrize("given", [{"account": "Personal"}, {"period": "pre-election"}, {"restricted": "yes"}])
def test_a_context_that_cannot_be_is_an_error(given: dict[str, str]) -> None:
    with pytest.raises(InputError):
        Context(**given)  # type: ignore[arg-type]


def test_plain_words_make_a_context() -> None:
    assert Context(account="corporate").account is Account.CORPORATE  # type: ignore[arg-type]
