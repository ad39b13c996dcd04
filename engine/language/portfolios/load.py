"""Portfolio documents for `document`: check one, its members' files included."""

from __future__ import annotations

from collections.abc import Mapping

from ...diagnostics.diagnostic import Diagnostic
from ..portfolio import Portfolio
from ..structure.kinds import PORTFOLIO, kind_of_document
from ..structure.part import Part
from ..structure.shape import check_structure
from ..structure.version import check_version
from ..yaml.source import Source
from .build import build, shared_out
from .members import Open, Reader, name_of


def examine_portfolio(
    source: Source, overrides: Mapping[str, str], open_: Open
) -> tuple[Portfolio | None, list[Diagnostic]]:
    """Check a document; its report then holds what was found in it, and the list what was found in its members' files.

    `overrides` are values as `--set` gives them, each by `MEMBER.PARAM`.
    """
    root, report = source.root, source.report
    if root is None or not check_version(root, report):
        return None, []
    if kind_of_document(root) != PORTFOLIO:
        span = root.entries[0][0].span if root.entries else root.span
        report.error("SR117", "this is not a portfolio", span, "a portfolio holds `kind: portfolio`")
        return None, []
    broken = check_structure(root, report)
    names = [name for part in Part(root, broken).listed("members") if (name := name_of(part))]
    values, weights = shared_out(overrides, names, report)
    reader = Reader(source.path, values, open_, report)
    portfolio = build(source.path, root, broken, reader, report, weights)
    return portfolio, list(reader.told)
