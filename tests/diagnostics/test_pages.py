"""The page of every code: its wrong example gives that code, its right one nothing, and both are shown."""

from __future__ import annotations

import re
import textwrap

import pytest

from stratrun.engine.diagnostics.codes import CODES
from stratrun.engine.diagnostics.diagnostic import Severity
from stratrun.engine.diagnostics.pages import markdown, near, page
from stratrun.engine.language.document import validate_bytes
from stratrun.engine.language.structure.shape import published

RUN_BESIDE = {
    "SR2": "tests/language/resolve/test_codes.py resolves them",
    "SR3": "tests/language/resolve/test_codes.py resolves them",
    "SR5": "tests/language/test_portability.py has lists of markets for them",
    "SR6": "they are about files and flags, tested with each command",
    "SR7": "they are about test files and portfolios",
    "SR8": "they are about migration",
    "SR9": "they are about migration",
}
"""Families whose examples are no pieces of a strategy file, and where they are run instead."""
NO_PIECES = {
    "SR001": "a command", "SR004": "a size", "SR014": "a command", "SR008": "a piece of a long file",
    "SR009": "the right way is two files", "SR011": "cut short", "SR012": "a character that cannot be shown",
    "SR016": "a piece", "SR017": "too long to show", "SR018": "rests on an anchor further up",
    "SR019": "too long to show",
    "SR116": "too long to show", "SR420": "a flag", "SR421": "a flag", "SR422": "a flag", "SR002": "bytes",
    "SR003": "the right one is a beginning", "SR475": "too long to show", "SR476": "it is about another file",
    "SR103": "the right one is a beginning", "SR015": "an abstract key",
}  # fmt: skip
"""Examples that only describe; the corpus of documents has real ones."""
ROOT = {
    "stratrun": "stratrun: 2",
    "name": "name: Dip",
    "symbols": "symbols: [BTC/USDT]",
    "timeframe": "timeframe: 1h",
    "long": "",
    "size": "size: {cost: 100 USDT}",
}
KEYS = tuple(published()["properties"])
WHOLE = ("SR010",)
"""Wrong examples that are a file of their own."""
BESIDE = {"SR433": {"SR401"}}
"""Codes that stand beside another one by their nature."""


def blocks(piece: str) -> list[tuple[str, str]]:
    """The entries of a piece with their keys; what is no entry has none."""
    found: list[tuple[str, str]] = []
    for line in piece.replace("\\t", "\t").splitlines():
        match = re.match(r"([a-z_0-9]+):(?= |$)", line)
        if match:
            found.append((match[1], line))
        elif found and (line[:1] in " \t" or line.startswith("-")):
            found[-1] = (found[-1][0], f"{found[-1][1]}\n{line}")
        else:
            found.append(("", line))
    return found


def document(piece: str) -> str:
    """A whole file that holds the piece where it belongs."""
    parts = dict(ROOT)
    side = {"enter": "enter: close > ema(close, 20)", "exit": "exit: {stop: 3%}"}
    more: list[str] = []
    seen: set[str] = set()
    for key, text in blocks(piece):
        if key in side:
            side[key] = text
        elif key in ("when", "stop", "target", "time", "trail", "breakeven"):
            own = "" if key == "stop" else "\n  stop: 3%"
            side["exit"] = "exit:" + own + "\n" + textwrap.indent(text, "  ")
        elif key and key not in KEYS and text.startswith(f"{key}: {{default"):
            parts["params"] = "params:\n" + textwrap.indent(text, "  ")
        elif key in parts and key not in seen:
            parts[key] = text
        else:
            more.append(text)
        seen.add(key)
    if not parts["long"]:
        parts["long"] = "long:\n" + textwrap.indent("\n".join(side.values()), "  ")
    return "\n".join([*parts.values(), *more]) + "\n"


def told(code: str, piece: str) -> list[str]:
    """The codes of the piece; lints beside errors do not count, a piece is never a whole strategy."""
    text = piece if code in WHOLE and piece == CODES[code].wrong else document(piece)
    found = validate_bytes(text.encode(), "a.yaml")
    lint = CODES[code].severity is not Severity.ERROR
    codes = {str(d.code) for d in found if lint or d.severity is Severity.ERROR} - BESIDE.get(code, set())
    return sorted(codes - {"SR417"} if code != "SR417" else codes)


SHOWN = [code for code in CODES if code[:3] not in RUN_BESIDE and code not in NO_PIECES]


@pytest.mark.parametrize("code", SHOWN)
def test_the_wrong_example_gives_its_code(code: str) -> None:
    """Put where it belongs in a sound file, it gives that code and no other."""
    assert told(code, CODES[code].wrong) == [code], document(CODES[code].wrong)


@pytest.mark.parametrize("code", SHOWN)
def test_the_right_example_gives_nothing(code: str) -> None:
    """The same file with the right example is sound."""
    assert code not in told(code, CODES[code].right), document(CODES[code].right)
    assert [c for c in told(code, CODES[code].right) if CODES[c].severity is Severity.ERROR] == []


def test_exceptions_are_still_needed() -> None:
    """No code is excepted that is not there."""
    assert set(NO_PIECES) <= set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_a_page(code: str) -> None:
    """A page shows title, explanation and both examples, and says how to silence a lint."""
    row = CODES[code]
    for text in (page(code), markdown(code)):
        assert row.code in text
        assert row.title in text
        assert row.explanation in text
        assert all(line in text for line in (*row.wrong.splitlines(), *row.right.splitlines()))
        silenced = f"ignore[{code}]" in text or f"--ignore {code}" in text
        assert silenced is (row.severity is not Severity.ERROR)


def test_an_unknown_code_has_a_near_one() -> None:
    """`explain` can say what may have been meant."""
    assert near("SR2O8") in CODES
    assert near("nonsense") is None
    with pytest.raises(KeyError):
        page("SR999")
