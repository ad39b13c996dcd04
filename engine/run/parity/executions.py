"""One execution as a live session and a back-test can both tell it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ...ledger.events_account import Filled
from ...ledger.values import Side
from ...market.symbol import parse_symbol
from ...market.timeframe import Timeframe
from ...research.backtest import Result
from ...trading.fills import ADDITION, ENTRY
from ...trading.trades import ExitReason


@dataclass(frozen=True, slots=True)
class Execution:
    """`quantity`: signed base units that the holding changed by; `price` and `fee` in quote units.

    `candle`: open of the candle it happened in, `at`: when (ms UTC). `reason`: entry, addition, or an exit's; `order`
    and `decided` (open of the candle it was decided on) are known of our own orders at a venue.
    """

    strategy: str
    symbol: str
    quantity: float
    price: float
    fee: float
    candle: int
    at: int
    reason: str
    order: str | None = None
    decided: int | None = None


def of_backtest(name: str, result: Result) -> Iterator[Execution]:
    """Every fill of one strategy, in order."""
    fills, symbols = result.fills, result.strategy.symbols
    held = dict.fromkeys(symbols, 0.0)
    for k in range(len(fills)):
        symbol, code, time = symbols[int(fills.symbol[k])], int(fills.reason[k]), int(fills.time[k])
        after = float(fills.position[k])
        change, held[symbol] = after - held[symbol], after
        # A fee in base leaves less than was bought: what is held counts.
        quantity = change if result.instruments[symbol].fee_in_base else float(fills.side[k] * fills.quantity[k])
        reason = {ENTRY: "entry", ADDITION: "addition"}.get(code) or ExitReason(code).name.lower()
        yield Execution(name, symbol, quantity, float(fills.price[k]), float(fills.fee[k]), time, time, reason)


def of_ledger(
    event: Filled, strategy: str, reason: str, decided: int | None, timeframe: Timeframe, currency: str
) -> Execution:  # fmt: skip
    """A recorded fill; a fee in a third currency counts as none."""
    base, quote, _ = parse_symbol(event.symbol)
    sign = 1.0 if event.side is Side.BUY else -1.0
    quantity, price, fee = float(event.quantity), float(event.price), float(event.fee)
    if event.fee_currency == base:
        quantity, fee = quantity - (fee if sign > 0 else 0.0), fee * price
    elif event.fee_currency not in (quote, currency):
        fee = 0.0
    at = event.venue_time
    return Execution(
        strategy, event.symbol, sign * quantity, price, fee, timeframe.floor(at), at, reason, event.order_id, decided
    )  # fmt: skip
