"""What several tests share."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from hypothesis import settings

from postcheck import Pack, load
from postcheck.__main__ import run
from postcheck.report import VARIABLE

os.environ[VARIABLE] = "none"  # what rules promise holds whatever a model thinks; tests of models name one
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci")


@pytest.fixture(scope="session")
def pack() -> Pack:
    """The pack that ships for UK local government."""
    return load("uk-local-government")


Outcome = tuple[int, str, str]


@pytest.fixture
def postcheck(capsys: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Run the command line in this process: exit code, standard output, standard error."""

    def invoke(*arguments: str) -> Outcome:
        code = run(list(arguments))
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return invoke


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-golden` writes the golden files anew; read the difference before you commit it."""
    parser.addoption("--update-golden", action="store_true", default=False)
