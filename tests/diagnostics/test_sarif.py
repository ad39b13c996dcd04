"""SARIF 2.1.0: what the standard and GitHub's code scanning ask of a log, checked by hand."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from stratrun.engine.diagnostics.codes import CODES
from stratrun.engine.diagnostics.diagnostic import Diagnostic, Severity, Span
from stratrun.engine.diagnostics.sarif import as_sarif
from stratrun.engine.language.document import validate
from stratrun.engine.language.folders import walk

DOCUMENTS = Path(__file__).parents[1] / "documents"
LINE = "  enter: ema_fst > 策略 nosuch"


def run_of(found: list[Diagnostic]) -> dict[str, Any]:
    log = json.loads(as_sarif(found, "1.2.3"))
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-schema-2.1.0.json")
    (run,) = log["runs"]
    return dict(run)


def on(start: int, end: int, line: int = 6, text: str = LINE, path: str = "a/dip.yaml") -> Diagnostic:
    return Diagnostic("SR208", "`x` is not defined", path, Span(line, start, line, end), "help", source_line=text)


def test_every_code_is_a_rule() -> None:
    """Rules are complete, unique and in the order their indexes say."""
    run = run_of([])
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("stratrun", "1.2.3")
    assert [rule["id"] for rule in driver["rules"]] == [*CODES]
    for rule in driver["rules"]:
        assert re.fullmatch(r"[A-Z][A-Za-z0-9]+", rule["name"])
        assert rule["shortDescription"]["text"].endswith((".", "?"))
        assert rule["fullDescription"]["text"]
        assert rule["help"]["text"]
        assert "```yaml" in rule["help"]["markdown"]
        assert rule["defaultConfiguration"]["level"] in ("error", "warning", "note")
    assert run["results"] == []
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["invocations"] == [{"executionSuccessful": True}]


def test_a_result_has_its_place() -> None:
    """Rule, level, message, file and region are told; columns count characters, the end is exclusive."""
    (result,) = run_of([on(20, 22)])["results"]
    assert result["ruleId"] == "SR208"
    assert list(CODES)[result["ruleIndex"]] == "SR208"
    assert result["level"] == "error"
    assert result["message"]["text"] == "`x` is not defined\nhelp: help"
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "a/dip.yaml", "uriBaseId": "%SRCROOT%"}
    assert place["region"] == {
        "startLine": 6, "startColumn": 20, "endLine": 6, "endColumn": 22, "snippet": {"text": "策略"},
    }  # fmt: skip


def test_a_region_over_lines_has_no_snippet() -> None:
    """A snippet is the whole region or nothing."""
    found = Diagnostic("SR102", "m", "a.yaml", Span(1, 2, 3, 1), source_line="name: x")
    (result,) = run_of([found])["results"]
    assert "snippet" not in result["locations"][0]["physicalLocation"]["region"]


def test_without_a_file_there_is_no_location() -> None:
    """What is about no file is told without a place."""
    (result,) = run_of([Diagnostic("SR509", "old", severity=Severity.WARNING)])["results"]
    assert "locations" not in result
    assert result["level"] == "warning"


@pytest.mark.parametrize("name", ["with blank.yaml", "käufe#1.yaml", "100%.yaml", "a?b.yaml", "sub/ü.yaml"])
def test_paths_are_uri_references(name: str) -> None:
    """Whatever the file's name, its URI is ASCII and leads back to it."""
    place = run_of([on(1, 2, path=name)])["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert re.fullmatch(r"[A-Za-z0-9._~/%-]+", place["uri"])
    assert unquote(place["uri"]) == name


def test_files_elsewhere_are_absolute(tmp_path: Path) -> None:
    """A file that is not below here has its whole URI and no base."""
    place = run_of([on(1, 2, path=str(tmp_path / "a.yaml"))])["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": (tmp_path / "a.yaml").as_uri()}


def test_fingerprints_follow_the_line() -> None:
    """Moving a line keeps its fingerprint; another line, another file or a second one alike has its own."""
    moved = [on(10, 17), on(10, 17, line=90), on(1, 2, text="other"), on(10, 17, path="b.yaml")]
    marks = [run_of([d])["results"][0]["partialFingerprints"]["primaryLocationLineHash"] for d in moved]
    assert marks[0] == marks[1]
    assert len(set(marks)) == 3
    twice = [r["partialFingerprints"]["primaryLocationLineHash"] for r in run_of([on(1, 2), on(3, 4)])["results"]]
    assert len(set(twice)) == 2


def test_the_corpus_makes_sound_logs() -> None:
    """Regions of all findings of the corpus are what the standard allows."""
    files = [path for path in walk([DOCUMENTS / "invalid"]).files if not path.name.startswith("test_")]
    results = run_of([d for path in files for d in validate(path)])["results"]
    assert len(results) > 150
    for result in results:
        region = result["locations"][0]["physicalLocation"].get("region")
        if region:
            start, end = (region["startLine"], region["startColumn"]), (region["endLine"], region["endColumn"])
            assert (1, 1) <= start < end
            assert region["startColumn"] >= 1 <= region["endColumn"]
    marks = [(r["ruleId"], r["partialFingerprints"]["primaryLocationLineHash"]) for r in results]
    assert len(set(marks)) == len(marks)
