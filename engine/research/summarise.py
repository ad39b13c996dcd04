"""A result in, the inputs of its report out."""

from __future__ import annotations

from collections.abc import Mapping

from ..language.identity import meaning_hash
from ..language.strategy import Market
from ..market.gaps import Gaps
from ..market.instrument import Instrument
from ..report.hold import buy_and_hold
from ..report.summary import Summary
from ..trading.codes import Decision
from .backtest import Result

_NOT_REFUSED = {Decision.APPROVED, Decision.FUNDS_REDUCED, Decision.UNKNOWN_SIGNAL}
"""Codes of signals that became an order, and of closes at which no signal was known."""


def summarise(result: Result, mode: str, *, synthetic: bool = False, interrupted: bool = False) -> Summary:
    """The report of a run; `mode` is back-test or paper."""
    strategy, instruments = result.strategy, result.instruments
    first = instruments[strategy.symbols[0]]
    return Summary(
        title=strategy.name,
        mode=mode,
        symbols=strategy.symbols,
        timeframe=strategy.timeframe.name,
        quote=first.quote,
        metrics=result.metrics,
        hold=buy_and_hold(result.metrics.curve, result.candles.values()),
        candles=sum(len(c) for c in result.candles.values()),
        gaps={symbol: Gaps.of(candles) for symbol, candles in result.candles.items() if len(candles)},
        fee=_shared_fee(instruments),
        slippage=result.account.slippage,
        refused={code.name: count for code, count in result.counts.items() if code not in _NOT_REFUSED},
        ambiguous=result.ambiguous,
        assumptions=assumptions(instruments),
        notes=notes(result),
        synthetic=synthetic,
        interrupted=interrupted,
        identity=meaning_hash(strategy),
    )


def _shared_fee(instruments: Mapping[str, Instrument]) -> float | None:
    fees = {fee for i in instruments.values() for fee in (i.maker, i.taker)}
    return fees.pop() if len(fees) == 1 else None


def assumptions(instruments: Mapping[str, Instrument]) -> list[str]:
    """What no file stated, once for all symbols where it is the same for all."""
    stated = [set(i.assumptions) for i in instruments.values()]
    shared = set.intersection(*stated) if stated else set()
    order = [a for i in instruments.values() for a in i.assumptions]
    lines = [a for a in dict.fromkeys(order) if a in shared]
    for symbol, instrument in instruments.items():
        lines += [f"{symbol} {a}" for a in instrument.assumptions if a not in shared]
    return lines


def notes(result: Result) -> list[str]:
    """What a reader must know about how the run was made."""
    found = []
    unknown = result.counts.get(Decision.UNKNOWN_SIGNAL, 0)
    if unknown:
        found.append(
            f"The entry rules were unknown at {unknown:,} closes (warm-up, a missing feed): nothing traded there."
        )
    if not len(result.trades) and not len(result.decisions.code):
        found.append("No entry rule came true on these candles.")
    if result.strategy.market is Market.PERP:
        found.append("Funding and liquidation of contracts are not simulated: the result is that much too kind.")
    if len(result.equity) and float(result.equity.min()) <= 0.0:
        found.append("Equity fell to zero or below: the account would have been closed there.")
    if result.plan.anchored:
        names = ", ".join(result.plan.anchored)
        found.append(f"The levels of {names} depend on the first candle given; only their changes are comparable.")
    if len(result.time) <= result.plan.first:
        found.append("The rules were known on hardly any candle: the range is little longer than the warm-up.")
    return found
