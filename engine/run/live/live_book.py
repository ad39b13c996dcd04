"""The live Book: fills, ends of orders, funding and adjustments come from the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...ledger.events import Entry
from ...ledger.events_account import Filled, FundingPaid, PositionAdjusted, Transferred
from ...ledger.events_orders import OrderCanceled, OrderDenied, OrderExpired, OrderNeverPlaced, OrderRejected
from ...ledger.values import OrderType, Role, Side
from ...market.symbol import parse_symbol
from ...trading.book import Order
from ...trading.codes import Decision
from ...trading.live import LiveAccount
from ...trading.live_portfolio import LivePortfolio
from ...trading.trades import ExitReason
from .book import SessionBook
from .exact import KINDS
from .known import Known

_CODES: Mapping[type, Decision] = {
    OrderCanceled: Decision.ORDER_CANCELED,
    OrderExpired: Decision.ORDER_EXPIRED,
    OrderRejected: Decision.ORDER_REJECTED,
    OrderNeverPlaced: Decision.ORDER_REJECTED,
}


class LiveBook(SessionBook[LiveAccount]):
    """The Book of a session at a real venue."""

    def __init__(self, portfolio: LivePortfolio, names: Sequence[str], account: str, quote: str) -> None:
        super().__init__(portfolio, names, account, quote)
        self.unpriced = 0
        """Fees in a currency whose price is not known here: they are in the ledger, not in the Book."""

    def saved(self) -> dict[str, Any]:
        return {**super().saved(), "unpriced": self.unpriced}

    def restore(self, kept: Mapping[str, Any]) -> None:
        super().restore(kept)
        self.unpriced = int(kept.get("unpriced", 0))

    def follow(self, entry: Entry) -> None:
        match entry.event:
            case Filled() as it:
                self._fill(it)
            case OrderCanceled() | OrderExpired() | OrderRejected() | OrderNeverPlaced() as it:
                self._end(it.order_id, _CODES[type(it)])
            case OrderDenied() as it:
                self._end(it.order_id, Decision.__members__.get(it.code, Decision.ORDER_REJECTED))
            case FundingPaid() as it if it.strategy in self.names:
                self._member(it.strategy).funded(it.symbol, float(it.amount))
            case PositionAdjusted() as it if it.strategy in self.names:
                member = self._member(it.strategy)
                time = self._candle(member, it.symbol, entry.time)
                member.adjusted(it.symbol, float(it.quantity), float(it.price), time=time)
            case Transferred() as it if it.currency == self._quote:
                self.portfolio.pay(float(it.amount))
            case _:
                pass

    def _candle(self, member: LiveAccount, symbol: str, time: int) -> int:
        """The open time of the candle in which something at `time` falls: one that has not closed here yet."""
        timeframe = member.strategy.timeframe
        last = member.book.positions[member.strategy.symbols.index(symbol)].time
        seen = self.portfolio.seen
        return max(timeframe.floor(time), timeframe.floor(seen) if seen > 0 else last)

    def _fill(self, event: Filled) -> None:
        known = self.orders.of(event.order_id)
        strategy = known.strategy if known else event.strategy
        if strategy not in self.names:
            return
        member = self._member(strategy)
        if event.symbol not in member.strategy.symbols:
            return
        quantity, price = float(event.quantity), float(event.price)
        fee, in_base = self._fee(event)
        side = 1 if event.side is Side.BUY else -1
        held = member.quantity_of(event.symbol)
        time = self._candle(member, event.symbol, event.venue_time)
        maker = bool(event.maker)
        if side * held < 0.0:
            closing = min(quantity, abs(held))
            share = closing / quantity
            member.left(event.symbol, closing, price, fee * share, _reason(known), time=time, maker=maker)
            quantity, fee, in_base = quantity - closing, fee * (1.0 - share), in_base * (1.0 - share)
            if quantity <= 1e-9 * closing:
                return
        entry = known is not None and known.role is Role.ENTRY
        inside = known is not None and known.type is not OrderType.MARKET and event.maker is True
        member.entered(
            event.symbol, side, quantity, price, fee, time=time, bought=quantity - in_base if in_base else None,
            maker=maker, inside=inside, external=not entry,
        )  # fmt: skip

    def _fee(self, event: Filled) -> tuple[float, float]:
        """The fee in quote units, and the part of it in base units that was taken from what was bought."""
        base, quote, _ = parse_symbol(event.symbol)
        fee, price = float(event.fee), float(event.price)
        if event.fee_currency in (quote, self._quote) or fee == 0.0:
            return fee, 0.0
        if event.fee_currency == base:
            return fee * price, fee if event.side is Side.BUY else 0.0
        self.unpriced += 1
        return 0.0, 0.0

    def _end(self, order_id: str, code: Decision) -> None:
        """An entry order is over: so is the Book's, if it is still that one and nothing else is to follow it."""
        known = self.orders.of(order_id)
        if known is None or known.role is not Role.ENTRY or known.strategy not in self.names:
            return
        member = self._member(known.strategy)
        order: Order = member.book.orders[member.strategy.symbols.index(known.symbol)]
        side = 1 if known.side is Side.BUY else -1
        decided = None if known.candle is None else known.candle + member.strategy.timeframe.ms
        if order.side == side and order.placed == decided and order.kind == KINDS[known.type]:
            member.entry_ended(known.symbol, code, time=int(order.placed))


def _reason(known: Known | None) -> ExitReason:
    """Why a position was left: as the intent says; somebody else's doing where nothing says."""
    name = known.reason.upper() if known else ""
    return ExitReason[name] if name in ExitReason.__members__ else ExitReason.EXTERNAL
