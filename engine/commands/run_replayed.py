"""A strategy or portfolio on paper over candles that are past: files, or the sample venue."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from typing import Any

SAMPLE_START = 1_704_067_200_000
"""2024-01-01 00:00 UTC, where a replay of the sample venue begins."""


def run_replayed(file: str, specs: Sequence[str], count: int, form: str, given: dict[str, Any]) -> None:
    """`specs` say where candles are; without them the sample venue serves `count`. Raises InputError, DocumentError."""
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
