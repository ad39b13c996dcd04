"""Every document under tests/documents: adding a case is adding a file (and, if invalid, what must be said)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from stratrun.engine.diagnostics.codes import CODES
from stratrun.engine.diagnostics.diagnostic import Diagnostic, DocumentError, Severity
from stratrun.engine.language import document
from stratrun.engine.language.deployment import Deployment
from stratrun.engine.language.folders import walk
from stratrun.engine.language.portfolio import Portfolio
from stratrun.engine.language.strategy import Strategy

DOCUMENTS = Path(__file__).parents[1] / "documents"
VALID = walk([DOCUMENTS / "valid"]).files
INVALID = walk([DOCUMENTS / "invalid"]).files
LINT = walk([DOCUMENTS / "lint"]).files
TOLD = [*INVALID, *LINT]
TEST_FILES = "test_"
"""What the names of documents of `kind: test` begin with: they are checked, and never loaded as strategies."""
PORTFOLIOS = "portfolio_"
"""And those of `kind: portfolio`."""
DEPLOYMENTS = "deployment_"
"""And those of `kind: deployment`."""
ELSEWHERE = {"SR001", "SR004", "SR014", "SR420", "SR421", "SR422", "SR600"}
"""Codes about something that is not the text of a file; tested beside the code that gives them."""


@cache
def validate(path: Path) -> list[Diagnostic]:
    return document.validate(path)


def load(path: Path) -> Strategy | Portfolio | Deployment:
    """The document as what its name says it is."""
    if path.name.startswith(DEPLOYMENTS):
        return document.load_deployment(path)
    return document.load_portfolio(path) if path.name.startswith(PORTFOLIOS) else document.load(path)


def expected(path: Path) -> list[tuple[str, str, str]]:
    """Lines of `CODE line:column message`; the message may be a fragment."""
    lines = path.with_name(path.name + ".expected").read_text(encoding="utf-8").splitlines()
    return [(code, place, words) for code, place, words in (line.split(" ", 2) for line in lines)]


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.name)
def test_a_valid_document_loads_without_a_word(path: Path) -> None:
    """A valid document gives no diagnostics, and a strategy or a portfolio unless it is a test file."""
    assert validate(path) == []
    if not path.name.startswith(TEST_FILES):
        assert load(path).path == str(path)


@pytest.mark.parametrize("path", TOLD, ids=lambda path: path.name)
def test_a_document_is_told_what_is_expected(path: Path) -> None:
    """Exactly the expected diagnostics are given, in the order of their places."""
    found = validate(path)
    said = [(d.code, f"{d.span.line}:{d.span.column}" if d.span else "-", d.message) for d in found]
    wanted = expected(path)
    assert [(code, place) for code, place, _ in said] == [(code, place) for code, place, _ in wanted]
    for (_, _, message), (_, _, fragment) in zip(said, wanted, strict=True):
        assert fragment in message


@pytest.mark.parametrize("path", [p for p in INVALID if not p.name.startswith(TEST_FILES)], ids=lambda path: path.name)
def test_what_validate_refuses_does_not_load(path: Path) -> None:
    """`load` raises with the very errors of `validate`, and only for errors."""
    errors = [d for d in validate(path) if d.severity is Severity.ERROR]
    if errors:
        with pytest.raises(DocumentError) as raised:
            load(path)
        assert [d for d in raised.value.diagnostics if d.severity is Severity.ERROR] == errors
    else:
        assert load(path)


@pytest.mark.parametrize("path", LINT, ids=lambda path: path.name)
def test_a_document_that_is_only_warned_about_loads(path: Path) -> None:
    """Lint warns, and never keeps a strategy from running."""
    assert {d.severity for d in validate(path)} == {Severity.WARNING}
    assert load(path).path == str(path)


@pytest.mark.parametrize("path", TOLD, ids=lambda path: path.name)
def test_a_code_is_as_grave_as_its_page_says(path: Path) -> None:
    """Errors are registered as errors, lints as lints."""
    for diagnostic in validate(path):
        assert diagnostic.severity is CODES[diagnostic.code].severity, diagnostic


def test_the_corpus_is_large_and_covers_every_code() -> None:
    """There are 150 documents at least, and each code of YAML, schema, expressions, time and meaning has one."""
    assert len(INVALID) + len(VALID) >= 150
    covered = {code for path in TOLD for code, _, _ in expected(path)}
    owed = {
        code for code in CODES if code[:3] in ("SR0", "SR1", "SR2", "SR3", "SR4") or code[:4] in ("SR72", "SR73")
    } - ELSEWHERE
    assert owed <= covered


def test_every_code_said_is_registered() -> None:
    """No document is told a code that `explain` does not know."""
    assert {d.code for path in TOLD for d in validate(path)} <= set(CODES)


def test_every_expectation_has_its_document() -> None:
    """No file of expectations is left behind."""
    for path in DOCUMENTS.rglob("*.expected"):
        assert path.with_suffix("").exists()
