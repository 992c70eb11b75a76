"""Lengths: as X counts them."""

from __future__ import annotations

import pytest

from postcheck.lengths import x_length


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("hello", 5),
        ("cafe\u0301", 4),
        ("https://example.org/a/very/long/path?with=query", 23),
        ("see example.gov.uk now", 31),
        ("🌹", 2),
        ("👩\u200d👩\u200d👧\u200d👦", 2),
        ("🇬🇧 ok", 5),
        ("👍🏽", 2),
        ("東京", 4),
        ("“quoted”…", 10),
    ],
)
def test_x_length(text: str, length: int) -> None:
    assert x_length(text) == length
