"""A structurally sound test document in, a TestFile out; what it cannot mean goes to the report."""

from __future__ import annotations

from ...diagnostics.report import Report
from ..scenario import TestFile
from ..yaml.nodes import MapNode


def build(path: str, node: MapNode, broken: frozenset[int], report: Report) -> TestFile | None:
    """The tests, or None when the report holds errors."""
    return None
