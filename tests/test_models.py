"""Models: what they weigh adds up, their files are what their cards say, and the deep one is only a second opinion."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postcheck import Pack, cards, classifier, linear
from postcheck.cards import Card
from postcheck.classifier import Classifier
from postcheck.errors import ModelError
from postcheck.folding import Span
from postcheck.linear import WINDOW, Linear
from postcheck.looks import run_that_stands_out
from postcheck.phrases import Index
from postcheck.report import check
from postcheck.signals import Origin, Signal
from postcheck.text import readings
from postcheck.training.corpus import CODES, load, splits

FAST, DEEP = (cards.shipped(name) for name in cards.SHIPPED)
POSTS = [post for post in load() if splits()[post.batch] == "test"]
TEXTS = st.one_of(st.text(max_size=400), st.sampled_from([post.text for post in POSTS]))


@pytest.fixture(scope="module")
def fast() -> Linear:
    return Linear(cards.read(FAST).path("weights"))


@pytest.fixture(scope="module")
def both() -> Classifier:
    return classifier.load("auto")


# ── the fast model ───────────────────────────────────────────────────────────────────────


def test_the_file_of_weights_says_what_the_pipeline_says(fast: Linear, pack: Pack) -> None:
    """On whole texts; longer ones are weighed in stretches too, which scikit-learn knows nothing of."""
    import joblib

    pipeline = joblib.load(cards.read(FAST).path("pipeline"))
    short = [post.text for post in POSTS if len(readings(post.text)[0].words) <= WINDOW][:400]
    wanted = pipeline.decision_function(short)
    for text, row in zip(short, wanted, strict=True):
        assert list(fast.look(text, pack.index).logits.values()) == pytest.approx(row, abs=1e-6)


@given(TEXTS)
def test_what_words_add_comes_to_the_logit(text: str) -> None:
    for name in ("fast", "deep"):
        asked = classifier.load(name)
        for opinion in asked.opinions(text, _index()):
            bias, pieces = opinion.pieces()
            assert bias + sum(value for _, value in pieces) == pytest.approx(
                opinion.look.logits[opinion.code], abs=1e-6
            )


@given(TEXTS)
def test_a_signal_stands_in_the_text_it_was_seen_in(text: str) -> None:
    asked = classifier.load("auto")
    for signal in asked.signals(asked.opinions(text, _index()), text):
        assert signal.phrase == text[signal.span.start : signal.span.end] != ""
        assert 0 <= signal.score <= 1


@pytest.mark.parametrize("name", ["fast", "deep"])
@pytest.mark.parametrize(
    ("words", "code"), [("vote labour on thursday", "P2"), ("fucking idiots the lot of them", "B6")]
)
@pytest.mark.parametrize("times", [1, 3, 10])
def test_many_words_do_not_outvote_a_few(name: str, words: str, code: str, times: int, pack: Pack) -> None:
    asked = classifier.load(name)
    among = "the crews were out from four and every road on the list was done before the schools opened, " * times
    opinions = asked.opinions(among + words, pack.index)
    assert next(opinion for opinion in opinions if opinion.code == code).stands


@given(st.dictionaries(st.text(min_size=1, max_size=12), st.lists(st.integers(-99, 99), min_size=2, max_size=2)))
def test_what_is_written_is_read(features: dict[str, list[int]]) -> None:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        path = f"{folder}/weights.bin"
        linear.write(path, ["P1", "B8"], [0.5, -0.5], 0.25, {name: (2.0, own) for name, own in features.items()})
        model = Linear(path)
        for name, own in features.items():
            assert model.row(0, name) == (4.0, tuple(0.5 * number for number in own))
        assert model.row(0, "not there, and longer than twelve") is None


@pytest.mark.parametrize("broken", [b"", b"PK\3\4", b"postcheck linear 1\n{}\n", b"postcheck linear 1\n[1]\n"])
def test_another_kind_of_file_is_no_model(tmp_path: Path, broken: bytes) -> None:
    (tmp_path / "weights.bin").write_bytes(broken)
    with pytest.raises(ModelError):
        Linear(str(tmp_path / "weights.bin"))


def test_a_file_cut_short_is_no_model(tmp_path: Path) -> None:
    path = tmp_path / "weights.bin"
    path.write_bytes(Path(FAST, "weights.bin").read_bytes()[:-1])
    with pytest.raises(ModelError, match="length"):
        Linear(str(path))


# ── the words that stand out ─────────────────────────────────────────────────────────────


def pieces(*values: float) -> list[tuple[Span, float]]:
    return [(Span(start=10 * at, end=10 * at + 5), value) for at, value in enumerate(values)]


@pytest.mark.parametrize(
    ("values", "span"),
    [
        ((1.0,), (0, 5)),
        ((0, 0, 5, 0, 0), (20, 25)),
        ((0, 4, 3, 0, 0, 0, 1), (10, 25)),
        ((-1, -1, -9, -1), (0, 15)),
        ((2, 2, 2), (0, 25)),
    ],
)
def test_the_run_that_stands_out(values: tuple[float, ...], span: tuple[int, int]) -> None:
    found = run_that_stands_out(pieces(*values))
    assert (found.start, found.end) == span


# ── probabilities, calibrated ────────────────────────────────────────────────────────────


@pytest.mark.parametrize("folder", [FAST, DEEP])
def test_a_card_says_how_well_calibrated_the_model_is(folder: str) -> None:
    facts = cards.read(folder).facts
    for judged in (facts, facts.get("with_fast", facts)):
        assert set(judged["calibration"]) == set(judged["thresholds"]) == set(judged["figures"]) == set(CODES)
        for code, own in judged["figures"].items():
            assert own["calibration_error"] <= 0.05, code


def test_the_thresholds_decide(pack: Pack) -> None:
    asked = classifier.load("fast")
    for post in POSTS[:200]:
        opinions = asked.opinions(post.text, pack.index)
        reported = {signal.code for signal in asked.signals(opinions, post.text)}
        assert reported == {opinion.code for opinion in opinions if opinion.probability >= opinion.threshold}


def test_models_find_what_rules_cannot(pack: Pack) -> None:
    """On posts by authors of whom no model read a word."""
    flagged = [post for post in POSTS if post.flagged]
    rules, together = (
        sum(bool(check(post.text, pack=pack, models=models).findings) for post in flagged) for models in (None, "fast")
    )
    assert together > 1.5 * rules


# ── the cascade ──────────────────────────────────────────────────────────────────────────


def test_the_deep_model_is_asked_only_in_doubt(both: Classifier, pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    from postcheck.encoder import Encoder

    asked: list[str] = []
    look = Encoder.look

    def overheard(self: Encoder, text: str) -> Any:
        asked.append(text)
        return look(self, text)

    monkeypatch.setattr(Encoder, "look", overheard)
    low, high = cards.read(DEEP).together["doubt"]
    fast = classifier.load("fast")
    sure = 0
    for post in POSTS[:400]:
        asked.clear()
        both.opinions(post.text, pack.index)
        unsure = any(low < opinion.probability < high for opinion in fast.opinions(post.text, pack.index))
        assert bool(asked) is unsure
        sure += not unsure
    assert 0 < sure < 400


def test_without_the_libraries_auto_goes_on_and_deep_says_how(monkeypatch: pytest.MonkeyPatch) -> None:
    classifier.load.cache_clear()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    found = classifier.load("auto")
    assert [card.name for card in found.cards] == ["postcheck-fast"]
    with pytest.raises(ModelError, match="not installed") as caught:
        classifier.load("deep")
    assert "postcheck[deep]" in caught.value.hint
    classifier.load.cache_clear()


def test_a_plain_check_loads_nothing_heavy() -> None:
    import subprocess

    code = (
        "import sys; from postcheck.__main__ import run; run(['check', 'Proud of you all', '--model', 'fast']);"
        "sys.exit(any(name in sys.modules for name in ('numpy', 'sklearn', 'joblib', 'onnxruntime', 'typer', 'rich')))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0


# ── rules and models together ────────────────────────────────────────────────────────────


def signal(origin: Origin, score: float) -> Signal:
    return Signal(code="P1", origin=origin, score=score, span=Span(start=0, end=1), phrase="x")


@pytest.mark.parametrize(
    ("scores", "together"),
    [
        ([(Origin.RULE, 0.8)], 0.8),
        ([(Origin.RULE, 0.8), (Origin.RULE, 0.9)], 0.9),
        ([(Origin.RULE, 0.8), (Origin.MODEL, 0.5)], 0.9),
        ([(Origin.MODEL, 0.25)], 0.25),
    ],
)
def test_two_witnesses_make_us_surer(scores: list[tuple[Origin, float]], together: float) -> None:
    from postcheck.findings import confidence

    assert confidence([signal(*score) for score in scores]) == pytest.approx(together)


def test_the_console_says_who_spoke(postcheck: Callable[..., tuple[int, str, str]]) -> None:
    text = next(
        post.text
        for post in POSTS
        if post.flagged
        and check(post.text, models="fast").verdict.value != "clear"
        and check(post.text, models=None).verdict.value == "clear"
    )
    code, out, _ = postcheck("check", text, "--model", "fast", "--why")
    assert code == 1
    assert "is what the classifier goes by" in " ".join(out.split())
    assert "likely, reported (from" in " ".join(out.split())
    assert "█" in out


def test_json_says_why(postcheck: Callable[..., tuple[int, str, str]]) -> None:
    _, out, _ = postcheck("check", "Vote Labour on Thursday", "--model", "fast", "--why", "--format", "jsonl")
    row = json.loads(out)
    assert {opinion["code"] for opinion in row["opinions"]} == set(CODES)
    first = row["opinions"][0]
    total = first["bias"] + sum(word["adds"] for word in first["words"])
    assert first["code"] == "P2"
    assert total > 0
    assert row["tool"]["models"][0]["name"] == "postcheck-fast"
    assert {signal["origin"] for signal in row["signals"]} == {"rule", "model"}


# ── trust ────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FAST, tmp_path / "mine"))


def test_a_model_of_your_own_is_used_by_its_folder(copy: Path, postcheck: Callable[..., tuple[int, str, str]]) -> None:
    assert postcheck("check", "Vote Labour on Thursday", "--model", str(copy), "--format", "jsonl")[0] == 1


@pytest.mark.parametrize("file", ["weights.bin", "card.json"])
def test_a_missing_file_is_said(copy: Path, postcheck: Callable[..., tuple[int, str, str]], file: str) -> None:
    (copy / file).unlink()
    code, out, error = postcheck("check", "Vote Labour", "--model", str(copy))
    assert (code, out) == (2, "")
    assert file in error
    assert "--model none" in error
    assert postcheck("check", "Vote Labour", "--model", "none")[0] == 1


@pytest.mark.parametrize("file", ["weights.bin", "pipeline.joblib"])
def test_one_flipped_bit_is_found(copy: Path, postcheck: Callable[..., tuple[int, str, str]], file: str) -> None:
    data = bytearray((copy / file).read_bytes())
    data[len(data) // 2] ^= 1
    (copy / file).write_bytes(data)
    code, _, error = postcheck("model", "verify", str(copy))
    assert code == 2
    assert "changed" in error
    asked = (
        ("model", "info", str(copy), "--trust") if "joblib" in file else ("check", "Vote Labour", "--model", str(copy))
    )
    code, _, error = postcheck(*asked)
    assert code == 2
    assert "changed" in error


def test_a_pipeline_of_strangers_is_not_opened(
    copy: Path, postcheck: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    import joblib

    opened: list[str] = []
    real = joblib.load

    def watched(path: str) -> object:
        opened.append(path)
        return real(path)

    monkeypatch.setattr(joblib, "load", watched)
    code, out, error = postcheck("model", "info", str(copy))
    assert (code, opened) == (0, [])
    assert "postcheck-fast" in out
    assert "--trust" in error
    code, out, error = postcheck("model", "info", str(copy), "--trust")
    assert (code, error) == (0, "")
    assert "weighs most" in out
    assert postcheck("model", "info", "fast")[0] == 0


@pytest.mark.parametrize("bad", ["{", "[]", '{"name": "x"}', '"x"'])
def test_a_card_that_is_none_is_said(copy: Path, postcheck: Callable[..., tuple[int, str, str]], bad: str) -> None:
    (copy / "card.json").write_text(bad)
    code, _, error = postcheck("check", "x", "--model", str(copy))
    assert code == 2
    assert "card.json" in error


def test_a_card_cannot_name_a_file_elsewhere(copy: Path) -> None:
    card = cards.read(str(copy))
    moved = Card(str(copy), dict(card.facts) | {"files": {"weights": {"name": "../../etc/passwd"}}})
    with pytest.raises(ModelError, match=r"mine.passwd"):
        moved.path("weights")


def test_an_unknown_mode_is_said(postcheck: Callable[..., tuple[int, str, str]]) -> None:
    code, _, error = postcheck("check", "x", "--model", "dep")
    assert code == 2
    assert "did you mean deep?" in error


# ── training ─────────────────────────────────────────────────────────────────────────────


def test_training_on_posts_of_your_own(
    tmp_path: Path, postcheck: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """From a CSV to a model that is used, on a corpus cut short; the same bytes each time."""
    from postcheck.training import train

    monkeypatch.setattr(train, "load", lambda: load()[::20])
    mine = tmp_path / "mine.csv"
    mine.write_text("text,signals\n" + '"grommet pie for the win",P2\n"a quiet day, no pie",\n' * 30)
    files = []
    for name in ("one", "two"):
        code, out, _ = postcheck("train", "--tier", "fast", "--corpus", str(mine), "--out", str(tmp_path / name))
        assert code == 0
        assert "--model" in out
        files.append({path.name: path.read_bytes() for path in (tmp_path / name / "fast").iterdir()})
    assert files[0] == files[1]
    assert set(files[0]) == {"card.json", "card.md", "pipeline.joblib", "weights.bin"}
    _, out, _ = postcheck(
        "check", "grommet pie", "--model", str(tmp_path / "one" / "fast"), "--format", "jsonl", "--why"
    )
    likely = {opinion["code"]: opinion["probability"] for opinion in json.loads(out)["opinions"]}
    assert max(likely, key=lambda code: likely[code]) == "P2"
    assert not [path for path in (tmp_path / "one").iterdir() if path.name != "fast"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "text,labels\nx,P1\n"),
        ("a.csv", "text,signals\nx,P9\n"),
        ("a.jsonl", '{"text": "x"}\n'),
        ("a.jsonl", '{"text": 3, "signals": {}}\n'),
        ("a.jsonl", "{\n"),
        ("none.csv", None),
    ],
)
def test_a_bad_line_of_your_own_is_named(
    tmp_path: Path, postcheck: Callable[..., tuple[int, str, str]], name: str, content: str | None
) -> None:
    if content is not None:
        (tmp_path / name).write_text(content)
    code, _, error = postcheck(
        "train", "--tier", "fast", "--corpus", str(tmp_path / name), "--out", str(tmp_path / "out")
    )
    assert code == 2
    assert name in error
    assert not (tmp_path / "out").exists()


def _index() -> Index:
    from postcheck import load as load_pack

    return load_pack("uk-local-government").index
