"""Slower candles of stored ones are those the language makes, and those a venue has."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.market.load import load_candles
from stratrun.engine.market.timeframe import Timeframe
from stratrun.engine.store.manifest import Source
from stratrun.engine.store.reader import read_series
from stratrun.engine.store.rows import OnDuplicate, columns_of, cut
from stratrun.engine.store.series import Series
from stratrun.engine.store.slower import resample_series, slower
from stratrun.engine.store.writer import Writer

from .conftest import START, equal, hours

SOURCE = Source("import", "test", START, START, START, 1)


def test_it_is_what_the_venue_has(root: Path, candles_dir: Path) -> None:
    """5m and 15m candles of a real market are those made of its 1m candles: prices exactly, volumes to rounding."""
    series = Series.of("binance", "BTC/USDT", "1m")
    minutes = columns_of(
        load_candles([str(candles_dir / "2025q3" / "BTCUSDT-1m.parquet")], ["BTC/USDT"], series.timeframe)["BTC/USDT"]
    )
    with Writer(root, series, lambda: START, print) as writer:
        writer.put(minutes, SOURCE, OnDuplicate.REFUSE)
    for name in ("5m", "15m"):
        frame = Timeframe.parse(name)
        target, count = resample_series(root, series, frame, OnDuplicate.REFUSE, lambda: START, print)
        path = candles_dir / "2025q3" / f"BTCUSDT-{name}.parquet"
        real = columns_of(load_candles([str(path)], ["BTC/USDT"], frame)["BTC/USDT"])
        made = columns_of(read_series(root, target))
        assert count == len(made.time) >= len(real.time) - 1
        size = min(len(made.time), len(real.time))
        assert equal(
            cut(made, 0, size)._replace(volume=made.time[:size]), cut(real, 0, size)._replace(volume=real.time[:size])
        )
        assert np.allclose(made.volume[:size], real.volume[:size], rtol=1e-9, atol=1e-6)
        assert resample_series(root, series, frame, OnDuplicate.REFUSE, lambda: START, print) == (target, 0)
        with Writer(root, target, lambda: START, print) as writer:  # the venue's own beside them
            assert writer.put(cut(real, 0, size), SOURCE, OnDuplicate.REFUSE) == 0


@pytest.mark.parametrize("size", [1, 7, 24, 1000])
def test_pieces_make_no_difference(size: int) -> None:
    """Slower candles do not depend on where years, or any pieces, begin."""
    rows, base, to = hours(1_000), Timeframe.parse("1h"), Timeframe.parse("4h")
    whole = next(slower(iter([rows]), base, to))
    pieces = list(slower((cut(rows, at, at + size) for at in range(0, 1_000, size)), base, to))
    assert equal(whole, type(whole)._make(np.concatenate(column) for column in zip(*pieces, strict=True)))


@pytest.mark.parametrize("to", ["1h", "30m", "90m", "1m"])
def test_only_whole_multiples(root: Path, to: str) -> None:
    """A timeframe that is no slower whole multiple is refused."""
    with pytest.raises(InputError, match="do not add up"):
        resample_series(root, Series.of("x", "A/B", "1h"), Timeframe.parse(to), OnDuplicate.KEEP, lambda: 1, print)
