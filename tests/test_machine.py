"""JSON results: the shape that others rely on."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from postcheck import Account, Context, Draft, Pack, check
from postcheck.render import machine

SCHEMA = json.loads((Path(__file__).parents[1] / "docs" / "result.schema.json").read_text("utf-8"))
TEXTS = [
    "Take care on the tops tonight.",
    "Vote Labour! 🌹 The Tories are a disgrace",
    "\ud83d lone surrogate, #VoteGreen",
    "Two\nlines and a\ttab: vote Tory",
]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("account", [None, *Account])
def test_results_follow_the_schema(text: str, account: Account | None, pack: Pack) -> None:
    result = check(Draft(text=text, context=Context(account=account), id="a"), pack=pack)
    plain = json.loads(machine.line(result))
    jsonschema.validate(plain, SCHEMA)
    assert all(text[s["start"] : s["end"]] == s["phrase"] for s in plain["signals"])
    assert plain == json.loads(machine.document([result]))["results"][0]


def test_a_result_names_tool_and_pack_with_hash(pack: Pack) -> None:
    tool = json.loads(machine.line(check("Hello", pack=pack)))["tool"]
    assert tool["name"] == "postcheck"
    assert tool["packs"] == [{"name": pack.name, "version": pack.version, "sha256": pack.sha256}]
    assert len(pack.sha256) == 64


def test_restricted_is_null_where_nobody_said(pack: Pack) -> None:
    context = json.loads(machine.line(check("Hello", pack=pack)))["context"]
    assert context["restricted"] is None
    assert context["assumed"] == ["account", "restricted", "period", "action"]


def test_a_draft_without_id_is_named_by_its_place(pack: Pack) -> None:
    draft = Draft(text="Hello", source="posts.jsonl", line=3)
    assert json.loads(machine.line(check(draft, pack=pack)))["id"] == "posts.jsonl:3"
