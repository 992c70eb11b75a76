"""The command line: exit codes, clear errors, nothing lost, no traceback."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postcheck import __main__ as door
from postcheck import commands
from postcheck.library import load

Run = Callable[..., tuple[int, str, str]]
BREACH = "Vote Labour on Thursday!"


def process(*arguments: str, stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    """postcheck as a real process."""
    return subprocess.run(
        [sys.executable, "-m", "postcheck", *arguments],
        input=stdin,
        capture_output=True,
        check=False,
        env=os.environ | {"PYTHONUTF8": "1"} | environment,
    )


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["check", "Bins are late today, sorry."], 0),
        (["check", BREACH], 1),
        (["check", BREACH, "--account", "personal"], 0),
        (["check", BREACH, "--fail-on", "never"], 0),
        (["check", "--restricted", "--action", "repost", BREACH], 1),
        (["check", "--restricted", "--action", "repost", BREACH, "--fail-on", "stop"], 0),
        (["packs", "check", "uk-local-government"], 0),
        (["packs", "list"], 0),
        (["rules", "list"], 0),
        (["--version"], 0),
        (["--help"], 0),
        (["check", "--help"], 0),
    ],
)
def test_exit_codes(postcheck: Run, arguments: list[str], code: int) -> None:
    assert postcheck(*arguments)[0] == code


@pytest.mark.parametrize(
    ("arguments", "said", "hint"),
    [
        (["check", ""], "there is no text", "in quotes"),
        (["check", " \n "], "there is no text", "in quotes"),
        (["check"], "give the draft once", "postcheck check"),
        (["check", "a", "--file", "b"], "give the draft once", "postcheck check"),
        (
            ["check", "a", "--account", "persnal"],
            "--account: unknown value 'persnal'",
            "did you mean personal?",
        ),
        (
            ["check", "a", "--period", "election"],
            "--period: unknown value 'election'",
            "did you mean pre_election?",
        ),
        (["check", "a", "--action", "retweet"], "--action: unknown value", "choose from post, repost"),
        (["check", "a", "--format", "xml"], "--format: unknown value 'xml'", "console, json, jsonl"),
        (["check", "a", "--fail-on", "halt"], "--fail-on: unknown value 'halt'", "review, stop, never"),
        (["check", "a", "--pack", "uk-local"], "no pack named 'uk-local'", "uk-local-government"),
        (["check", "--file", "nowhere.txt"], "no file nowhere.txt", "check the name"),
        (["check", "--file", "."], "cannot read .: Is a directory", "give a file"),
        (["check", "x" * 1_000_000], "the text has 1,000,000 characters", "postcheck batch"),
        (["batch", "nowhere.jsonl"], "no file nowhere.jsonl", "check the name"),
        (["rules", "show", "P2-vote-for-parti"], "no rule or signal", "postcheck rules list"),
        (["packs", "check", "nowhere.toml"], "no pack named 'nowhere.toml'", "uk-local-government"),
        (["evaluate", "nowhere.jsonl"], "no file nowhere.jsonl", "check the name"),
    ],
)
def test_bad_input_is_exit_2_with_a_way_out(postcheck: Run, arguments: list[str], said: str, hint: str) -> None:
    code, out, err = postcheck(*arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert hint in err


@pytest.mark.parametrize(
    "arguments", [["chekc", "a"], ["check", "a", "--acount", "personal"], ["batch"], ["check", "a", "b"]]
)
def test_a_mistyped_command_is_exit_2(postcheck: Run, arguments: list[str]) -> None:
    code, _, err = postcheck(*arguments)
    assert code == 2
    assert "Traceback" not in err
    assert err


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"caf\xe9", "is not UTF-8 text: byte 4"),
        ("Vote".encode("utf-16"), "is UTF-16"),
        (b"PK\x00\x01", "not text"),
        (b"", "there is no text"),
        (b"\xef\xbb\xbf", "there is no text"),
    ],
)
def test_a_file_that_is_no_text_is_exit_2(postcheck: Run, tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "draft.txt"
    path.write_bytes(data)
    code, _, err = postcheck("check", "--file", str(path))
    assert code == 2
    assert said in err


def test_a_draft_from_a_file_and_from_standard_input(postcheck: Run, tmp_path: Path) -> None:
    path = tmp_path / "draft.txt"
    path.write_text("\ufeff" + BREACH, encoding="utf-8")
    assert postcheck("check", "--file", str(path))[0] == 1
    piped = process("check", "-", "--format", "json", stdin=BREACH.encode())
    assert piped.returncode == 1
    assert json.loads(piped.stdout)["results"][0]["verdict"] == "stop"


def test_a_pipe_gets_no_colour_and_no_rich() -> None:
    done = process("check", BREACH)
    assert b"\x1b" not in done.stdout
    assert "■ Stop" in done.stdout.decode()


def test_an_ascii_terminal_does_not_break_the_output() -> None:
    done = process("check", BREACH + " 🌹", PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert done.returncode == 1
    assert done.stderr == b""


def test_bytes_that_are_no_text_on_the_command_line_are_exit_2() -> None:
    done = subprocess.run(
        [sys.executable.encode(), b"-m", b"postcheck", b"check", b"Vote Labour caf\xe9", b"--format", b"jsonl"],
        capture_output=True,
        check=False,
        env=os.environ | {"PYTHONUTF8": "1"},
    )
    assert done.returncode == 2
    assert b"is not UTF-8 text" in done.stderr


def test_json_stays_json_on_an_ascii_terminal() -> None:
    done = process("check", "Vóte Labour", "--format", "jsonl", PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert json.loads(done.stdout)["signals"][0]["phrase"] == "Vóte Labour"


def test_a_full_disk_is_exit_2() -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "postcheck", "check", BREACH], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 2
    assert b"cannot write the result" in done.stderr


def test_a_closed_pipe_ends_quietly() -> None:
    line = json.dumps({"text": BREACH}) + "\n"
    with subprocess.Popen(
        [sys.executable, "-m", "postcheck", "batch", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as running:
        assert running.stdout and running.stdin and running.stderr
        running.stdout.close()
        with pytest.raises(BrokenPipeError):
            for _ in range(100_000):
                running.stdin.write(line.encode())
        running.stdin = None
        errors = running.stderr.read()
    assert b"Traceback" not in errors
    assert running.returncode == 141


def test_an_interrupt_is_130(postcheck: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(**_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(commands, "check", lambda *_, **__: interrupt())
    assert postcheck("check", BREACH)[0] == 130


def test_our_own_fault_is_exit_3_and_shows_no_draft(postcheck: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fault(*_: object, **__: object) -> int:
        raise RuntimeError(BREACH)

    monkeypatch.setattr(commands, "check", fault)
    code, out, err = postcheck("check", BREACH)
    assert code == 3
    assert "Labour" not in out + err
    assert "RuntimeError" in err


# ── batch ────────────────────────────────────────────────────────────────────────────────

ROWS = [
    {"id": "a", "text": "Bins are late today, sorry."},
    {"id": "b", "text": BREACH, "context": {"account": "corporate"}},
    {"text": BREACH, "context": {"account": "personal"}},
]


def _lines(path: Path, *lines: str | bytes) -> str:
    path.write_bytes(b"\n".join(line.encode() if isinstance(line, str) else line for line in lines) + b"\n")
    return str(path)


def test_a_batch_keeps_order_and_contexts(postcheck: Run, tmp_path: Path) -> None:
    path = _lines(tmp_path / "posts.jsonl", *map(json.dumps, ROWS))
    code, out, _ = postcheck("batch", path, "--format", "jsonl")
    results = [json.loads(line) for line in out.splitlines()]
    assert code == 1
    assert [(r["id"], r["verdict"]) for r in results] == [
        ("a", "clear"),
        ("b", "stop"),
        (f"{path}:3", "clear"),
    ]


def test_options_are_the_usual_context_of_a_batch(postcheck: Run, tmp_path: Path) -> None:
    path = _lines(tmp_path / "posts.jsonl", *map(json.dumps, ROWS))
    _, out, _ = postcheck("batch", path, "--restricted", "--account", "personal", "--format", "json")
    contexts = [result["context"] for result in json.loads(out)["results"]]
    assert [context["account"] for context in contexts] == ["personal", "corporate", "personal"]
    assert all(context["restricted"] for context in contexts)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{broken", "not JSON"),
        (b'{"text": "caf\xe9"}', "not UTF-8"),
        ('"just a string"', "must be an object"),
        ('{"id": "x"}', 'has no "text"'),
        ('{"text": 3}', '"text" must be a string'),
        ('{"text": "  "}', "there is no text"),
        ('{"text": "a", "context": {"account": "home"}}', "account: unknown value 'home'"),
        ('{"text": "a", "context": {"acount": "personal"}}', "unknown field 'acount'; did you mean account?"),
        ('{"text": "a", "context": {"restricted": "yes"}}', "restricted must be true or false"),
        ("[" * 100_000, "nested too deep"),
    ],
)
def test_a_bad_line_is_named_and_the_others_are_checked(
    postcheck: Run, tmp_path: Path, line: str | bytes, said: str
) -> None:
    path = _lines(tmp_path / "posts.jsonl", json.dumps(ROWS[0]), line, json.dumps(ROWS[1]))
    code, out, err = postcheck("batch", path)
    assert code == 2
    assert [json.loads(row)["id"] for row in out.splitlines()] == ["a", "b"]
    assert f"{path}:2: " in err
    assert said in err
    assert "1 line could not be checked" in err


@pytest.mark.parametrize("data", [b"", b"\n\n"])
def test_a_batch_with_nothing_in_it_is_exit_2(postcheck: Run, tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "posts.jsonl"
    path.write_bytes(data)
    code, _, err = postcheck("batch", str(path))
    assert code == 2
    assert "holds no posts" in err


def test_a_batch_from_standard_input() -> None:
    done = process("batch", "-", stdin=json.dumps(ROWS[1]).encode())
    assert json.loads(done.stdout)["id"] == "b"


def test_a_lone_surrogate_survives_as_json_writes_it() -> None:
    done = process("batch", "-", stdin=rb'{"id": "s", "text": "\ud83d Vote Labour \ud83d"}')
    result = json.loads(done.stdout)
    assert result["signals"][0]["start"] == 2


# ── rules and packs ──────────────────────────────────────────────────────────────────────


def test_a_rule_s_reason_is_two_steps_away(postcheck: Run) -> None:
    _, listed, _ = postcheck("rules", "list")
    for rule in load("uk-local-government").rules.values():
        assert rule.id in listed
    name = next(iter(load("uk-local-government").rules))
    code, shown, _ = postcheck("rules", "show", name.lower())
    assert code == 0
    assert "Way out" in shown
    assert "https://" in shown


@pytest.mark.parametrize("code", ["P1", "b8"])
def test_a_signal_shows_its_judgement_in_every_context(postcheck: Run, code: str) -> None:
    _, shown, _ = postcheck("rules", "show", code)
    assert "The first line that fits decides" in shown
    assert "stop" in shown


def test_a_failing_pack_is_exit_2(postcheck: Run, tmp_path: Path) -> None:
    from test_packs import TINY

    path = tmp_path / "mine.toml"
    path.write_text(TINY.replace("Vote Greens!", "Pick Greens!"))
    code, out, _ = postcheck("packs", "check", str(path))
    assert code == 2
    assert "1 wrong" in out


def test_a_pack_of_your_own_judges_a_draft(postcheck: Run, tmp_path: Path) -> None:
    from test_packs import TINY

    path = tmp_path / "mine.toml"
    path.write_text(TINY)
    code, out, _ = postcheck("check", "vote greens", "--pack", str(path), "--format", "json")
    assert code == 1
    assert json.loads(out)["results"][0]["tool"]["packs"][0]["name"] == "tiny"


def test_names_of_your_own_reach_the_rules(postcheck: Run, tmp_path: Path) -> None:
    path = tmp_path / "names.toml"
    path.write_text('[lists.party]\nentries = ["friends of the pier"]\n')
    assert postcheck("check", "Vote Friends of the Pier", "--names", str(path))[0] == 1


# ── the quick way in ─────────────────────────────────────────────────────────────────────


def _declared() -> dict[str, str]:
    import typer

    from postcheck.cli import app

    command = typer.main.get_command(app).commands["check"]  # type: ignore[attr-defined]
    return {option: parameter.name for parameter in command.params for option in parameter.opts}


def test_the_quick_way_knows_only_options_that_check_declares() -> None:
    declared = _declared()
    assert all(declared[option] == name for option, name in door.VALUES.items())
    assert set(door.SWITCHES) == {"--restricted", "--not-restricted", "--why"}


words = st.sampled_from(
    [
        "check",
        "text",
        "-",
        "--",
        "-h",
        "--account",
        "personal",
        "--account=corporate",
        "--restricted",
        "--not-restricted",
        "--file",
        "--period",
        "normal",
        "--format",
        "json",
        "--names",
        "--fail-on=never",
        "--action",
        "--pack",
        "",
    ]
)


@given(st.lists(words, max_size=6))
def test_the_quick_way_reads_arguments_as_typer_does(rest: list[str]) -> None:
    quick = door.quick_options(["check", *rest])
    if quick is None:
        return
    seen: list[dict[str, object]] = []

    def record(text: str | None = None, **options: object) -> int:
        seen.append({"text": text} | options)
        return 0

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(commands, "check", record)
        patch.setattr(sys, "stderr", io.StringIO())
        from postcheck.cli import run_app

        assert run_app(["check", *rest]) == 0
    given_to_both = {key: value for key, value in seen[0].items() if key in quick}
    assert given_to_both == quick
