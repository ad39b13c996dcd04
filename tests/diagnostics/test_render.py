"""How diagnostics look."""

from __future__ import annotations

import io
import json
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratrun.engine.diagnostics.diagnostic import Diagnostic, Severity, Span
from stratrun.engine.diagnostics.render import MAX_WIDTH, as_json, as_text, wants_colour


def on(line: str, start: int, end: int) -> Diagnostic:
    return Diagnostic(
        "SR208",
        "`ema_fst` is not defined",
        "dip.yaml",
        Span(13, start, 13, end),
        "did you mean `ema_fast`?",
        source_line=line,
    )


def test_the_form_is_that_of_compilers() -> None:
    """Headline, place, the line with a caret under the span, help."""
    assert as_text([on("      - ema_fst crosses above close", 9, 16)]) == (
        "error[SR208]: `ema_fst` is not defined\n"
        "  --> dip.yaml:13:9\n"
        "   |\n"
        "13 |       - ema_fst crosses above close\n"
        "   |         ^^^^^^^\n"
        "   = help: did you mean `ema_fast`?\n"
    )


def test_without_a_place_only_the_file_is_named() -> None:
    """A diagnostic about a whole file has no line."""
    text = as_text([Diagnostic("SR001", "there is no such file", "a.yaml", severity=Severity.WARNING)])
    assert text == "warning[SR001]: there is no such file\n --> a.yaml\n"


def test_wide_characters_and_tabs_keep_the_caret_in_place() -> None:
    """The caret stands under the span on a terminal, whatever stands before it."""
    rows = as_text([on("策略\té: x", 7, 8)]).splitlines()
    assert rows[3] == "13 | 策略 é: x"
    assert rows[4].endswith("|" + " " * (1 + 4 + 1 + 3) + "^")


def test_a_long_line_is_cut_around_the_span() -> None:
    """Of a long line the part around the span is shown."""
    rows = as_text([on("a" * 500 + " here " + "b" * 500, 502, 506)]).splitlines()
    caret = rows[4].index("^")
    assert rows[3][caret : caret + 4] == "here"
    assert rows[3].startswith("13 | …")
    assert rows[3].endswith("…")
    assert len(rows[3]) <= MAX_WIDTH + 7


def test_nothing_in_a_file_steers_the_terminal() -> None:
    """Control characters of messages and lines are shown as escapes."""
    text = as_text([Diagnostic("SR012", "a \x1b[31m b \u202e", "x\x07", Span(1, 1, 1, 2), source_line="\x1b[2J\x9b")])
    assert not any(unicodedata.category(char) in ("Cc", "Cf") for char in text.replace("\n", ""))


def test_json_has_every_field() -> None:
    """Programs get codes and places without parsing words."""
    (found,) = json.loads(as_json([on("x", 1, 2)]))
    assert found == {
        "code": "SR208", "severity": "error", "message": "`ema_fst` is not defined", "path": "dip.yaml", "line": 13,
        "column": 1, "end_line": 13, "end_column": 2, "help": "did you mean `ema_fast`?",
    }  # fmt: skip


@given(st.text(max_size=300), st.integers(1, 320), st.integers(0, 320))
def test_any_line_can_be_shown(line: str, start: int, width: int) -> None:
    """Whatever the line and the span, the block has its rows."""
    line = "".join(line.splitlines())
    rows = as_text([on(line, start, start + width)]).split("\n")
    assert len(rows) == 7
    assert "^" in rows[4]


def test_without_file_and_place_no_place_is_shown() -> None:
    """A flag or another input is not a file: its block has no place."""
    text = as_text([Diagnostic("SR600", "--set fast: expected NAME=VALUE", help="write --set fast=12")])
    assert text == "error[SR600]: --set fast: expected NAME=VALUE\n  = help: write --set fast=12\n"


def test_colours_change_no_word() -> None:
    """A coloured block is the plain one with colours: bold red errors, yellow warnings, a blue margin."""
    found = [
        on("      - ema_fst crosses above close", 9, 16),
        Diagnostic("SR409", "no exit", severity=Severity.WARNING),
    ]
    coloured = as_text(found, colour=True)
    assert re.sub("\x1b\\[[0-9;]*m", "", coloured) == as_text(found)
    for part in (
        "\x1b[1;31merror[SR208]\x1b[0m:",
        "\x1b[1;33mwarning[SR409]",
        "\x1b[1;34m13 |\x1b[0m",
        "\x1b[1;31m^^^",
    ):
        assert part in coloured


@pytest.mark.parametrize(
    ("terminal", "environment", "wanted"),
    [
        (True, {}, True),
        (False, {}, False),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": ""}, True),
        (True, {"TERM": "dumb"}, False),
    ],
)
def test_colours_are_for_terminals(
    monkeypatch: pytest.MonkeyPatch, terminal: bool, environment: dict[str, str], wanted: bool
) -> None:
    """Colours go to terminals only, and NO_COLOR turns them off."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    stream = io.StringIO()
    monkeypatch.setattr(stream, "isatty", lambda: terminal)
    assert wants_colour(stream) is wanted
