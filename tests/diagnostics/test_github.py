"""Workflow commands."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratrun.engine.diagnostics.diagnostic import Diagnostic, Severity, Span
from stratrun.engine.diagnostics.github import as_github


def test_the_form() -> None:
    """Severity, place, title and message stand where GitHub looks for them."""
    found = Diagnostic("SR208", "`x` is not defined", "a/dip.yaml", Span(13, 9, 13, 16), "did you mean `y`?")
    assert as_github([found]) == (
        "::error file=a/dip.yaml,line=13,endLine=13,col=9,endColumn=16,title=SR208::"
        "`x` is not defined%0Ahelp: did you mean `y`?\n"
    )


def test_several_lines_have_no_columns() -> None:
    """GitHub refuses columns where a place covers more than one line."""
    assert "col" not in as_github([Diagnostic("SR102", "m", "a.yaml", Span(1, 2, 3, 4))])


@pytest.mark.parametrize(("severity", "word"), [(Severity.WARNING, "warning"), (Severity.INFO, "notice")])
def test_severities(severity: Severity, word: str) -> None:
    """Warnings and notes have GitHub's words."""
    assert as_github([Diagnostic("SR417", "m", severity=severity)]) == f"::{word} title=SR417::m\n"


def test_separators_are_escaped() -> None:
    """Nothing in a path or message ends its part of the command."""
    told = as_github([Diagnostic("SR208", "100% :: of,\r\nit", "a,b:c%.yaml", Span(1, 1, 1, 2))])
    assert told == (
        "::error file=a%2Cb%3Ac%25.yaml,line=1,endLine=1,col=1,endColumn=2,title=SR208::100%25 :: of,%0D%0Ait\n"
    )


@given(st.text(max_size=60), st.text(max_size=60))
def test_one_diagnostic_is_one_line(message: str, path: str) -> None:
    """Whatever the words, a command is one line, and its message can be read back."""
    told = as_github([Diagnostic("SR208", message, f"./{path}".replace("\0", ""))])
    assert told.count("\n") == 1
    assert told.count("\r") == 0
    match = re.fullmatch(r"::error file=[^,:]*,title=SR208::(.*)\n", told, re.DOTALL)
    assert match is not None
    assert match[1].replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%") == message
