"""The user stream, report by report, for ever: a report that fails is told of and does not end it."""

from __future__ import annotations

from ..brokers.words import (
    BalancesReport,
    FillReport,
    OrderReport,
    PositionReport,
    Report,
    StreamReport,
)
from .drift import differences
from .parts import Parts
from .reconcile import Reconciler
from .resolver import Resolver

_PAUSE = 1.0


class Reports:
    def __init__(self, parts: Parts, resolver: Resolver, reconciler: Reconciler) -> None:
        self._parts, self._resolver, self._reconciler = parts, resolver, reconciler

    async def run(self) -> None:
        """Take reports until the broker is closed."""
        parts = self._parts
        while not parts.tasks.closed:
            try:
                async for report in parts.broker.reports():
                    await self._taken(report)
                return
            except Exception as error:  # a stream that ended for good would leave us deaf: it is begun again
                parts.alert("STREAM", parts.broker.name, f"{type(error).__name__}: {error}")
                await parts.clock.sleep(_PAUSE)

    async def _taken(self, report: Report) -> None:
        try:
            await self.take(report)
        except Exception as error:  # one bad report must not cost those behind it; a comparison finds what it told
            self._parts.alert("REPORT", getattr(report, "symbol", ""), f"{type(error).__name__}: {error}")
            self._reconciler.soon("a report could not be taken")

    async def take(self, report: Report) -> None:
        """One report of any kind."""
        parts = self._parts
        match report:
            case OrderReport():
                await self._resolver.intake.order(report)
            case FillReport():
                await self._resolver.intake.fills([report])
            case BalancesReport():
                if differences(parts.state, report, parts.settings.tolerance):
                    self._reconciler.soon("balances differ")
            case PositionReport():
                if parts.state.held(report.symbol) != report.quantity:
                    self._reconciler.soon("a position differs")
            case StreamReport(up=True):
                self._reconciler.soon("the stream is up")
            case StreamReport():
                parts.alert("STREAM", parts.broker.name, report.words or "the stream broke")
