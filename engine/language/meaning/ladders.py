"""Lists of partial targets and of further entries in, both ladders out."""

from __future__ import annotations

from collections.abc import Sequence

from ...diagnostics.report import Report
from ..resolve.resolver import Resolver
from ..strategy import Addition, Distance, PartialTarget
from ..structure.part import Part
from ..term import Term
from .distances import Distances, known_further

_WHOLE = 1.0
_ROUNDING = 1e-9
MOST_OF_THE_FIRST = 100.0
"""Times the first entry's size that a further one may have."""


class Ladders:
    """Builds both; a rung with a mistake is left out, and the report says why."""

    def __init__(self, resolver: Resolver, report: Report) -> None:
        self._resolver = resolver
        self._report = report
        self._distances = Distances(resolver, report)

    def targets(self, parts: Sequence[Part], stopped: bool) -> tuple[PartialTarget, ...]:
        """The rungs of `exit.target`, which lie further and further away and close at most the whole position."""
        rungs: list[PartialTarget] = []
        closed, before = 0.0, None
        for part in parts:
            at = self._distances.multiple(part, "at", stopped)
            share = self._share(part, closed, last=part is parts[-1])
            closed += share or 0.0
            self._check_order(before, at, part)
            before = at or before
            if at is not None:
                rungs.append(PartialTarget(at, share))
        return tuple(rungs)

    def _share(self, part: Part, closed: float, last: bool) -> float | None:
        text = part.text("close")
        if text is None:
            if not last and "close" not in part:
                message = "only the last target may leave out `close`: it closes all that is left"
                self._report.error("SR441", message, part.node.span, "write `close: 50%`, say")
            return None
        share = self._resolver.percent(text)
        if share is not None and closed + share > _WHOLE + _ROUNDING:
            message = f"the targets close {(closed + share) * 100:g} % of the position together"
            self._report.error("SR441", message, part.span("close"), "they may close 100 % at most")
        return share

    def _check_order(self, before: Distance | None, at: Distance | None, part: Part) -> None:
        if before is not None and at is not None and known_further(before, at) is False:
            message = "this target is not further away than the one before it"
            self._report.error("SR441", message, part.span("at"), "write the nearest target first")

    def additions(self, parts: Sequence[tuple[Part, Term | None]], stopped: bool) -> tuple[Addition, ...]:
        """The entries of `add`, each with its rule where it has one."""
        found = [self._addition(part, when, stopped) for part, when in parts]
        return tuple(addition for addition in found if addition is not None)

    def _addition(self, part: Part, when: Term | None, stopped: bool) -> Addition | None:
        against = self._distances.multiple(part, "against", stopped)
        in_favour = self._distances.multiple(part, "in_favour", stopped)
        text = part.text("size")
        share = _WHOLE if text is None else self._resolver.percent(text)
        if share is not None and share > MOST_OF_THE_FIRST:
            message = f"an entry of {share:,.12g} times the first is more than anybody means"
            self._report.error("SR413", message, part.span("size"), "write a share of the first entry, such as `50%`")
        if share is None or (against is None and in_favour is None and when is None):
            return None
        return Addition(share, against, in_favour, when)
