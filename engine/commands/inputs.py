"""The options of a back-test -> its inputs: account, instruments, candles, finer candles and funding."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from ..diagnostics.diagnostic import InputError

if TYPE_CHECKING:
    from ..language.strategy import Strategy
    from ..market.candles import Candles
    from ..research.inputs import AnyInputs, Inputs
    from ..trading.venue import Funding

LARGE = 100_000
"""Candles from which most strategies run as machine code."""
MANY = 50
"""Trainings of models from which a run may take minutes."""
EVERY = 8 * 3_600_000
"""Milliseconds between fundings at a constant rate, from 00:00 UTC."""


def read_inputs(file: str, specs: Sequence[str], given: Mapping[str, Any]) -> Inputs:
    """Raises InputError, DocumentError."""
    from .tuned import compare_candles, strategy_of

    inputs = inputs_of(strategy_of(file, given), specs, given)
    compare_candles(inputs.candles, given)
    return inputs


def read_any(file: str, specs: Sequence[str], given: Mapping[str, Any]) -> AnyInputs:
    """The same of a strategy or a portfolio."""
    from ..language.document import is_portfolio
    from .portfolio import read_portfolio_inputs

    return read_portfolio_inputs(file, specs, given) if is_portfolio(file) else read_inputs(file, specs, given)


def inputs_of(strategy: Strategy, specs: Sequence[str], given: Mapping[str, Any]) -> Inputs:
    """The same for a strategy that was read. Raises InputError."""
    from ..api import load_candles

    if not specs:
        raise InputError("no candles", help="pass --candles with a file or a folder of them, or store:VENUE")
    start, end = given["start"], given["end"]
    if start is not None and end is not None and start >= end:
        raise InputError("--from is not before --to", help="give an earlier --from")
    return inputs_over(strategy, load_candles(specs, strategy, start=start, end=end), given, start, end)


def inputs_over(
    strategy: Strategy, candles: Mapping[str, Candles], given: Mapping[str, Any], start: int | None = None,
    end: int | None = None,
) -> Inputs:  # fmt: skip
    """The same over candles that were read. Raises InputError."""
    from ..market.instrument import load_instruments
    from ..research.inputs import Inputs
    from ..trading.account import Account
    from ..trading.venue import Venue

    names = ("capital", "slippage", "spread", "impact", "volume_share", "touch")
    account = Account(**{name: given[name] for name in names})
    instruments = load_instruments(given["instruments_file"], strategy.symbols, given["fee"])
    venue = Venue(finer(given["details"], strategy), funding(given["fundings"], strategy, candles))
    return Inputs(strategy, candles, instruments, account, venue, start, end)


def tell_preparation(inputs: AnyInputs, runs: int = 1) -> None:
    """Say what takes long the first time: models that are trained often, and machine code for a large run, or so many
    `runs`."""
    from ..kernel import kept, prepared
    from ..research.inputs import Inputs

    trainings = sum(_trainings(strategy, inputs.candles) for strategy in inputs.strategies)
    if trainings > MANY:
        click.echo(f"training models about {trainings:,} times: that may take minutes", err=True)
    if not isinstance(inputs, Inputs):
        return  # reading a portfolio says it, where its members meet seldom enough
    if runs * sum(len(c) for c in inputs.candles.values()) > LARGE and not prepared():
        often = "once, half a minute" if kept() else "half a minute in every run, as the cache folder cannot be written"
        click.echo(f"preparing machine code for large runs: {often}", err=True)


def _trainings(strategy: Strategy, candles: Mapping[str, Candles]) -> int:
    """How often a strategy's models are trained over the candles, about."""
    rows = sum(len(candles[symbol]) for symbol in strategy.symbols if symbol in candles)
    return sum(rows // m.spec.training.every for m in strategy.models.values() if m.spec.training is not None)


def finer(specs: Sequence[str], strategy: Strategy) -> dict[str, Candles]:
    """`TIMEFRAME=[SYMBOL=]PATH` texts as finer candles by symbol. Raises InputError."""
    from ..market.timeframe import Timeframe
    from ..store.load import load_candles

    paths: dict[str, list[str]] = {}
    for spec in specs:
        name, sign, path = spec.partition("=")
        if not sign or not path:
            raise InputError(f"--detail {spec}: expected TIMEFRAME=PATH", help="write --detail 1m=BTCUSDT-1m.parquet")
        paths.setdefault(name.strip(), []).append(path)
    if len(paths) > 1:
        raise InputError(f"--detail names several timeframes, {', '.join(paths)}", help="give finer candles of one")
    found: dict[str, Candles] = {}
    for name, files in paths.items():
        try:
            timeframe = Timeframe.parse(name)
        except ValueError as error:
            raise InputError(f"--detail {name}: {error}") from None
        if timeframe.ms >= strategy.timeframe.ms or not strategy.timeframe.is_multiple_of(timeframe):
            raise InputError(
                f"--detail {name}: {name} candles do not add up to {strategy.timeframe} ones",
                help=f"give a timeframe that divides {strategy.timeframe}",
            )
        found = load_candles(files, strategy.symbols, timeframe)
    return found


def funding(specs: Sequence[str], strategy: Strategy, candles: Mapping[str, Candles]) -> dict[str, Funding]:
    """`RATE` or `[SYMBOL=]PATH` texts as funding by symbol. Raises InputError."""
    from pathlib import Path

    from ..language.strategy import Market
    from ..market.rates import read_rates
    from ..trading.venue import Funding

    if specs and strategy.market is not Market.PERP:
        raise InputError("--funding is for contracts, and this strategy trades spot", help="write `market: perp`")
    found: dict[str, Funding] = {}
    for spec in specs:
        rate = _rate(spec)
        symbols, path = (strategy.symbols, spec) if rate is not None else _assigned(spec, strategy.symbols)
        for symbol in symbols:
            if symbol in found:
                raise InputError(f"--funding says twice what {symbol} pays", help="give each symbol one funding")
            if rate is None:
                found[symbol] = Funding(*read_rates(Path(path).expanduser()))
            else:
                found[symbol] = _constant(rate, candles[symbol])
    return found


def _rate(spec: str) -> float | None:
    """A rate such as 0.01%, -1bps or 0.0001; None for what is a path."""
    match = re.fullmatch(r"\s*([+-]?[0-9]*\.?[0-9]+)\s*(%|bps|bp)?\s*", spec)
    if not match:
        return None
    rate = float(match[1]) / {"%": 100, None: 1}.get(match[2], 10_000)
    if not math.fabs(rate) < 0.1:
        raise InputError(f"--funding {spec}: {rate:.0%} of the position every 8 hours", help="write 0.01% or 0.0001")
    return rate


def _assigned(spec: str, symbols: Sequence[str]) -> tuple[Sequence[str], str]:
    from ..market.symbol import letters

    name, sign, path = spec.partition("=")
    named = [symbol for symbol in symbols if sign and letters(symbol) == letters(name)]
    if named:
        return named[:1], path
    if len(symbols) == 1:
        return symbols, spec
    raise InputError(f"--funding {spec}: which symbol?", help=f"write --funding {symbols[0]}=PATH for each symbol")


def _constant(rate: float, candles: Candles) -> Funding:
    import numpy as np

    from ..trading.venue import Funding

    first, last = (int(candles.time[0]), int(candles.time[-1]) + candles.timeframe.ms) if len(candles) else (0, 0)
    time = np.arange(-(-first // EVERY) * EVERY, last, EVERY, dtype=np.int64)
    return Funding(time, np.full(len(time), rate))
