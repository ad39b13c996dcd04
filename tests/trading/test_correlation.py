"""The correlation of two symbols' closes is Pearson's, over the candles both have."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from stratrun.engine.kernel import compiled
from stratrun.engine.language.strategy import Correlated, Risk
from stratrun.engine.trading.correlation import correlation, note_close
from stratrun.engine.trading.guard import Moves, open_guards
from stratrun.engine.trading.limit_rules import LimitRules, limit_rules

from .drawn import make_drawn

HOUR = 3_600_000


def rules(window: int) -> LimitRules:
    return limit_rules(
        replace(make_drawn(random.Random(1)).strategy, risk=Risk(max_correlated=Correlated(1, 0.8, window)))
    )


def noted(closes: list[dict[int, float]], window: int) -> Moves:
    moves = open_guards(rules(window), [], len(closes), 1000.0, machine_code=False).moves
    for s, series in enumerate(closes):
        for k, close in series.items():
            note_close(moves, window, s, k * HOUR, close)
    return moves


def drawn(seed: int, rows: int = 80) -> list[dict[int, float]]:
    """Two symbols that move alike, each with candles missing."""
    dice = np.random.default_rng(seed)
    shared = dice.normal(0, 0.01, rows)
    found = []
    for _ in range(2):
        close = 100 * np.exp(np.cumsum(shared + dice.normal(0, 0.01, rows)))
        there = dice.random(rows) > 0.1
        found.append({k: float(close[k]) for k in range(rows) if there[k]})
    return found


def changes(series: dict[int, float], window: int) -> dict[int, float]:
    """The last `window` one-candle changes by the time they ended."""
    times = list(series)
    made = {b: series[b] / series[a] - 1 for a, b in pairwise(times)}
    return dict(list(made.items())[-window:])


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("window", [5, 30, 79])
def test_it_is_pearsons(seed: int, window: int) -> None:
    """Interpreted and as machine code it is NumPy's figure for the changes that stand at the same times."""
    closes = drawn(seed)
    moves = noted(closes, window)
    a, b = (changes(series, window) for series in closes)
    common = sorted(set(a) & set(b))
    found = correlation(moves, window, 0, 1)
    assert compiled(correlation)(moves, window, 0, 1) == found or math.isnan(found)
    if 2 * len(common) < window:
        assert math.isnan(found)
    else:
        wanted = np.corrcoef([a[t] for t in common], [b[t] for t in common])[0, 1]
        assert found == pytest.approx(wanted, rel=1e-9)
    assert correlation(moves, window, 1, 0) == pytest.approx(found, rel=1e-12, nan_ok=True)


def test_a_still_market_has_none() -> None:
    """What does not move has no correlation."""
    flat = dict.fromkeys(range(20), 100.0)
    assert math.isnan(correlation(noted([flat, drawn(1)[0]], 10), 10, 0, 1))
