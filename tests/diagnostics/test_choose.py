"""Choosing codes by their beginnings."""

from __future__ import annotations

import pytest

from stratrun.engine.diagnostics.choose import Choice, nearest, prefixes
from stratrun.engine.diagnostics.codes import CODES
from stratrun.engine.diagnostics.diagnostic import Diagnostic

FOUND = [Diagnostic(code, "x") for code in ("SR001", "SR110", "SR208", "SR209", "SR417")]


@pytest.mark.parametrize(
    ("select", "ignore", "kept"),
    [
        ((), (), "SR001 SR110 SR208 SR209 SR417"),
        (("SR2",), (), "SR001 SR110 SR208 SR209"),
        (("SR2",), ("SR209",), "SR001 SR110 SR208"),
        ((), ("SR",), "SR001 SR110"),
        (("SR417", "SR208"), (), "SR001 SR110 SR208 SR417"),
    ],
)
def test_what_is_told(select: tuple[str, ...], ignore: tuple[str, ...], kept: str) -> None:
    """Ignoring wins over selecting, and what keeps a file from being read is always told."""
    assert [d.code for d in Choice(select, ignore).of(FOUND)] == kept.split()


def test_selectors_are_read() -> None:
    """Blanks and small letters do no harm."""
    assert prefixes(" sr2, SR404 ", [*CODES, "SR404"]) == ("SR2", "SR404")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"), ("SR2,", "empty"), ("SR280", "did you mean SR208"), ("208", "did you mean SR208"),
        ("foo", "such as SR2"), ("SR2*", "SR2"), ("SR2081", "SR208"),
    ],
)  # fmt: skip
def test_what_begins_no_code_is_refused(text: str, words: str) -> None:
    """A selector that would choose nothing is told, with the nearest code."""
    with pytest.raises(ValueError, match=words.replace("*", r"\*")):
        prefixes(text, CODES)


@pytest.mark.parametrize("name", [*CODES])
def test_a_code_is_nearest_to_itself(name: str) -> None:
    """Case and a missing SR are no obstacle."""
    assert nearest(name.lower(), CODES) == nearest(name[2:], CODES) == name
