"""A result in, the inputs of its report out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ..language.identity import meaning_hash
from ..language.strategy import Market
from ..language.stricter import told_limits
from ..market.candles import Candles
from ..market.gaps import Gaps
from ..market.instrument import Instrument
from ..report.costs import slippage_paid
from ..report.hold import buy_and_hold
from ..report.learned import notes as model_notes
from ..report.summary import Change, Summary, Variant
from ..trading.codes import Decision, State
from ..trading.venue import Venue
from .backtest import Result

_CUT = {Decision.FUNDS_REDUCED, Decision.FILL_REDUCED}
"""Codes of entries that were made smaller."""
_NOT_REFUSED = {Decision.APPROVED, Decision.ADDED, Decision.UNKNOWN_SIGNAL, *_CUT}
"""Codes of signals that became an order, and of closes at which no signal was known."""


def summarise(
    result: Result,
    mode: str,
    *,
    venue: Venue | None = None,
    variants: Sequence[Variant] | None = (),
    synthetic: bool = False,
    interrupted: bool = False,
) -> Summary:
    """The report of a run; `mode` is back-test or paper, `variants` the run otherwise (None: not made)."""
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
        sources=sources(result.candles),
        gaps={symbol: Gaps.of(candles) for symbol, candles in result.candles.items() if len(candles)},
        fee=_shared_fee(instruments),
        slippage=result.account.slippage,
        refused={code.name: count for code, count in result.counts.items() if code not in _NOT_REFUSED},
        cut={code.name: count for code, count in result.counts.items() if code in _CUT},
        ambiguous=result.ambiguous,
        assumptions=assumptions(instruments),
        notes=notes(result, venue or Venue()),
        synthetic=synthetic,
        interrupted=interrupted,
        identity=meaning_hash(strategy),
        description=strategy.description,
        settings=settings(result, venue or Venue()),
        slippage_paid=slippage_paid(result.fills, result.account, result.candles, strategy.symbols),
        variants=variants,
        changes=changes(result),
        learned=result.learned,
    )


def sources(candles: Mapping[str, Candles]) -> list[str]:
    """Where the candles were read, each place once; nothing for those that were made."""
    return list(dict.fromkeys(held.source for held in candles.values() if held.source))


def settings(result: Result, venue: Venue) -> dict[str, float | str | bool]:
    """What a reader needs to make the same run again, by name."""
    account, strategy = result.account, result.strategy
    finer = ", ".join(f"{symbol} {candles.timeframe}" for symbol, candles in venue.detail.items())
    return {
        "capital": account.capital,
        "slippage": account.slippage,
        "spread": account.spread,
        "impact": account.impact,
        "volume_share": account.volume_share,
        "touch": account.touch,
        "optimistic": account.optimistic,
        "buffer": account.buffer,
        "market": strategy.market.value,
        "detail": finer,
        "funding": ", ".join(venue.funding),
        "limits": ", ".join(told_limits(strategy.risk)),
        **{f"params.{name}": param.value for name, param in strategy.params.items()},
    }


def changes(result: Result) -> list[Change]:
    """The account's state over time, oldest first."""
    found = result.changes
    columns = (found.time, found.state, found.code, found.limit, found.actual)
    return [
        Change(time, State(state).name.lower(), Decision(code).name, limit, actual)
        for time, state, code, limit, actual in zip(*(column.tolist() for column in columns), strict=True)
    ]


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


def notes(result: Result, venue: Venue) -> list[str]:
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
        free = [symbol for symbol in result.strategy.symbols if symbol not in venue.funding]
        if free:
            found.append(f"No funding rates were given for {', '.join(free)}: holding contracts cost nothing here.")
    for symbol, rates in venue.funding.items():
        due = np.searchsorted(rates.time, [result.metrics.curve.start, result.metrics.curve.end])
        if due[0] == due[1]:
            found.append(f"The funding rates of {symbol} hold none in this range: holding it cost nothing here.")
    for symbol, finer in venue.detail.items():
        held = result.candles[symbol]
        if len(held) and (not len(finer) or finer.time[0] > held.time[0] or finer.time[-1] < held.time[-1]):
            found.append(f"The finer candles of {symbol} cover part of the range: elsewhere the stop counts as first.")
    if len(result.equity) and float(result.equity.min()) <= 0.0:
        found.append("Equity fell to zero or below: the account would have been closed there.")
    if result.plan.anchored:
        names = ", ".join(result.plan.anchored)
        found.append(f"The levels of {names} depend on the first candle given; only their changes are comparable.")
    found += model_notes(result.learned)
    if len(result.time) <= result.plan.first:
        found.append("The rules were known on hardly any candle: the range is little longer than the warm-up.")
    return found
