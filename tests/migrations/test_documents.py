"""Version 1 files and what they become; adding a case is adding a file, what it becomes and what is found."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from stratrun.engine.diagnostics.codes import CODES
from stratrun.engine.diagnostics.diagnostic import Severity
from stratrun.engine.language.document import loads, validate
from stratrun.engine.language.identity import meaning_hash
from stratrun.engine.language.writing.format import format_document
from stratrun.engine.migrating.look import Looked, Status, look
from stratrun.engine.migrating.prove import prove

from .case import DOCUMENTS, REFUSED, said

each = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)


def looked(path: Path, folder: Path) -> Looked:
    shutil.copy(path, folder)
    return look(folder / path.name)


@each
def test_a_file_becomes_what_stands_beside_it(path: Path, tmp_path: Path) -> None:
    """The migrated text is the expected one, letter by letter, and so is everything told on the way."""
    found = looked(path, tmp_path)
    assert found.status is Status.OLD
    assert found.move is not None
    assert found.move.new.decode() == path.with_suffix(".yaml").read_text("utf-8")
    findings = path.with_suffix(".findings")
    assert said(found.diagnostics) == (findings.read_text("utf-8") if findings.exists() else "")


@each
def test_a_migrated_file_is_a_good_one(path: Path, tmp_path: Path) -> None:
    """It has no mistake and no warning, it is laid out as `fmt` does, and migrating it changes nothing."""
    written = path.with_suffix(".yaml")
    assert validate(written) == []
    assert not format_document(written.read_bytes(), written.name).changed
    again = looked(written, tmp_path)
    assert again.status is Status.CURRENT
    assert again.move is None


@each
def test_a_migrated_file_proves_equal(path: Path, tmp_path: Path) -> None:
    """Its bytes, read again, mean what the old file's content means, and give the same signals and trades."""
    move = looked(path, tmp_path).move
    assert move is not None
    assert prove(move).signals > 0


@each
@pytest.mark.filterwarnings("ignore::stratrun.engine.diagnostics.diagnostic.OldFileWarning")
def test_an_old_file_means_what_its_migration_means(path: Path) -> None:
    """Loaded in memory, the old file has the meaning of the new one."""
    old = loads(path.read_text("utf-8"), path=path.name)
    assert meaning_hash(old) == meaning_hash(loads(path.with_suffix(".yaml").read_text("utf-8")))


@pytest.mark.parametrize("path", REFUSED, ids=lambda path: path.stem)
def test_a_file_that_cannot_be_migrated_says_why(path: Path, tmp_path: Path) -> None:
    """Everything wrong is told at once with its place in the old file, and `validate` tells the same."""
    found = looked(path, tmp_path)
    assert found.status is Status.REFUSED
    assert found.move is None
    assert said(found.diagnostics) == path.with_suffix(".findings").read_text("utf-8")
    assert any(d.severity is Severity.ERROR for d in found.diagnostics)
    alike = [(d.code, d.span, d.message) for d in validate(path) if d.code != "SR901"]
    assert alike == [(d.code, d.span, d.message) for d in found.diagnostics]


def test_the_corpus_is_large_and_covers_every_code() -> None:
    """There are 20 files that migrate at least, and each code that a file can be told is told by one."""
    assert len(DOCUMENTS) >= 20
    findings = [file for path in (*DOCUMENTS, *REFUSED) if (file := path.with_suffix(".findings")).exists()]
    told = {line.split(" ")[0] for file in findings for line in file.read_text("utf-8").splitlines()}
    assert told <= set(CODES)
    assert {code for code in CODES if code.startswith("SR80")} - {"SR808", "SR809"} <= told


def test_comments_that_are_lost_are_told(tmp_path: Path) -> None:
    """Version 1 in YAML is written anew, and its comments are counted at the first of them."""
    text = "name: a\nsymbols: [BTC/USDT]  # the coin\ntimeframe: 1h\n# rules\nentryConditions:\n"
    text += "  long: [{indicator1: close, operator: '>', indicator2: open}]\n"
    text += "riskManagement: {positionSizing: {method: FIXED, quantity: 1}}\n"
    (tmp_path / "a.yml").write_text(text)
    found = look(tmp_path / "a.yml")
    assert said(found.diagnostics).splitlines()[0] == (
        "SR802 2:22 2 comments are not carried over: version 1 is written anew"
    )
    assert found.move is not None
    assert found.move.target.name == "a.yaml"
