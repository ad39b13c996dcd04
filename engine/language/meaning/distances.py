"""Distances of the document's keys: in price, in a ratio, or in R where a stop says what R is."""

from __future__ import annotations

from ...diagnostics.report import Report
from ..resolve.resolver import Resolver
from ..strategy import Distance
from ..structure.part import Part
from ..term import Op, Term


class Distances:
    """Reads them; None means that the key is absent or the report says what is wrong with it."""

    def __init__(self, resolver: Resolver, report: Report) -> None:
        self._resolver = resolver
        self._report = report

    def plain(self, part: Part, key: str) -> Distance | None:
        """A distance that is never in R."""
        text = part.text(key)
        return self._resolver.distance(text) if text is not None else None

    def multiple(self, part: Part, key: str, stopped: bool) -> Distance | None:
        """A distance that may be written in R; `stopped` tells whether the side has a stop."""
        text = part.text(key)
        found = self._resolver.distance(text, r=True) if text is not None else None
        if text is not None and found is not None and found.r is not None and not stopped:
            message = f"`{text.value}` needs a stop: R is the distance to it"
            self._report.error("SR403", message, part.span(key), "add `stop:`, or a `trail:` without `after`")
        return found


def known_further(first: Distance, second: Distance) -> bool | None:
    """Whether `second` is surely further away than `first`; None where only candles can tell."""
    if first.r is not None and second.r is not None:
        return second.r > first.r
    if first.term is None or second.term is None:
        return None
    (near, base), (far, other) = _scaled(first.term), _scaled(second.term)
    return far > near if base is other else None


def _scaled(term: Term) -> tuple[float, Term]:
    """A distance as a positive number times a term."""
    if term.op is Op.MUL:
        for factor, base in (term.args, term.args[::-1]):
            if factor.op is Op.CONSTANT and float(factor.params[0]) > 0.0:
                return float(factor.params[0]), base
    return 1.0, term
