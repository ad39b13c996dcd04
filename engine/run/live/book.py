"""The account as the ledger tells it: each entry, in order, moves candles, fills and ends of orders into the Book.

A running session, a start after a crash and a replay are this one class: what was decided follows from the entries.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...ledger.events import Entry
from ...ledger.events_account import Filled, FundingPaid, PositionAdjusted, Transferred
from ...ledger.events_orders import OrderCanceled, OrderDenied, OrderExpired, OrderNeverPlaced, OrderRejected
from ...ledger.events_session import Candle, CandlesSeen, SessionOpened
from ...ledger.values import OrderType, Role, Side
from ...market.candles import Candles
from ...market.symbol import parse_symbol
from ...market.timeline import Chunk
from ...trading.book import Order
from ...trading.codes import Decision
from ...trading.live import LiveAccount
from ...trading.live_portfolio import LivePortfolio
from ...trading.records import Decisions
from ...trading.rules import LIMIT, MARKET, STOP, STOP_LIMIT
from ...trading.saved import restore, saved
from ...trading.trades import ExitReason
from .known import Known, KnownOrders

_KINDS = {OrderType.MARKET: MARKET, OrderType.LIMIT: LIMIT, OrderType.STOP: STOP, OrderType.STOP_LIMIT: STOP_LIMIT}
_CODES: Mapping[type, Decision] = {
    OrderCanceled: Decision.ORDER_CANCELED,
    OrderExpired: Decision.ORDER_EXPIRED,
    OrderRejected: Decision.ORDER_REJECTED,
    OrderNeverPlaced: Decision.ORDER_REJECTED,
}
Group = tuple[int, bool]
"""A close time (ms UTC), and whether its candles came late."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What the strategies, by their numbers, made of the close `time` (ms UTC)."""

    time: int
    decisions: tuple[Decisions, ...]


class LiveBook:
    """`names` are the strategies' names in the ledger, in the portfolio's order."""

    def __init__(self, portfolio: LivePortfolio, names: Sequence[str], quote: str) -> None:
        self.portfolio, self.names = portfolio, tuple(names)
        self.decided: deque[Decided] = deque()
        """Closes that were decided and not yet taken by whoever records them."""
        self.unpriced = 0
        """Fees in a currency whose price is not known here: they are in the ledger, not in the Book."""
        self._quote = quote
        self.orders = KnownOrders()
        """What is known of the orders that were sent."""
        self._sessions: dict[str, int] = {}
        self._first = [0] * len(self.names)
        self._last: dict[tuple[int, str], int] = {}
        self._group: Group | None = None
        self._pending: dict[tuple[int, str], list[Candle]] = {}

    def apply(self, entry: Entry) -> None:
        """The next entry of the ledger; those of other accounts must be left out."""
        event = entry.event
        if isinstance(event, CandlesSeen):
            self._collect(event)
            return
        self.flush()
        self.orders.take(event)
        match event:
            case SessionOpened():
                if event.strategy in self.names:
                    m = self._sessions[event.session_id] = self.names.index(event.strategy)
                    self._first[m] = event.first_candle
            case Filled():
                self._fill(event)
            case OrderCanceled() | OrderExpired() | OrderRejected() | OrderNeverPlaced():
                self._end(event.order_id, _CODES[type(event)])
            case OrderDenied():
                self._end(event.order_id, Decision.__members__.get(event.code, Decision.ORDER_REJECTED))
            case FundingPaid() if event.strategy in self.names:
                self._member(event.strategy).funded(event.symbol, float(event.amount))
            case PositionAdjusted() if event.strategy in self.names:
                member = self._member(event.strategy)
                time = self._candle(member, event.symbol, entry.time)
                member.adjusted(event.symbol, float(event.quantity), float(event.price), time=time)
            case Transferred() if event.currency == self._quote:
                self.portfolio.pay(float(event.amount))
            case _:
                pass

    def flush(self) -> None:
        """The candles of one close are complete: let them be decided, or only seen where they are late."""
        if self._group is None:
            return
        (close, late), self._group = self._group, None
        chunks = [self._chunk(m, member) for m, member in enumerate(self.portfolio.members)]
        self._pending = {}
        if late:
            self.portfolio.catch_up(chunks)
        else:
            self.decided.append(Decided(close, tuple(self.portfolio.close(chunks))))

    def last(self, m: int, symbol: str) -> int:
        """Open time (ms UTC) of the newest candle that strategy `m` has seen of a symbol; before all of them where it
        has seen none."""
        return self._last.get((m, symbol), self._first[m] - 1)

    def saved(self) -> dict[str, Any]:
        """All of it as JSON values, between two entries."""
        self.flush()
        last = [[m, symbol, time] for (m, symbol), time in self._last.items()]
        return {
            "portfolio": saved(self.portfolio),
            "orders": self.orders.saved(),
            "sessions": dict(self._sessions),
            "first": list(self._first),
            "last": last,
        }

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Raises ValueError where it is of other strategies, another release, or damaged."""
        try:
            restore(self.portfolio, kept["portfolio"])
            self.orders.restore(kept["orders"])
            self._sessions = {str(one): int(m) for one, m in kept["sessions"].items()}
            self._first = [int(one) for one in kept["first"]]
            self._last = {(int(m), str(symbol)): int(time) for m, symbol, time in kept["last"]}
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"the state is damaged or of another release: {error!r}") from error

    def _member(self, strategy: str) -> LiveAccount:
        return self.portfolio.members[self.names.index(strategy)]

    def _collect(self, event: CandlesSeen) -> None:
        m = self._sessions[event.session_id]
        close = event.candles[-1].time + self.portfolio.members[m].strategy.timeframe.ms
        group = (0 if event.late else close, event.late)
        if self._group is not None and self._group != group:
            self.flush()
        self._group = group
        self._pending.setdefault((m, event.symbol), []).extend(event.candles)
        self._last[m, event.symbol] = event.candles[-1].time

    def _chunk(self, m: int, member: LiveAccount) -> Chunk:
        strategy = member.strategy

        def rows(symbol: str) -> Candles:
            found = self._pending.get((m, symbol), [])
            time = np.array([one.time for one in found], np.int64)
            columns = [
                np.array([float(getattr(one, name)) for one in found], np.float64)
                for name in ("open", "high", "low", "close", "volume")
            ]
            return Candles(symbol, strategy.timeframe, time, *columns)

        return Chunk(
            tuple(rows(symbol) for symbol in strategy.symbols),
            {name: rows(symbol) for name, symbol in strategy.feeds.items()},
        )

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
        if order.side == side and order.placed == decided and order.kind == _KINDS[known.type]:
            member.entry_ended(known.symbol, code, time=int(order.placed))


def _reason(known: Known | None) -> ExitReason:
    """Why a position was left: as the intent says; somebody else's doing where nothing says."""
    name = known.reason.upper() if known else ""
    return ExitReason[name] if name in ExitReason.__members__ else ExitReason.EXTERNAL
