"""`stratrun run`: a strategy, or a portfolio of them, traded on paper, candle by candle."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from typing import Any

import click
from click.core import ParameterSource

from ..diagnostics.diagnostic import InputError
from . import options
from .failures import told

SAMPLE_START = 1_704_067_200_000
"""2024-01-01 00:00 UTC, where a replay of the sample venue begins."""
SAMPLE_CANDLES = 5_000


@click.command("run")
@click.argument("file", type=click.Path())
@click.option(
    "--venue", default="sample", show_default=True, metavar="NAME",
    help="Where candles come from: `sample` replays built-in synthetic candles, offline.",
)  # fmt: skip
@options.candles
@click.option(
    "--count", type=click.IntRange(1, 1_000_000), default=SAMPLE_CANDLES, show_default=True,
    help="How many candles the sample venue serves.",
)  # fmt: skip
@click.option("--paper", is_flag=True, help="Trade with simulated money (the default, and all this release does).")
@click.option("--live", is_flag=True, help="Trade with real money: not in this release, and refused.")
@options.account_options
@options.settings
@options.params
@options.limits
@options.form
@click.pass_context
@told
def command(
    context: click.Context, file: str, venue: str, specs: Sequence[str], count: int, form: str, **given: Any
) -> None:
    """Trade a strategy or portfolio FILE on paper: candles arrive one by one, each trade is told as it happens.

    Without --candles the built-in sample venue is replayed. Ctrl-C ends the run with the summary so far. The decisions
    are those of `backtest` on the same candles, to the last bit.
    """
    if given["live"]:
        raise InputError(
            "live trading is not part of this release; no order was sent", help="leave out --live to trade on paper"
        )
    if specs and context.get_parameter_source("venue") is ParameterSource.COMMANDLINE:
        raise InputError("--venue and --candles both say where candles come from", help="give one of them")
    if venue != "sample":
        raise InputError(f"unknown venue `{venue}`", help="this release knows `sample`; real candles come by --candles")
    from ..api import load_candles
    from ..language.document import is_portfolio
    from ..language.portfolios.together import as_one
    from ..market.instrument import load_instruments
    from ..market.sample import sample_candles
    from ..research.portfolio import PortfolioResult
    from ..run.portfolio_session import PortfolioSession
    from ..run.session import PaperSession
    from ..trading.account import Account
    from .backtest import tell
    from .portfolio import read_portfolio, tell_portfolio
    from .progress import Quiet, Teller
    from .tuned import compare_candles, refuse_for_portfolio, strategy_of

    portfolio = None
    if is_portfolio(file):
        refuse_for_portfolio(given)
        portfolio = read_portfolio(file, given)
    if portfolio is not None:
        strategy = as_one(portfolio)
    else:
        strategy = strategy_of(file, given)
    instruments = load_instruments(given["instruments_file"], strategy.symbols, given["fee"])
    if specs:
        candles = load_candles(specs, strategy)
        compare_candles(candles, given)
    else:
        wanted = dict.fromkeys((*strategy.symbols, *strategy.feeds.values()))
        begin = strategy.timeframe.floor(SAMPLE_START)
        candles = {symbol: sample_candles(symbol, strategy.timeframe, begin, count) for symbol in wanted}
    account = Account(given["capital"], given["slippage"])
    session: PaperSession | PortfolioSession
    if portfolio is not None:
        session = PortfolioSession(portfolio, candles, instruments, account)
    else:
        session = PaperSession(strategy, candles, instruments, account)
    before = signal.signal(signal.SIGINT, lambda *_: session.stop())
    try:
        with Teller(len(session), instruments) if form == "text" else Quiet() as listener:
            result = session.run(listener)
    finally:
        signal.signal(signal.SIGINT, before)
    if isinstance(result, PortfolioResult):
        tell_portfolio(result, "paper", form, synthetic=not specs, interrupted=session.stopped)
    else:
        tell(result, "paper", form, synthetic=not specs, interrupted=session.stopped)
