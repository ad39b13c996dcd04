"""The version 1 files of these tests, and what is found in one, as lines."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from stratrun.engine.diagnostics.diagnostic import Diagnostic

HERE = Path(__file__).parent
DOCUMENTS = sorted((HERE / "documents").glob("*.json"))
REFUSED = sorted((HERE / "refused").glob("*.json"))


def said(diagnostics: Iterable[Diagnostic]) -> str:
    """`CODE line:column message` each."""
    places = ((d, f"{d.span.line}:{d.span.column}" if d.span else "-") for d in diagnostics)
    return "".join(f"{d.code} {place} {d.message}\n" for d, place in places)
