"""The weights of a portfolio's members in, the same as fractions out."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ...diagnostics.report import Report
from ..structure.part import Part

_WHOLE = Decimal(100)


def read_shares(members: Sequence[Part], report: Report) -> list[float]:
    """One fraction per member; 0 where there is none to read."""
    total, shares = Decimal(0), []
    for part in members:
        text = part.string("weight")
        percent = Decimal(text.rstrip("%") or 0)
        if text and not percent:
            report.error("SR721", "a weight must be above zero", part.span("weight"), "leave the member out instead")
        if total <= _WHOLE < total + percent:
            message = f"up to here the weights are {_plain(total + percent)}% of the account; together 100% at most"
            left = f"{_plain(_WHOLE - total)}% is left for this one" if total < _WHOLE else "lower those above it"
            report.error("SR720", message, part.span("weight"), left)
        total += percent
        shares.append(float(percent / _WHOLE))
    return shares


def _plain(percent: Decimal) -> str:
    return f"{percent.normalize():f}"
