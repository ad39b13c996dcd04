"""Diagnostics in, a SARIF 2.1.0 log out, as code-scanning services read it."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from .artifact import uri
from .code import Code
from .codes import CODES
from .diagnostic import Diagnostic, Severity, Span
from .pages import markdown, page

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def as_sarif(diagnostics: Sequence[Diagnostic], version: str, successful: bool = True) -> str:
    """The log of one run; `version` is this release, `successful` whether all files could be read."""
    order = {code: index for index, code in enumerate(CODES)}
    seen: Counter[str] = Counter()
    run = {
        "tool": {"driver": {"name": "stratrun", "version": version, "rules": [*map(_rule, CODES.values())]}},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The folder stratrun was run in."}}},
        "invocations": [{"executionSuccessful": successful}],
        "results": [_result(d, order, seen) for d in diagnostics],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(code: Code) -> dict[str, Any]:
    name = "".join(word.capitalize() for word in re.findall(r"[A-Za-z0-9]+", code.title))
    return {
        "id": code.code,
        "name": name,
        "shortDescription": {"text": code.title + ("" if code.title.endswith("?") else ".")},
        "fullDescription": {"text": code.explanation},
        "help": {"text": page(code.code), "markdown": markdown(code.code)},
        "defaultConfiguration": {"level": _LEVELS[code.severity]},
    }


def _result(diagnostic: Diagnostic, order: dict[str, int], seen: Counter[str]) -> dict[str, Any]:
    words = diagnostic.message + (f"\nhelp: {diagnostic.help}" if diagnostic.help else "")
    result: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "ruleIndex": order[diagnostic.code],
        "level": _LEVELS[diagnostic.severity],
        "message": {"text": words},
    }
    if diagnostic.path is not None:
        place, near = uri(diagnostic.path)
        physical: dict[str, Any] = {"artifactLocation": {"uri": place} | ({"uriBaseId": _ROOT} if near else {})}
        if diagnostic.span is not None:
            physical["region"] = _region(diagnostic.span, diagnostic.source_line)
        result["locations"] = [{"physicalLocation": physical}]
        result["partialFingerprints"] = {"primaryLocationLineHash": _fingerprint(diagnostic, place, seen)}
    return result


def _region(span: Span, line: str | None) -> dict[str, Any]:
    region: dict[str, Any] = {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }
    if line is not None and span.end_line == span.line:
        region["snippet"] = {"text": line[span.column - 1 : span.end_column - 1]}
    return region


def _fingerprint(diagnostic: Diagnostic, place: str, seen: Counter[str]) -> str:
    """The same for the same mistake in the same line, wherever in its file that line has moved to."""
    line = " ".join((diagnostic.source_line or "").split())
    digest = hashlib.sha256("\0".join((place, diagnostic.code, line)).encode("utf-8", "surrogatepass")).hexdigest()[:16]
    seen[digest] += 1
    return f"{digest}:{seen[digest]}"
