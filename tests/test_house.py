"""The house: what is loaded when, and what a wheel carries."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HEAVY = ("sklearn", "numpy", "scipy", "pydantic", "joblib", "typer", "tomllib")


def _loaded(code: str) -> set[str]:
    """The modules that a fresh interpreter holds after running the code."""
    script = f"import sys\n{code}\nprint('\\n'.join(sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stderr.split())


def test_importing_postcheck_loads_nothing_heavy() -> None:
    assert _loaded("import postcheck").isdisjoint((*HEAVY, "rich", "rich.console"))


@pytest.mark.parametrize("format", ["console", "jsonl"])
def test_a_check_loads_nothing_heavy(format: str) -> None:
    code = f"from postcheck.__main__ import run; run(['check', 'Vote Labour', '--format', '{format}'])"
    assert _loaded(code).isdisjoint((*HEAVY, "rich.console"))


def test_a_machine_format_loads_no_rich() -> None:
    code = "from postcheck.__main__ import run; run(['check', 'Vote Labour', '--format', 'json'])"
    assert "rich" not in _loaded(code)


@pytest.mark.parametrize("editable", [False, True], ids=["wheel", "editable"])
def test_an_install_works_from_an_empty_directory(tmp_path: Path, editable: bool) -> None:
    """The wheel is unpacked into a fresh environment that borrows this one's dependencies."""
    venv, empty = tmp_path / "venv", tmp_path / "empty"
    empty.mkdir()
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run([sys.executable, "-m", "venv", "--system-site-packages", "--without-pip", str(venv)], check=True)
    python = str(venv / "bin" / "python")
    if editable:
        wanted = ["-e", str(ROOT)]
    else:
        subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", str(tmp_path), str(ROOT)], check=True)
        wanted = [str(next(tmp_path.glob("postcheck-*.whl")))]
    subprocess.run([*pip, "--python", python, "install", "--no-deps", *wanted], check=True)
    borrowed = next(path for path in map(Path, sys.path) if path.name == "site-packages")
    (next((venv / "lib").glob("python*")) / "site-packages" / "borrowed.pth").write_text(str(borrowed))
    done = subprocess.run(
        [str(venv / "bin" / "postcheck"), "check", "Vote Labour", "--format", "json"],
        cwd=empty,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout)["results"][0]["verdict"] == "stop"
    place = "import postcheck; print(postcheck.__file__)"
    shown = subprocess.run([python, "-c", place], cwd=empty, capture_output=True, text=True, check=True).stdout
    assert shown.startswith(str(ROOT / "src") if editable else str(venv))
