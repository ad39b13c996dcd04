"""The Python API: what the commands do, as functions. `import stratrun` offers these names.

strategy = stratrun.load("strategy.yaml")
candles = stratrun.load_candles(["candles/"], strategy)
result = stratrun.backtest(strategy, candles, capital=10_000, fee=0.001)
result.trades, result.equity, result.metrics.figures()
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from os import PathLike

from .diagnostics.diagnostic import DocumentError, InputError
from .diagnostics.report import Report
from .graph.plan import Plan
from .language.across import compares
from .language.document import load as load_file
from .language.document import load_portfolio as load_portfolio_file
from .language.limits_file import with_account_limits, with_limits
from .language.portfolio import Portfolio
from .language.portfolios.together import as_one
from .language.resolve.resolver import Resolver
from .language.scope import Scope
from .language.strategy import Strategy
from .language.term import Term
from .language.text import Text
from .market.candles import Candles
from .market.instrument import Instrument, make_instrument, with_fee
from .research.backtest import Result
from .research.backtest import backtest as run_backtest
from .research.evaluate import Evaluated, evaluate_terms, universe_of
from .research.portfolio import PortfolioResult
from .research.portfolio import backtest_portfolio as run_portfolio
from .store.load import Wanted
from .store.load import load_candles as read_candles
from .trading.account import Account
from .trading.wiring import wire


def load(path: str | PathLike[str], overrides: Mapping[str, object] | None = None) -> Strategy:
    """Read and check a strategy file; `overrides` replace values of its `params`.

    Raises DocumentError, whose `diagnostics` hold every mistake in the file.
    """
    return load_file(str(path), {name: str(value) for name, value in (overrides or {}).items()})


def load_portfolio(path: str | PathLike[str], overrides: Mapping[str, object] | None = None) -> Portfolio:
    """Read and check a portfolio file and its members' files; `overrides` replace values by `MEMBER.PARAM`.

    Raises DocumentError, whose `diagnostics` hold every mistake, each with the path of its file.
    """
    return load_portfolio_file(str(path), {name: str(value) for name, value in (overrides or {}).items()})


def compile(strategy: Strategy) -> Plan:  # noqa: A001 - the word of the field
    """The strategy's graph: nodes, warm-up and a hash of its meaning."""
    return wire(strategy).plan


def load_candles(
    specs: Sequence[str], strategy: Strategy | Portfolio, *, start: int | None = None, end: int | None = None
) -> dict[str, Candles]:
    """Candles for the symbols and feeds of a strategy or portfolio from `[SYMBOL=]PATH` files and folders, or from a
    candle store: `store:VENUE`, or a store's folder.

    Of a store only the years are read that trading from `start` to `end` (ms UTC, the end exclusive) needs, warm-up
    included; files are read whole. Raises InputError.
    """
    history = None
    if isinstance(strategy, Portfolio):
        strategy = as_one(strategy)
    elif start is not None:
        plan = wire(strategy).plan
        slowest = max((c.clock.timeframe.ms for c in plan.clocks), default=strategy.timeframe.ms)
        history = None if plan.settle is None else plan.settle + slowest // strategy.timeframe.ms
    symbols = list(dict.fromkeys((*strategy.symbols, *strategy.feeds.values())))
    return read_candles(specs, symbols, strategy.timeframe, Wanted(start, end, history))


def backtest(
    strategy: Strategy,
    candles: Mapping[str, Candles],
    *,
    capital: float = 10_000.0,
    fee: float | None = None,
    slippage: float = 0.0,
    instruments: Mapping[str, Instrument] | None = None,
    start: int | None = None,
    end: int | None = None,
    limits: str | PathLike[str] | None = None,
) -> Result:
    """Run a strategy over past candles, by symbol.

    `capital` in quote units; `fee` (maker and taker, overrules those of `instruments`) and `slippage` as fractions;
    `start` and `end` in ms UTC, the end exclusive; `limits`: a file of stricter limits. Raises InputError when candles
    are missing or too few, or when an amount or a fraction is none; DocumentError for a mistake in `limits`.
    """
    if limits is not None:
        strategy = with_limits(strategy, os.fspath(limits))
    account, instruments = Account(capital, slippage), _instruments(strategy.symbols, instruments, fee)
    return run_backtest(strategy, candles, account=account, instruments=instruments, start=start, end=end)


def backtest_portfolio(
    portfolio: Portfolio,
    candles: Mapping[str, Candles],
    *,
    capital: float = 10_000.0,
    fee: float | None = None,
    slippage: float = 0.0,
    instruments: Mapping[str, Instrument] | None = None,
    start: int | None = None,
    end: int | None = None,
    limits: str | PathLike[str] | None = None,
) -> PortfolioResult:
    """Run the strategies of a portfolio over past candles on one account; arguments and errors as for `backtest`.

    `.members` of the result are what each strategy did in its part of the account; those on slower candles trade what
    the given ones, of the fastest member's timeframe, add up to.
    """
    if limits is not None:
        portfolio = with_account_limits(portfolio, os.fspath(limits))
    account, instruments = Account(capital, slippage), _instruments(as_one(portfolio).symbols, instruments, fee)
    return run_portfolio(portfolio, candles, account=account, instruments=instruments, start=start, end=end)


def _instruments(
    symbols: Sequence[str], given: Mapping[str, Instrument] | None, fee: float | None
) -> Mapping[str, Instrument]:
    if given is None:
        given = {symbol: make_instrument(symbol, {}) for symbol in symbols}
    return given if fee is None else {symbol: with_fee(instrument, fee) for symbol, instrument in given.items()}


def evaluate(
    expressions: Sequence[str],
    candles: Candles,
    *,
    strategy: Strategy | None = None,
    feeds: Mapping[str, Candles] | None = None,
    universe: Mapping[str, Candles] | None = None,
) -> Evaluated:
    """Expressions as columns over one symbol's candles; a many-valued indicator gives `expression.output` columns.

    Names, params and feeds of `strategy` may be used; `universe` are the candles of all its symbols, for expressions
    that compare them (without a strategy a symbol is alone). Raises DocumentError for a mistake in an expression,
    InputError when the candles are not the strategy's or a feed that an expression needs is not among `feeds`.
    """
    if strategy is not None and candles.timeframe != strategy.timeframe:
        raise InputError(
            f"{candles.symbol}: the candles are {candles.timeframe}, the strategy runs on {strategy.timeframe}",
            help=f"pass {strategy.timeframe} candles",
        )
    scope = strategy.scope if strategy else None
    if scope is None:
        scope = Scope(candles.timeframe, {name: c.symbol for name, c in (feeds or {}).items()})
    terms: dict[str, Term] = {}
    mistakes = []
    for expression in expressions:
        report = Report("<expression>", [expression])
        found = Resolver(scope, report).value(Text(expression))
        mistakes += report.diagnostics()
        for output, term in (found or {}).items():
            terms[f"{expression}.{output}" if output else expression] = term
    if mistakes:
        raise DocumentError(mistakes)
    every = None if strategy is None or universe is None else universe_of(strategy, universe)
    if every is None and strategy is not None and len(strategy.symbols) > 1 and any(map(compares, terms.values())):
        raise InputError("the expression compares the strategy's symbols", help="pass `universe`: the candles of each")
    return evaluate_terms(terms, candles, feeds, universe=every)
