"""One symbol's candles at one timeframe as a venue brings them: which are closed, which are wrong, what is missing."""

from __future__ import annotations

import math
from collections import OrderedDict

from ...brokers.words import CandleReport
from ...market.timeframe import Timeframe

FAR = 2.0
"""Times the last close, or as much below it: prices that a stream alone does not prove."""
_AHEAD = 4
"""Open candles remembered; a venue brings one, or two around a close."""


class Series:
    """Reports in any order go in; each closed candle comes out once, in order of time. Times are opens, ms UTC."""

    def __init__(self, symbol: str, timeframe: Timeframe, last: int) -> None:
        """`last`: the newest candle that is known already."""
        self.symbol, self.timeframe = symbol, timeframe
        self.last = last
        self.refused = 0
        """Reports that were no candle."""
        self.revised = 0
        """Reports that told another story of a candle that was given out."""
        self._open: OrderedDict[int, CandleReport] = OrderedDict()
        self._given: CandleReport | None = None

    def take(self, report: CandleReport) -> list[CandleReport]:
        """The candles that are closed for certain by this report: told so, or followed by a newer one."""
        if not sound(report, self.timeframe):
            self.refused += 1
            return []
        if report.time <= self.last:
            self._compare(report)
            return []
        self._open[report.time] = report
        while len(self._open) > _AHEAD:
            self._open.pop(min(self._open))
        newest = max(self._open)
        done = [time for time in sorted(self._open) if time < newest or self._open[time].closed]
        return [self._give(time) for time in done]

    def doubtful(self, report: CandleReport) -> bool:
        """Whether a stream tells of prices so far from the last close that only an answer is believed."""
        given = self._given
        if given is None or not sound(report, self.timeframe):
            return False
        return not given.close / FAR < report.low <= report.high < given.close * FAR

    def confirm(self, reports: list[CandleReport], now: int) -> list[CandleReport]:
        """Candles that were asked for: those whose time has passed at `now` are closed."""
        found: list[CandleReport] = []
        for report in sorted(reports, key=lambda one: one.time):
            if report.time + self.timeframe.ms > now:
                continue
            if not sound(report, self.timeframe):
                self.refused += 1
            elif report.time <= self.last:
                self._compare(report)
            else:
                self._open[report.time] = report
                found.append(self._give(report.time))
        return found

    def _give(self, time: int) -> CandleReport:
        self.last = time
        self._given = self._open.pop(time)
        for older in [other for other in self._open if other < time]:
            del self._open[older]
        return self._given

    def _compare(self, report: CandleReport) -> None:
        given = self._given
        if given is not None and given.time == report.time and values(given) != values(report) and report.closed:
            self.revised += 1


def values(report: CandleReport) -> tuple[float, float, float, float, float]:
    return report.open, report.high, report.low, report.close, report.volume


def sound(report: CandleReport, timeframe: Timeframe) -> bool:
    """Whether it can be a candle at all: on the grid, finite, positive, in order."""
    prices = (report.open, report.high, report.low, report.close)
    if timeframe.floor(report.time) != report.time:
        return False
    if not all(math.isfinite(price) and price > 0.0 for price in prices):
        return False
    if not (math.isfinite(report.volume) and report.volume >= 0.0):
        return False
    return report.low <= min(report.open, report.close) and max(report.open, report.close) <= report.high
