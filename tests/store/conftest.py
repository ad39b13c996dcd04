"""A venue that needs no network, and a store to fill from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from stratrun.engine.market.columns import Columns
from stratrun.engine.market.sample import sample_candles
from stratrun.engine.market.timeframe import Timeframe
from stratrun.engine.store.download import Line
from stratrun.engine.store.pages import Dumps, Unreachable
from stratrun.engine.store.rows import between, columns_of, cut
from stratrun.engine.store.series import Series
from stratrun.engine.store.writer import Writer

START = 1_704_067_200_000
"""2024-01-01T00:00Z."""
HOUR = 3_600_000


@dataclass
class ScriptedVenue:
    """Serves candles in pages as a venue does: from `since` on, `limit` at most, the open one included."""

    candles: dict[str, Columns]
    clock: int
    limit: int = 100
    windowed: bool = False
    """Whether it answers for `limit` candles' time only, so that a page inside an outage is empty."""
    fail: Callable[[int], Exception | None] = lambda asked: None
    asked: list[tuple[str, int]] = field(default_factory=list)

    def page(self, series: Series, since: int) -> Columns:
        self.asked.append((series.timeframe.name, since))
        error = self.fail(len(self.asked))
        if error is not None:
            raise error
        held = self.candles[series.timeframe.name]
        end = since + self.limit * series.timeframe.ms if self.windowed else self.clock + 1
        rows = between(held, since, min(end, self.clock + 1))
        return cut(rows, 0, min(self.limit, len(rows.time)))

    def now(self) -> int | None:
        return self.clock


@dataclass
class Heard:
    """A listener that remembers, and a sleep that passes no time."""

    rows: int = 0
    warnings: list[str] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)

    def came(self, rows: int, at: int) -> None:
        self.rows += rows

    def warn(self, words: str) -> None:
        self.warnings.append(words)


def hours(count: int, start: int = START) -> Columns:
    """Candles of the sample venue, its gaps included."""
    return columns_of(sample_candles("BTC/USDT", Timeframe.parse("1h"), start, count))


def line_of(venue: ScriptedVenue, heard: Heard, dumps: Dumps | None = None, recheck: bool = False) -> Line:
    return Line(venue, dumps, lambda: venue.clock, heard.slept.append, heard, recheck)


def equal(a: Columns, b: Columns) -> bool:
    return all(np.array_equal(x, y) for x, y in zip(a, b, strict=True))


def unreachable(words: str = "no route") -> Exception:
    return Unreachable(words)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "candles"


@pytest.fixture
def series() -> Series:
    return Series.of("testex", "BTC/USDT", "1h")


@pytest.fixture
def writer(root: Path, series: Series) -> Callable[[], Writer]:
    """Makes writers of one series whose clock stands."""
    return lambda: Writer(root, series, lambda: START, lambda words: None)
