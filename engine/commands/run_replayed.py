"""A strategy or portfolio on paper over candles that are past: files, or the sample venue."""

from __future__ import annotations

import signal
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from .finished import PortfolioRun, StrategyRun
from .inputs import inputs_over
from .outputs import Outputs

if TYPE_CHECKING:
    from ..language.strategy import Strategy
    from ..market.instrument import Instrument
    from ..research.inputs import Inputs
    from .progress import Quiet, Teller

R = TypeVar("R", covariant=True)


class Session(Protocol[R]):
    """A strategy's session, or a portfolio's."""

    def __len__(self) -> int: ...
    def stop(self) -> None: ...
    def run(self, listener: Quiet | Teller) -> R: ...


SAMPLE_START = 1_704_067_200_000
"""2024-01-01 00:00 UTC, where a replay of the sample venue begins."""


def run_replayed(file: str, specs: Sequence[str], count: int, form: str, given: dict[str, Any]) -> None:
    """`specs` say where candles are; without them the sample venue serves `count`. Raises InputError, DocumentError."""
    from ..language.document import is_portfolio
    from ..language.portfolios.together import as_one
    from ..research.record import data_hash
    from ..run.portfolio_session import PortfolioSession
    from ..run.session import PaperSession
    from .portfolio import for_portfolio
    from .portfolio import print_report as print_portfolio
    from .tuned import portfolio_of, strategy_of

    outputs = Outputs.of(given)
    made_up = not specs
    if is_portfolio(file):
        from ..research.summarise_portfolio import summarise_portfolio

        portfolio = portfolio_of(file, given)
        whole = for_portfolio(portfolio, _inputs(as_one(portfolio), specs, count, given))
        both = PortfolioSession(portfolio, whole.candles, whole.instruments, whole.account, whole.venue)
        came = _played(both, whole.instruments, form)
        account = summarise_portfolio(
            came, "paper", venue=whole.venue, synthetic=made_up, interrupted=both.stopped
        )  # fmt: skip
        outputs.write(PortfolioRun(whole, came, account))
        print_portfolio(account, form, data_hash(whole, came.candles) if form == "json" else "")
        return
    from ..research.summarise import summarise
    from .backtest import print_report

    inputs = _inputs(strategy_of(file, given), specs, count, given)
    session = PaperSession(inputs.strategy, inputs.candles, inputs.instruments, inputs.account, inputs.venue)
    result = _played(session, inputs.instruments, form)
    summary = summarise(result, "paper", venue=inputs.venue, synthetic=made_up, interrupted=session.stopped)
    outputs.write(StrategyRun(inputs, result, summary))
    print_report(summary, form, data_hash(inputs, result.candles) if form == "json" else "")


def _inputs(strategy: Strategy, specs: Sequence[str], count: int, given: dict[str, Any]) -> Inputs:
    """The strategy with its candles, and the venue as the options say it is."""
    from ..api import load_candles
    from ..market.sample import sample_candles
    from .tuned import compare_candles

    if specs:
        candles = load_candles(specs, strategy)
        compare_candles(candles, given)
    else:
        wanted = dict.fromkeys((*strategy.symbols, *strategy.feeds.values()))
        begin = strategy.timeframe.floor(SAMPLE_START)
        candles = {symbol: sample_candles(symbol, strategy.timeframe, begin, count) for symbol in wanted}
    return inputs_over(strategy, candles, given)


def _played(session: Session[R], instruments: Mapping[str, Instrument], form: str) -> R:
    """Run to the end, or to the first Ctrl-C."""
    from .progress import Quiet, Teller

    before = signal.signal(signal.SIGINT, lambda *_: session.stop())
    try:
        with Teller(len(session), instruments) if form == "text" else Quiet() as listener:
            return session.run(listener)
    finally:
        signal.signal(signal.SIGINT, before)
