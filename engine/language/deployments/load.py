"""Deployment documents for `document`: check one, the files it names included."""

from __future__ import annotations

from ...diagnostics.diagnostic import Diagnostic
from ...diagnostics.report import Report
from ..deployment import Access, Deployment, Margin
from ..strategy import Market
from ..structure.kinds import DEPLOYMENT, kind_of_document
from ..structure.part import Part
from ..structure.shape import check_structure
from ..structure.version import check_version
from ..yaml.nodes import ScalarNode
from ..yaml.source import Source
from .build import build
from .entries import Opening
from .places import read_endpoint, read_ledger
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


def examine_access(source: Source) -> Access | None:
    """Where the document leads, whatever else is wrong with it; None where that cannot be told."""
    root, quiet = source.root, Report(source.path)
    if root is None or kind_of_document(root) != DEPLOYMENT:
        return None
    safe = without_secrets(root, quiet)
    part = Part(safe, check_structure(safe, quiet))
    venue, account, written = part.string("venue"), part.string("account"), part.string("ledger")
    placed = Report(source.path)
    ledger, endpoint = read_ledger(source.path, part, placed) if written else "", read_endpoint(part, placed)
    stated = [key for key in ("market", "sandbox", "endpoint", "margin") if key in part and part.get(key) is None]
    if not (venue and account and ledger) or placed.failed or stated:
        return None
    sandbox = part.get("sandbox")
    return Access(
        venue, Market(part.string("market", "spot")), account, ledger,
        isinstance(sandbox, ScalarNode) and sandbox.value is True, endpoint,
        margin=Margin(part.string("margin", "isolated")),
    )  # fmt: skip
