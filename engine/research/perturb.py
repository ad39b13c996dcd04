"""Candles -> candles that could as well have been: a little noise on every price, still valid and on the tick grid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from ..diagnostics.diagnostic import InputError
from ..market.candles import Candles, Floats
from .again import compiling, growth_of, run_again
from .inputs import AnyInputs

MOST_DECIMALS = 10
READ = 20_000
"""Closes read to learn the grid of prices."""


def disturbed(candles: Candles, amount: float, tick: float, source: np.random.Generator) -> Candles:
    """Opens and closes moved by bells of `amount` times the usual range (high - low, over the close); wicks grow and
    shrink by the same part. `tick` 0: the decimals the candles are written in.

    An open moves on its own, not with the close before it: a strategy would pay at the open for the very noise that
    made it buy at the close, and every result would be worse for that alone."""
    if not len(candles):
        return candles
    rows = len(candles)
    usual = float(np.mean((candles.high - candles.low) / candles.close))
    moved = np.exp(usual * amount * source.standard_normal((2, rows)))
    wick = np.exp(amount * source.standard_normal((2, rows)))
    tick = tick or grid_of(candles.close)
    opens, closes = on_grid(candles.open * moved[0], tick), on_grid(candles.close * moved[1], tick)
    top, bottom = np.maximum(opens, closes), np.minimum(opens, closes)
    above = (candles.high - np.maximum(candles.open, candles.close)) * wick[0]
    below = (np.minimum(candles.open, candles.close) - candles.low) * wick[1]
    high = np.maximum(on_grid(top + above, tick), top)
    low = np.minimum(on_grid(np.maximum(bottom - below, bottom / 2), tick), bottom)
    return replace(candles, open=opens, high=high, low=low, close=closes)


def grid_of(prices: Floats) -> float:
    """The coarsest power of ten (1 or finer) of which the prices are whole multiples."""
    some = prices[:: max(1, len(prices) // READ)]
    for decimals in range(MOST_DECIMALS):
        scaled = some * 10.0**decimals
        if bool((np.abs(scaled - np.rint(scaled)) <= 1e-6).all()):
            return float(f"1e-{decimals}")
    return float(f"1e-{MOST_DECIMALS}")


def on_grid(prices: Floats, tick: float) -> Floats:
    """The nearest multiples of `tick`, at least one, as their decimals read."""
    steps = np.maximum(np.rint(prices / tick), 1.0)
    for decimals in range(MOST_DECIMALS + 6):
        whole = tick * 10.0**decimals
        if round(whole) >= 1 and abs(whole - round(whole)) <= 1e-9 * whole:
            return steps * float(round(whole)) / 10.0**decimals
    return steps * tick


def disturbed_runs(
    inputs: AnyInputs, amount: float, runs: int, seed: int, threads: int | None = None
) -> Iterator[tuple[Floats, int]]:
    """Each run's daily growth (equity over the capital) and its number of trades; deterministic by `seed`.

    Raises InputError with finer candles: they would no longer make up the disturbed ones.
    """
    if inputs.venue.detail:
        raise InputError("--detail: finer candles cannot be disturbed with the others", help="leave --detail out")
    make = lambda run: replace(inputs, candles=_all(inputs, amount, seed, run))  # noqa: E731  # a run, by its number
    yield from run_again(make, runs, growth_of, compiling(inputs, runs), threads)


def _all(inputs: AnyInputs, amount: float, seed: int, run: int) -> Mapping[str, Candles]:
    found = {}
    for place, (symbol, candles) in enumerate(sorted(inputs.candles.items())):
        instrument = inputs.instruments.get(symbol)
        source = np.random.default_rng((seed, run, place))
        found[symbol] = disturbed(candles, amount, instrument.price_tick if instrument else 0.0, source)
    return found
