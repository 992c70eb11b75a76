"""Models: what they weigh adds up, their files are what their cards say, and the deep one is only a second opinion."""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postcheck import Pack, cards, classifier, linear
from postcheck import load as load_pack
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

Outcome = tuple[int, str, str]
FAST, DEEP = (cards.shipped(name) for name in cards.SHIPPED)
POSTS = [post for post in load() if splits()[post.batch] == "test"]
TEXTS = st.one_of(st.text(max_size=400), st.sampled_from([post.text for post in POSTS]))


@pytest.fixture(scope="module")
def fast() -> Linear:
    return Linear(cards.read(FAST).path("weights"))


@pytest.fixture(scope="module")
def both() -> Classifier:
    return classifier.load("auto")


def names() -> Index:
    """The lists of names that the shipped pack has."""
    return load_pack("uk-local-government").index


# ── what is weighed ──────────────────────────────────────────────────────────────────────


def test_the_file_of_weights_says_what_the_pipeline_says(fast: Linear, pack: Pack) -> None:
    """The whole text, that is; stretches of it, which scikit-learn knows nothing of, can only add to a logit."""
    import joblib

    pipeline = joblib.load(cards.read(FAST).path("pipeline"))
    texts = [post.text for post in POSTS[:600]]
    for text, wanted in zip(texts, pipeline.decision_function(texts), strict=True):
        look = fast.look(text, pack.index)
        whole = len(readings(text)[0].words)
        assert look.weigh(0, whole) == pytest.approx(wanted, abs=1e-6)
        found = list(look.logits.values())
        assert found == pytest.approx(wanted, abs=1e-6) if whole <= WINDOW else (found >= wanted - 1e-6).all()


@given(TEXTS)
def test_what_words_add_comes_to_the_logit(text: str) -> None:
    for name in cards.SHIPPED:
        for opinion in classifier.load(name).opinions(text, names()):
            bias, pieces = opinion.pieces()
            assert bias + sum(value for _, value in pieces) == pytest.approx(
                opinion.look.logits[opinion.code], abs=1e-6
            )


@given(TEXTS)
def test_a_signal_stands_in_the_text_it_was_seen_in(text: str) -> None:
    asked = classifier.load("auto")
    for signal in asked.signals(asked.opinions(text, names()), text):
        assert signal.phrase == text[signal.span.start : signal.span.end] != ""
        assert 0 <= signal.score <= 1


@pytest.mark.parametrize("name", ["fast", "deep", "auto"])
@pytest.mark.parametrize("words_code", [("vote labour on thursday", "P2"), ("fucking idiots the lot of them", "B6")])
@pytest.mark.parametrize(("before", "behind"), [(1, 0), (3, 0), (10, 0), (0, 10), (5, 5)])
def test_many_words_do_not_outvote_a_few(
    name: str, words_code: tuple[str, str], before: int, behind: int, pack: Pack
) -> None:
    words, code = words_code
    harmless = "the crews were out from four and every road on the list was done before the schools opened. "
    opinions = classifier.load(name).opinions(f"{harmless * before}{words}. {harmless * behind}", pack.index)
    assert next(opinion for opinion in opinions if opinion.code == code).stands


@pytest.mark.parametrize("text", ["🌧", "…", "-", "\u200b-", "http://x.io", "\n\n.", "a" * 100_000, "ab " * 33_000])
def test_odd_texts_are_weighed(text: str, pack: Pack) -> None:
    for name in ("fast", "deep", "auto"):
        assert check(text, pack=pack, models=name, why=True).opinions


def test_a_text_without_words_has_nothing_to_point_at(pack: Pack) -> None:
    asked = classifier.load("fast")
    for opinion in asked.opinions("", pack.index):
        opinion.threshold = 1e-9
        assert list(asked.signals([opinion], "")) == []


def test_a_pack_with_fewer_signals_gets_opinions_on_those_alone(tmp_path: Path) -> None:
    block = Path("docs/writing-a-pack.md").read_text("utf-8").split("```toml")[1].split("```")[0]
    (tmp_path / "mine.toml").write_text(block)
    mine = load_pack(str(tmp_path / "mine.toml"))
    for name in ("fast", "auto"):
        found = check("Vote Labour on Thursday, you idiots", pack=mine, models=name, why=True)
        assert {opinion.code for opinion in found.opinions} <= set(mine.signals)


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


# ── how sure ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("folder", [FAST, DEEP])
def test_a_card_says_how_well_calibrated_the_model_is(folder: str) -> None:
    facts = cards.read(folder).facts
    for judged in (facts, facts.get("with_fast", facts)):
        assert set(judged["calibration"]) == set(judged["thresholds"]) == set(judged["figures"]) == set(CODES)
        for code, own in judged["figures"].items():
            assert own["calibration_error"] <= 0.05, code


def test_the_thresholds_decide(pack: Pack, fast: Linear) -> None:
    card, asked = cards.read(FAST), classifier.load("fast")
    for post in POSTS[:200]:
        look = fast.look(post.text, pack.index)
        odds = {code: weight * look.logits[code] + offset for code, (weight, offset) in card.calibration.items()}
        wanted = {code for code, odd in odds.items() if 1 / (1 + math.exp(-odd)) >= card.thresholds[code]}
        assert {signal.code for signal in asked.signals(asked.opinions(post.text, pack.index), post.text)} == wanted


def test_a_threshold_of_your_own_decides(postcheck: Callable[..., Outcome]) -> None:
    def reported(*options: str) -> bool:
        _, out, _ = postcheck("check", "Vote Labour on Thursday", "--model", "fast", "--format", "jsonl", *options)
        return any(signal["origin"] == "model" for signal in json.loads(out)["signals"] if signal["code"] == "P2")

    assert reported()
    assert reported("--threshold", "P2=0.5")
    assert not reported("--threshold", "P2=1")
    assert not reported("--threshold", "P1=0.2", "--threshold", "P2=1.0")
    assert reported()


@pytest.mark.parametrize("bad", ["P2", "P2=", "P2=0", "P2=1.5", "P2=x", "P2=nan", "P9=0.5", "=0.5"])
def test_a_bad_threshold_is_said(bad: str, postcheck: Callable[..., Outcome]) -> None:
    code, _, error = postcheck("check", "x", "--threshold", bad)
    assert code == 2
    assert "--threshold" in error


def test_the_figures_on_the_card_are_those_of_the_model(pack: Pack, fast: Linear) -> None:
    """Counted again from the weights that ship, on the posts of the test part."""
    import numpy as np

    from postcheck.training import measure

    card = cards.read(FAST)
    logits = np.array([[[own] for own in fast.look(post.text, pack.index).logits.values()] for post in POSTS])
    chances = measure.probabilities(logits, card.calibration)
    assert measure.figures(chances, measure.labels(POSTS), card.thresholds) == card.facts["figures"]


def test_the_models_learnt_from_the_corpus_that_is_here() -> None:
    from postcheck.training.train import corpus_digest

    for folder in (FAST, DEEP):
        assert cards.read(folder).facts["corpus"]["sha256"] == corpus_digest()


def test_models_find_what_rules_cannot(pack: Pack) -> None:
    """On posts by authors of whom no model read a word."""
    flagged = [post for post in POSTS if post.flagged]
    rules, together = (
        sum(bool(check(post.text, pack=pack, models=models).findings) for post in flagged) for models in (None, "fast")
    )
    assert together > 1.5 * rules


# ── the cascade ──────────────────────────────────────────────────────────────────────────


def in_doubt(text: str) -> bool:
    """Whether the fast model is in doubt of a text."""
    low, high = cards.read(DEEP).together["doubt"]
    return any(low < opinion.probability < high for opinion in classifier.load("fast").opinions(text, names()))


def test_the_deep_model_is_asked_only_in_doubt(both: Classifier, monkeypatch: pytest.MonkeyPatch) -> None:
    from postcheck.encoder import Encoder

    asked: list[str] = []
    look = Encoder.look

    def overheard(self: Encoder, text: str) -> Any:
        asked.append(text)
        return look(self, text)

    monkeypatch.setattr(Encoder, "look", overheard)
    posts = [post.text for post in POSTS[:600]]
    for text in posts:
        both.opinions(text, names())
    assert asked == [text for text in posts if in_doubt(text)]
    assert 0 < len(asked) < 600


def test_where_the_fast_model_is_sure_the_deep_one_is_not_opened() -> None:
    sure = next(post.text for post in POSTS if not in_doubt(post.text))
    code = (
        "import sys; from postcheck import check; check(sys.argv[1], models='auto'); sys.exit('numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code, sure], check=False).returncode == 0


def test_without_the_libraries_auto_goes_on_and_deep_says_how(monkeypatch: pytest.MonkeyPatch) -> None:
    classifier.load.cache_clear()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert [card.name for card in classifier.load("auto").cards] == ["postcheck-fast"]
    with pytest.raises(ModelError, match="not installed") as caught:
        classifier.load("deep")
    assert "postcheck[deep]" in caught.value.hint
    classifier.load.cache_clear()


HEAVY = ("numpy", "scipy", "sklearn", "joblib", "onnxruntime", "tokenizers", "torch", "typer", "rich")


@pytest.mark.parametrize("model", ["none", "fast"])
def test_a_plain_check_loads_nothing_heavy(model: str) -> None:
    code = (
        "import sys; from postcheck.__main__ import run; code = run(['check', 'Lovely day', '--model', sys.argv[1]]);"
        f"loaded = [name for name in {HEAVY} if name in sys.modules]; print(loaded); sys.exit(code or bool(loaded))"
    )
    done = subprocess.run([sys.executable, "-c", code, model], capture_output=True, check=False, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_models_that_were_not_trained_together_are_refused(tmp_path: Path) -> None:
    for name in cards.SHIPPED:
        shutil.copytree(cards.shipped(name), tmp_path / name)
    assert len(classifier.load(str(tmp_path)).cards) == 2
    card = json.loads((tmp_path / "deep" / "card.json").read_text())
    card["with_fast"]["beside"] = "another"
    (tmp_path / "deep" / "card.json").write_text(json.dumps(card))
    classifier.load.cache_clear()
    with pytest.raises(ModelError, match="not trained together"):
        classifier.load(str(tmp_path))


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


def test_the_console_says_who_spoke(postcheck: Callable[..., Outcome]) -> None:
    text = next(
        post.text
        for post in POSTS
        if check(post.text, models="fast").verdict.value != "clear" and not check(post.text, models=None).signals
    )
    code, out, _ = postcheck("check", text, "--model", "fast", "--why")
    assert code == 1
    assert "is what the classifier goes by" in " ".join(out.split())
    assert "likely, reported (from" in " ".join(out.split())
    assert "█" in out


def test_where_both_saw_it_the_console_says_so_once(postcheck: Callable[..., Outcome]) -> None:
    _, out, _ = postcheck("check", "Vote Labour on Thursday", "--model", "fast")
    assert "The classifier agrees (" in " ".join(out.split())
    assert out.count("Phrase") == 1


def test_json_says_why(postcheck: Callable[..., Outcome]) -> None:
    from jsonschema import validate

    _, out, _ = postcheck("check", "Vote Labour on Thursday", "--model", "fast", "--why", "--format", "jsonl")
    row = json.loads(out)
    validate(row, json.loads(Path("docs/result.schema.json").read_text("utf-8")))
    assert {opinion["code"] for opinion in row["opinions"]} == set(CODES)
    first = row["opinions"][0]
    assert first["code"] == "P2"
    assert first["bias"] + sum(word["adds"] for word in first["words"]) > 0
    assert row["tool"]["models"][0]["name"] == "postcheck-fast"
    assert {signal["origin"] for signal in row["signals"]} == {"rule", "model"}


# ── trust ────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FAST, tmp_path / "mine"))


def test_a_model_of_your_own_is_used_by_its_folder(copy: Path, postcheck: Callable[..., Outcome]) -> None:
    assert postcheck("check", "Vote Labour on Thursday", "--model", str(copy), "--format", "jsonl")[0] == 1


@pytest.mark.parametrize("file", ["weights.bin", "card.json"])
def test_a_missing_file_is_said(copy: Path, postcheck: Callable[..., Outcome], file: str) -> None:
    (copy / file).unlink()
    code, out, error = postcheck("check", "Vote Labour", "--model", str(copy))
    assert (code, out) == (2, "")
    assert file in error
    assert "--model none" in error
    assert postcheck("check", "Vote Labour", "--model", "none")[0] == 1


@pytest.mark.parametrize("file", ["weights.bin", "pipeline.joblib"])
def test_one_flipped_bit_is_found(copy: Path, postcheck: Callable[..., Outcome], file: str) -> None:
    data = bytearray((copy / file).read_bytes())
    data[len(data) // 2] ^= 1
    (copy / file).write_bytes(data)
    code, _, error = postcheck("model", "verify", str(copy))
    assert code == 2
    assert "changed" in error
    used = ("model", "info", str(copy), "--trust") if "joblib" in file else ("check", "Vote", "--model", str(copy))
    code, _, error = postcheck(*used)
    assert code == 2
    assert "changed" in error


def test_a_program_is_known_by_more_than_a_quick_sum(copy: Path, postcheck: Callable[..., Outcome]) -> None:
    card = json.loads((copy / "card.json").read_text())
    card["files"]["pipeline"]["sha256"] = "0" * 64
    (copy / "card.json").write_text(json.dumps(card))
    code, _, error = postcheck("model", "info", str(copy), "--trust")
    assert code == 2
    assert "changed" in error


def test_a_pipeline_of_strangers_is_not_opened(
    copy: Path, postcheck: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    import joblib

    opened = 0
    real = joblib.load

    def watched(file: Any) -> Any:
        nonlocal opened
        opened += 1
        return real(file)

    monkeypatch.setattr(joblib, "load", watched)
    code, out, error = postcheck("model", "info", str(copy))
    assert (code, opened) == (0, 0)
    assert "postcheck-fast" in out
    assert "--trust" in error
    code, out, error = postcheck("model", "info", str(copy), "--trust")
    assert (code, opened, error) == (0, 1, "")
    assert "weighs most" in out
    assert postcheck("model", "info", "fast")[0] == 0


def test_model_info_goes_on_without_scikit_learn(
    postcheck: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "postcheck.training.fast", None)
    code, out, error = postcheck("model", "info")
    assert code == 0
    assert "postcheck-fast" in out
    assert "postcheck[train]" in error


@pytest.mark.parametrize("name", cards.SHIPPED)
def test_what_ships_is_what_its_card_says(name: str, postcheck: Callable[..., Outcome]) -> None:
    code, out, _ = postcheck("model", "verify", name)
    assert code == 0
    assert "as its card says" in out


WHOLE = json.loads(Path(FAST, "card.json").read_text("utf-8"))


def altered(**changes: object) -> str:
    return json.dumps(WHOLE | changes)


@pytest.mark.parametrize(
    "bad",
    [
        "{",
        "[]",
        '{"name": "x"}',
        '"x"',
        "[" * 100_000,
        altered(tier="middling"),
        altered(tier="deep"),
        altered(name=3),
        altered(codes=["P1"]),
        altered(thresholds=WHOLE["thresholds"] | {"P1": 0}),
        altered(thresholds=WHOLE["thresholds"] | {"P1": "0.5"}),
        altered(thresholds=WHOLE["thresholds"] | {"P1": math.nan}),
        altered(thresholds={}),
        altered(calibration=WHOLE["calibration"] | {"P1": [1.0]}),
        altered(calibration=WHOLE["calibration"] | {"P1": [1.0, math.inf]}),
        altered(calibration={code: own for code, own in WHOLE["calibration"].items() if code != "B8"}),
        altered(files={}),
        altered(files=None),
        altered(files={"weights": "weights.bin"}),
        altered(files={"weights": {"name": "weights\0.bin", "crc32": 1, "sha256": ""}}),
    ],
)
def test_a_card_that_is_none_is_said(copy: Path, postcheck: Callable[..., Outcome], bad: str) -> None:
    (copy / "card.json").write_text(bad)
    code, _, error = postcheck("check", "x", "--model", str(copy))
    assert code == 2
    assert "card.json" in error


def test_a_card_cannot_name_a_file_elsewhere(copy: Path) -> None:
    elsewhere = {"weights": {"name": "../../etc/passwd", "crc32": 1, "sha256": ""}}
    with pytest.raises(ModelError, match=r"mine.passwd"):
        Card(str(copy), WHOLE | {"files": elsewhere}).path("weights")


def test_an_unknown_mode_is_said(postcheck: Callable[..., Outcome]) -> None:
    code, _, error = postcheck("check", "x", "--model", "dep")
    assert code == 2
    assert "did you mean deep?" in error


# ── training ─────────────────────────────────────────────────────────────────────────────

TRAIN = """
import sys
from postcheck.training import train
from postcheck.__main__ import run
whole = train.load
train.load = lambda: whole()[::20]
sys.exit(run(sys.argv[1:]))
"""


def test_training_on_posts_of_your_own(tmp_path: Path, postcheck: Callable[..., Outcome]) -> None:
    """From a CSV to a model that is used, on a corpus cut short; the same bytes whatever order sets come in."""
    mine = tmp_path / "mine.CSV"
    mine.write_text("text,signals\n" + '"grommet pie for the win",P2\n"a quiet day, no pie",\n' * 30)
    files = []
    for seed in ("1", "2"):
        command = [sys.executable, "-c", TRAIN, "train", "--tier", "fast", "--corpus", str(mine)]
        command += ["--out", str(tmp_path / seed)]
        environment = os.environ | {"PYTHONHASHSEED": seed}
        done = subprocess.run(command, env=environment, capture_output=True, check=False, text=True)
        assert (done.returncode, "--model" in done.stdout) == (0, True), done.stderr
        files.append({path.name: path.read_bytes() for path in (tmp_path / seed / "fast").iterdir()})
    assert files[0] == files[1]
    assert set(files[0]) == {"card.json", "card.md", "pipeline.joblib", "weights.bin"}
    assert [path.name for path in (tmp_path / "1").iterdir()] == ["fast"]
    _, out, _ = postcheck("check", "grommet pie", "--model", str(tmp_path / "1"), "--format", "jsonl", "--why")
    likely = {opinion["code"]: opinion["probability"] for opinion in json.loads(out)["opinions"]}
    assert max(likely, key=lambda code: likely[code]) == "P2"


def test_what_is_written_takes_the_old_ones_place_whole(tmp_path: Path) -> None:
    from postcheck.training.train import fresh

    def here() -> list[str]:
        return sorted(path.name for path in tmp_path.rglob("*"))

    (tmp_path / "fast").mkdir()
    (tmp_path / "fast" / "stale").touch()
    with pytest.raises(KeyboardInterrupt), fresh(tmp_path / "fast") as new:
        (new / "half").touch()
        raise KeyboardInterrupt
    assert here() == ["fast", "stale"]
    with fresh(tmp_path / "fast") as new:
        (new / "whole").touch()
    assert here() == ["fast", "whole"]


def test_where_nothing_can_be_written_training_does_not_begin(
    tmp_path: Path, postcheck: Callable[..., Outcome]
) -> None:
    (tmp_path / "out").touch()
    code, _, error = postcheck("train", "--tier", "fast", "--out", str(tmp_path / "out"))
    assert code == 2
    assert "cannot write" in error


def test_training_the_deep_model_without_its_libraries_says_how(
    tmp_path: Path, postcheck: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "postcheck.training.deep", None)
    code, _, error = postcheck("train", "--out", str(tmp_path / "out"))
    assert code == 2
    assert "postcheck[train-deep]" in error
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "text,labels\nx,P1\n"),
        ("a.csv", "text,signals\nx,P9\n"),
        ("a.jsonl", '{"text": "x"}\n'),
        ("a.jsonl", '{"text": 3, "signals": {}}\n'),
        ("a.jsonl", '{"text": "x", "signals": {"P1": null}}\n'),
        ("a.jsonl", '{"text": "x", "signals": {"P1": "x"}}\n'),
        ("a.jsonl", '{"text": "x", "signals": {"P1": ["y"]}}\n'),
        ("a.jsonl", '{"text": " ", "signals": {}}\n'),
        ("a.jsonl", "{\n"),
        ("a.jsonl", "[" * 100_000),
        ("none.csv", None),
    ],
)
def test_a_bad_line_of_your_own_is_named(
    tmp_path: Path, postcheck: Callable[..., Outcome], name: str, content: str | None
) -> None:
    if content is not None:
        (tmp_path / name).write_text(content)
    out = tmp_path / "out"
    code, _, error = postcheck("train", "--tier", "fast", "--corpus", str(tmp_path / name), "--out", str(out))
    assert code == 2
    assert name in error
    assert not out.exists()


def test_words_that_show_a_signal_are_marked() -> None:
    pytest.importorskip("torch")
    from postcheck.training import deep
    from postcheck.training.corpus import Post

    tokenizer = deep._tokenizer()
    post = Post(id="a-1", text="Out early. Vote Labour!", signals={"P2": ("Vote Labour",)}, kind="plain", batch="a")
    example = deep._example(post, tokenizer)
    ids, codes, words = deep._masked(example, 103)
    shown = [tokenizer.id_to_token(own) for own, shows in zip(ids, words, strict=True) if shows.any()]
    assert shown == ["vote", "labour"]
    assert codes[CODES.index("P2")] == 1


def test_what_is_trained_is_what_is_run() -> None:
    """The formula of a logit stands in the training and in the encoder: on the same numbers they agree."""
    torch = pytest.importorskip("torch")
    import numpy as np

    from postcheck.encoder import _shares
    from postcheck.training import deep

    seen, felt = torch.randn(1, 7, len(CODES)), torch.randn(1, 7, len(CODES))
    wanted = deep.Reader().logits(seen, felt, torch.ones(1, 7, dtype=torch.int64))[0].detach().numpy()
    floor, shares = _shares(seen[0].numpy(), felt[0].numpy())
    assert np.allclose(floor + shares.sum(axis=0), wanted, atol=1e-5)
