"""`trade: N` and `trades: N`: round trips by their number, in order of exit, positions still open last."""

from __future__ import annotations

from dataclasses import dataclass

from ..language.scenario import Expectation
from ..trading.trades import ExitReason
from .miss import Miss, near, number_words, plural
from .missing import where_it_failed
from .observed import SIDES, Observed, symbol_of

NUMBERS = {"entered", "exited", "held"}
"""Figures that count candles; `within` does not stretch them."""
LISTED = 5


@dataclass(frozen=True, slots=True)
class Trade:
    """One round trip in a test's words; `entered` and `exited` are None where the first symbol has no candle then."""

    symbol: str
    side: str
    entered: int | None
    exited: int | None
    reason: str
    entry_price: float
    exit_price: float
    quantity: float
    profit: float
    profit_pct: float
    fees: float
    held: int

    def __str__(self) -> str:
        return f"{self.side} {_shown(self.entered)} to {_shown(self.exited)} {self.reason}"


def trades_of(observed: Observed, symbol: str | None = None) -> list[Trade]:
    """The trades of a test, or of one of its symbols."""
    t = observed.result.trades
    return [
        Trade(
            t.symbols[t.symbol[k]], SIDES[int(t.side[k])],
            observed.number(int(t.entry_time[k])), observed.number(int(t.exit_time[k])),
            ExitReason(int(t.reason[k])).name.lower(), float(t.entry_price[k]), float(t.exit_price[k]),
            float(t.quantity[k]), float(t.profit[k]), float(t.profit_pct[k]), float(t.fees[k]), int(t.candles[k]),
        )
        for k in range(len(t))
        if symbol is None or t.symbols[t.symbol[k]] == symbol
    ]  # fmt: skip


def miss_trades(observed: Observed, expectation: Expectation) -> Miss | None:
    wanted = int(str(expectation.value))
    trades = trades_of(observed, expectation.symbol and symbol_of(observed, expectation.symbol))
    if len(trades) == wanted:
        return None
    expected = plural(wanted, "trade") + (f" of {expectation.symbol}" if expectation.symbol else "")
    if len(trades) < wanted:
        return _too_few(observed, expectation, expected, trades)
    surplus = trades[wanted]
    return Miss(expected, _listed(trades), _spot(surplus, "entered"), surplus.symbol)


def miss_trade(observed: Observed, expectation: Expectation) -> Miss | None:
    """Holds every figure that was given against the trade's."""
    given = dict(expectation.figures)
    within = given.pop("within", None)
    number = int(str(expectation.value))
    trades = trades_of(observed, expectation.symbol and symbol_of(observed, expectation.symbol))
    words = ", ".join(f"{name} {_shown(value)}" for name, value in given.items())
    of = f" of {expectation.symbol}" if expectation.symbol else ""
    expected = f"trade {number}{of}: {words}" if words else f"a trade {number}{of}"
    if number > len(trades):
        return _too_few(observed, expectation, expected, trades)
    trade = trades[number - 1]
    wrong = [name for name, value in given.items() if not _alike(trade, name, value, within)]
    if not wrong:
        return None
    told = ", ".join(f"{name} is {_shown(getattr(trade, name))}" for name in wrong)
    return Miss(expected, f"{told} ({trade})", _spot(trade, wrong[0]), trade.symbol)


def _too_few(observed: Observed, expectation: Expectation, expected: str, trades: list[Trade]) -> Miss:
    """Shows where the next trade failed to come."""
    symbols = (
        observed.result.strategy.symbols if expectation.symbol is None else (symbol_of(observed, expectation.symbol),)
    )
    entered = {(trade.symbol, trade.entered) for trade in trades if trade.entered is not None}
    words, place = where_it_failed(observed, symbols, entered)
    symbol, number = place or (None, None)
    return Miss(expected, f"{_listed(trades)}; {words}", number, symbol)


def _spot(trade: Trade, name: str) -> int | None:
    """The candle to look at: the one at whose close the fill was decided, or that held the stop or target."""
    if name in ("side", "entered", "entry_price", "quantity"):
        return trade.entered - 1 if trade.entered else trade.entered
    decided = trade.reason in ("rule", "time", "opposite")
    return trade.exited - 1 if trade.exited and decided else trade.exited


def _alike(trade: Trade, name: str, wanted: str | float, within: str | float | None) -> bool:
    actual = getattr(trade, name)
    if isinstance(actual, str) or actual is None or name in NUMBERS:
        return bool(actual == wanted)
    return near(float(actual), float(wanted), None if within is None else float(within))


def _listed(trades: list[Trade]) -> str:
    if not trades:
        return "there is no trade"
    told = "; ".join(f"{k}: {trade}" for k, trade in enumerate(trades[:LISTED], 1))
    more = f"; and {len(trades) - LISTED} more" if len(trades) > LISTED else ""
    return f"{'there is' if len(trades) == 1 else 'there are'} {plural(len(trades), 'trade')} ({told}{more})"


def _shown(value: str | float | None) -> str:
    if value is None:
        return "a candle the first symbol lacks"
    return value if isinstance(value, str) else number_words(value)
