"""A deployment's document in, where it leads out; nothing is imported that only strategies need."""

from __future__ import annotations

from ...diagnostics.report import Report
from ..deployment import Access, Margin
from ..strategy import Market
from ..structure.kinds import DEPLOYMENT, kind_of_document
from ..structure.part import Part
from ..structure.shape import check_structure
from ..yaml.nodes import ScalarNode
from ..yaml.source import Source
from .places import read_endpoint, read_ledger
from .secrets import without_secrets


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
