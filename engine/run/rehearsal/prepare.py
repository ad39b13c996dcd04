"""From a strategy or deployment and candles to a rehearsal: what is listed, where it starts, what is to go wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np

from ...diagnostics.diagnostic import InputError
from ...language.deployment import Capital, Deployed, Deployment, Shutdown
from ...language.portfolio import Portfolio
from ...language.strategy import Market, Strategy
from ...market.candles import Candles
from ...market.instrument import Instrument
from ...market.timeframe import Timeframe
from ...research.backtest import iso
from ..live.history import history_of, symbols_of
from .ground import Rehearsal
from .happenings import ACTIONS
from .scenarios import SCENARIOS
from .script import HEAVY, LIGHT, Script, at_random, read

VALID_FOR = 60_000
"""Ms that a signal of a strategy without a deployment may be acted upon."""
_RATES = {"light": LIGHT, "heavy": HEAVY}
_MINUTE = 60_000


def deployed(subject: Strategy | Portfolio) -> Deployment:
    """A strategy or portfolio on an account of its own at the simulated venue."""
    first = subject if isinstance(subject, Strategy) else subject.members[0].strategy
    symbol = first.symbols[0]
    currency = symbol.partition(":")[2] or symbol.partition(":")[0].partition("/")[2]
    return Deployment(
        subject.path, subject.name, "simulated", "rehearsal", first.market, currency, "",
        (Deployed("rehearsed", 1.0, subject, VALID_FOR),), shutdown=Shutdown.KEEP,
        leverage=1.0 if first.market is Market.PERP else None,
    )  # fmt: skip


def at_the_simulator(deployment: Deployment) -> Deployment:
    """The same with nothing that leads to a real venue, account or ledger."""
    return replace(
        deployment, venue="simulated", account="rehearsal", ledger="", sandbox=False, endpoint=None,
        shutdown=Shutdown.KEEP, capital=Capital(),
    )  # fmt: skip


def wanted_series(deployment: Deployment) -> dict[str, Timeframe]:
    """The fastest timeframe that is read of each symbol. Raises InputError where others are no multiples of it."""
    found: dict[str, Timeframe] = {}
    for run in deployment.runs():
        for symbol in symbols_of(run):
            frame = run.strategy.timeframe
            known = found.get(symbol, frame)
            fast, slow = sorted((known, frame), key=lambda it: it.ms)
            if not slow.is_multiple_of(fast):
                raise InputError(f"{symbol}: {slow} candles are not made of {fast} ones", help="rehearse them apart")
            found[symbol] = fast
    return found


def script_of(faults: str | None, seed: int, minutes: float, closes: float) -> Script:
    """Nothing, `light`, `heavy`, a scenario's name, a file, or lines themselves. Raises InputError."""
    if faults is None:
        return Script()
    if faults in _RATES:
        return at_random(seed, minutes, _RATES[faults], closes)
    if faults in SCENARIOS:
        return SCENARIOS[faults].script
    path, place = Path(faults), "--faults"
    try:
        is_file = path.is_file()
    except (OSError, ValueError):
        is_file = False
    if is_file:
        try:
            faults, place = path.read_text("utf-8"), faults
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"{path}: it cannot be read: {error}", help="give a text file of faults") from None
    elif " " not in faults.strip():
        raise InputError(
            f"--faults {faults}: there is no such file or scenario",
            help="give light, heavy, a file, a name of --list, or `submit 3 after_accept error -1006`",
        )
    try:
        return read(faults.replace(";", "\n"), ACTIONS)
    except ValueError as error:
        raise InputError(f"{place}: {error}", help="see docs/how-to/rehearse.md for what can go wrong") from None


def rehearse(
    deployment: Deployment, candles: Mapping[str, Candles], instruments: Mapping[str, Instrument], faults: str | None,
    *, seed: int = 0, start: int | None = None, end: int | None = None, capital: Decimal = Decimal(10_000),
    latency: float = 0.0,
) -> Rehearsal:  # fmt: skip
    """The rehearsal from `start` to `end` (ms UTC); without a start, after as much history as the strategies need.

    Raises InputError where nothing is left to trade.
    """
    first = max(int(one.time[0]) for one in candles.values() if len(one))
    ends = [int(one.time[-1]) + one.timeframe.ms for one in candles.values() if len(one)]
    if len(ends) < len(candles):
        raise InputError("there are symbols without a candle", help="give --candles for each")
    last = min(max(ends), end) if end is not None else max(ends)
    slowest = max((run.strategy.timeframe for run in deployment.runs()), key=lambda frame: frame.ms)
    needed = max(history_of(run) * run.strategy.timeframe.ms for run in deployment.runs())
    if start is None:
        start = min(first + needed, first + (last - first) // 2)
    begin = -(-start // slowest.ms) * slowest.ms
    if begin >= last:
        raise InputError(
            f"no candle is left to trade: they reach from {iso(first)} to {iso(last)}", help="give an earlier --from"
        )
    known = {symbol: _between(one, begin - needed - slowest.ms, last) for symbol, one in candles.items()}
    fastest = min(run.strategy.timeframe.ms for run in deployment.runs())
    script = script_of(faults, seed, (last - begin) / _MINUTE, (last - begin) / fastest)
    return Rehearsal(deployment, known, instruments, begin, last, capital, script, latency, seed=seed)


def _between(candles: Candles, first: int, last: int) -> Candles:
    low, high = np.searchsorted(candles.time, [first, last])
    return candles.rows(int(low), int(high))
