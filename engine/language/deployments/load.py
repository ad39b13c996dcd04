"""Deployment documents for `document`: check one, the files it names included."""

from __future__ import annotations

from ...diagnostics.diagnostic import Diagnostic
from ..deployment import Deployment
from ..structure.kinds import DEPLOYMENT, kind_of_document
from ..structure.part import Part
from ..structure.shape import check_structure
from ..structure.version import check_version
from ..yaml.source import Source
from .build import build
from .entries import Opening
from .secrets import without_secrets


def examine_deployment(source: Source, opening: Opening) -> tuple[Deployment | None, list[Diagnostic]]:
    """Check a document; its report then holds what was found in it, and the list what was found in other files."""
    root, report = source.root, source.report
    if root is None or not check_version(root, report):
        return None, []
    if kind_of_document(root) != DEPLOYMENT:
        span = root.entries[0][0].span if root.entries else root.span
        report.error("SR117", "this is not a deployment", span, "a deployment holds `kind: deployment`")
        return None, []
    safe = without_secrets(root, report)
    broken = check_structure(safe, report)
    return build(source.path, Part(safe, broken), opening, report)
