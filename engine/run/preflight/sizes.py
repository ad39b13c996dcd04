"""Whether what a strategy may put into one order can reach the venue's minimum."""

from __future__ import annotations

from collections.abc import Mapping

from ...language.deployment import Run
from ...language.strategy import SizeMethod
from ...market.instrument import Instrument
from .check import Check, fail, ok, warn

_NARROW = 2.0
"""An order of less than this many minimums may fall below one as prices move."""


def most_of(run: Run, capital: float) -> float:
    """The most quote units that one entry may cost, with this capital; for sizes by risk, all that leverage allows."""
    size, risk = run.strategy.size, run.strategy.risk
    match size.method:
        case SizeMethod.COST:
            most = size.value
        case SizeMethod.EQUITY:
            most = size.value * capital
        case SizeMethod.EQUAL:
            most = capital / (risk.max_open or len(run.strategy.symbols))
        case _:
            most = capital * risk.max_leverage
    if size.max is not None:
        most = min(most, size.max * capital)
    if risk.max_position is not None:
        most = min(most, risk.max_position * capital)
    return min(most, risk.max_cost if risk.max_cost is not None else most, capital * risk.max_leverage)


def size_check(run: Run, capital: float, listed: Mapping[str, Instrument]) -> Check:
    """`capital`: the strategy's own, in quote units."""
    name, most = f"size of {run.name}", most_of(run, capital)
    least = {symbol: listed[symbol].min_cost for symbol in run.strategy.symbols if symbol in listed}
    small = {symbol: cost for symbol, cost in least.items() if most < cost}
    if small:
        told = ", ".join(f"{symbol} {cost:,.10g}" for symbol, cost in small.items())
        words = f"an order costs {most:,.2f} at most, and the venue wants more: {told}"
        return fail(name, words, "give it more capital or a larger size: every entry would be denied")
    narrow = [symbol for symbol, cost in least.items() if most < _NARROW * cost]
    words = f"up to {most:,.2f} an order"
    if narrow:
        return warn(name, f"{words}, close to the venue's minimum for {', '.join(narrow)}", "give it more capital")
    return ok(name, words)
