"""One case of a test file in, its back-test out: the strategy beside the file over the candles of the case."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ..diagnostics.diagnostic import InputError
from ..language.document import load
from ..language.scenario import Case, Series, TestFile
from ..language.strategy import Strategy
from ..market.instrument import make_instrument, with_fee
from ..research.backtest import backtest
from ..trading.account import Account
from .candles import make_candles
from .observed import Observed


class Player:
    """Plays the cases of one file; a strategy is loaded once for each set of overrides."""

    def __init__(self, file: TestFile) -> None:
        self._file = file
        self._folder = Path(file.path).parent
        self._loaded: dict[tuple[tuple[str, str], ...], Strategy] = {}

    def play(self, case: Case) -> Observed:
        """Back-test the case. Raises DocumentError for the strategy's mistakes, InputError for unusable candles."""
        strategy = self._strategy(case.overrides)
        wanted = list(dict.fromkeys((*strategy.symbols, *strategy.feeds.values())))
        given = _by_symbol(case.candles, wanted)
        candles = {
            symbol: make_candles(given[symbol], symbol, strategy.timeframe, case.start, self._folder)
            for symbol in wanted
        }
        file = self._file
        instruments = {symbol: with_fee(make_instrument(symbol, {}), file.fee) for symbol in strategy.symbols}
        result = backtest(strategy, candles, account=Account(file.capital, file.slippage), instruments=instruments)
        return Observed(result, {name: candles[symbol] for name, symbol in strategy.feeds.items()})

    def _strategy(self, overrides: Mapping[str, str]) -> Strategy:
        key = tuple(sorted(overrides.items()))
        found = self._loaded.get(key)
        if found is None:
            found = self._loaded[key] = load(self._folder / self._file.strategy, overrides)
        return found


def _by_symbol(given: Mapping[str, Series], wanted: list[str]) -> dict[str, Series]:
    """The series of each symbol the strategy reads; the one whose name is empty is the first symbol's."""
    named = {symbol or wanted[0]: s for symbol, s in given.items()}
    missing = [symbol for symbol in wanted if symbol not in named]
    surplus = [symbol for symbol in named if symbol not in wanted]
    if missing:
        raise InputError(
            f"no candles for {', '.join(missing)}",
            help=f"the strategy reads {', '.join(wanted)}; give the candles of each under its symbol",
        )
    if surplus:
        raise InputError(
            f"candles for {', '.join(surplus)}, which the strategy does not read", help=f"it reads {', '.join(wanted)}"
        )
    return named
