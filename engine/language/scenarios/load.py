"""Test files for everyone else: `load_tests` reads one, `examine_tests` checks one for `validate`."""

from __future__ import annotations

from pathlib import Path

from ...diagnostics.diagnostic import DocumentError
from ..scenario import TestFile
from ..structure.kinds import TEST, kind_of_document
from ..structure.shape import check_structure
from ..structure.version import check_version
from ..yaml.source import Source, read
from .build import build


def load_tests(path: str | Path) -> TestFile:
    """The checked tests of a file; the strategy and the files of candles it names are not opened.

    Raises DocumentError with every mistake found.
    """
    source = read(Path(path))
    tests = examine_tests(source)
    if tests is None or source.report.failed:
        raise DocumentError(source.report.diagnostics())
    return tests


def examine_tests(source: Source) -> TestFile | None:
    """Check a test document; its report then holds what was found."""
    root, report = source.root, source.report
    if root is None or not check_version(root, report):
        return None
    if kind_of_document(root) != TEST:
        kind = root.get("kind")
        span = kind.span if kind is not None else root.entries[0][0].span if root.entries else root.span
        message = f"this is a {kind_of_document(root)}, not a test file"
        report.error("SR117", message, span, "a test file holds `kind: test`")
        return None
    broken = check_structure(root, report)
    return build(source.path, root, broken, report)
