"""Parity reports -> one page of HTML with everything inside."""

from __future__ import annotations

from collections.abc import Sequence

from ...report.html.page import render
from .compare import Parity
from .told import causes, costs, data, title, trades, verdict

SCRIPTS = ("base.js",)
MOST = 5_000
"""Trades that a page lists."""


def page(ledger: str, found: Sequence[Parity]) -> bytes:
    """The reports as a file for a browser."""
    reports = [
        {
            "title": "; ".join(title(one)), "verdict": verdict(one), "notes": one.notes,
            "grids": [costs(one)] if one.equal else [causes(one), costs(one)], "trades": trades(one, MOST),
        }
        for one in found
    ]  # fmt: skip
    name = f"Live and back-test: {ledger.rpartition('@')[2]}"
    return render("parity.html", name, {"parity": [data(one) for one in found]}, SCRIPTS, reports=reports)
