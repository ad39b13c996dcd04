"""Entries of the ledger in, what happened out: in words, with every id from candle to fill that belongs to it.

The log, the terminal and JSON lines all tell from here, so that they tell the same.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import asdict, dataclass, field
from typing import Any

from ...ledger import events_account as account
from ...ledger import events_control as control
from ...ledger import events_orders as orders
from ...ledger import events_session as session
from ...ledger.events import Entry, Event
from ...ledger.rows import IntentRow, OrderRow
from ...orders.state import State

_KEPT = 2_000
_QUIET = (session.CandlesSeen, account.BalancesSeen, account.CursorMoved, account.PrefixMade, control.Noted)
"""What happens all the time and says nothing to people."""
_ALARMS = (
    orders.OrderUnknown, orders.OrderQuarantined, orders.OrderRejected, orders.CommandUnknown, account.DriftFound,
    account.PositionAdjusted, account.BalanceAdjusted, account.Transferred,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Happening:
    """`kind` is the event's; `ids` those that are known of session, strategy, symbol, candle, decision, intent, order
    and fill; `words` for people, empty for what only a log wants; `alarming`: an operator should look."""

    time: int
    seq: int
    kind: str
    words: str
    ids: dict[str, Any]
    alarming: bool = False
    fields: dict[str, Any] = field(default_factory=dict)


class Chronicle:
    """Follows one account's entries; `state` is as it is after the entry."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._decided: OrderedDict[tuple[str, str, int], str] = OrderedDict()

    def tell(self, entry: Entry) -> Happening:
        """What an entry says. Never raises for an entry of the ledger's own kinds."""
        event = entry.event
        if isinstance(event, session.DecisionMade):
            self._decided[event.session_id, event.symbol, event.candle] = event.decision_id
            while len(self._decided) > _KEPT:
                self._decided.popitem(last=False)
        quiet = isinstance(event, _QUIET)
        words = "" if quiet else self._words(event)
        fields = {} if isinstance(event, session.CandlesSeen) else _fields(event)
        return Happening(
            entry.time, entry.seq, entry.kind, words, self.ids(event), isinstance(event, _ALARMS), fields
        )  # fmt: skip

    def ids(self, event: Event) -> dict[str, Any]:
        """The chain that the event belongs to, as far as it is known."""
        found: dict[str, Any] = {}
        order_id = getattr(event, "order_id", None)
        row = self._state.order(order_id) if order_id else None
        intent_id = getattr(event, "intent_id", None) or (row.intent_id if row is not None else None)
        intent = self._state.get(IntentRow, intent_id) if intent_id else None
        for source in filter(None, (row, intent, event)):
            for name, attribute in _NAMES.items():
                value = getattr(source, attribute, None)
                if value not in (None, ""):
                    found[name] = value
        if isinstance(event, session.CandlesSeen) and event.candles:
            found["candle"] = event.candles[-1].time
        if "decision" not in found and (key := _key(found)) in self._decided:
            found["decision"] = self._decided[key]
        return {name: found[name] for name in _NAMES if name in found}

    def _words(self, event: Event) -> str:
        match event:
            case session.DecisionMade():
                told = ", ".join(f"{name} {value:f}" for name, value in event.numbers)
                return f"{event.symbol} {event.direction}: {_plain(event.code)}{f' ({told})' if told else ''}"
            case session.SessionOpened():
                told = f", {event.timeframe} candles" if event.timeframe else ""
                return f"{event.strategy} begins on {', '.join(event.symbols)}{told}"
            case session.SessionClosed():
                return f"{event.session_id} {event.reason}"
            case orders.OrderSubmitted():
                return f"{self._order(event.order_id)} is sent"
            case orders.OrderDenied():
                told = ", ".join(f"{name} {value:f}" for name, value in event.numbers)
                return f"{self._order(event.order_id)} is denied: {event.code}{f' ({told})' if told else ''}"
            case account.Filled():
                return self._fill(event)
            case orders.OrderRejected():
                return f"{self._order(event.order_id)} is rejected: {event.code} {event.evidence}"
            case orders.OrderUnknown() | orders.CommandUnknown():
                return f"{self._order(event.order_id)}: what became of it is not known: {event.cause}"
            case control.StateChanged():
                return f"{event.scope} {event.name} is {event.state}: {event.code} {event.why} ({event.who})"
            case control.OperatorCommanded():
                return f"{event.who} asks for {_plain(event.command)}: {event.why}"
            case account.DriftFound():
                return event.words
            case account.PositionAdjusted():
                return f"{event.symbol} changed by {event.quantity:f}: {event.reason}"
            case account.BalanceAdjusted() | account.Transferred():
                return f"{event.amount:+f} {event.currency}: {event.reason}"
            case account.FundingPaid():
                return f"{event.symbol} funding {event.amount:+f} {event.currency}"
            case _ if (order_id := getattr(event, "order_id", None)) is not None:
                return f"{self._order(order_id)}: {_ENDS.get(type(event), _plain(type(event).__name__))}"
            case _:
                return ""

    def _order(self, order_id: str) -> str:
        row = self._state.order(order_id)
        return order_id if row is None else described(row)

    def _fill(self, event: account.Filled) -> str:
        done = "bought" if event.side.value == "buy" else "sold"
        row = self._state.order(event.order_id or "")
        role = "by somebody else" if row is None else f"({row.role})"
        fee = f", fee {event.fee:f} {event.fee_currency}" if event.fee else ""
        return f"{event.symbol} {done} {event.quantity:f} at {event.price:f} {role}{fee}"


def described(row: OrderRow) -> str:
    """`BTC/USDT stop sell 0.5 stop at 95`."""
    at = [f"at {price:f}" for price in (row.trigger, row.price) if price is not None]
    return " ".join([row.symbol, row.role.value, row.side.value, f"{row.quantity:f}", row.type.value, *at])


_NAMES = {
    "session": "session_id", "strategy": "strategy", "symbol": "symbol", "candle": "candle", "decision": "decision_id",
    "intent": "intent_id", "order": "order_id", "fill": "fill_id", "command": "command_id",
}  # fmt: skip
_ENDS = {
    orders.OrderAccepted: "the venue has it",
    orders.OrderCanceled: "canceled",
    orders.OrderExpired: "ended by the venue",
    orders.OrderNeverPlaced: "was never placed",
    orders.OrderQuarantined: "nobody knows what became of it; its symbol is only reduced",
    orders.OrderAdopted: "found at the venue",
    orders.CommandSent: "asked to end or change",
    orders.CommandSettled: "stays as it was",
    orders.OrderAmended: "changed",
}


def _key(found: dict[str, Any]) -> tuple[str, str, int]:
    return str(found.get("session", "")), str(found.get("symbol", "")), int(found.get("candle", -1))


def _plain(code: str) -> str:
    return code.lower().replace("_", " ")


def _fields(event: Event) -> dict[str, Any]:
    """The event's own values but for its ids; what is long, or said of every line, is left to the ledger."""
    known = {*_NAMES.values(), "wire", "settings", "deployment", "mode"}
    return {name: value for name, value in asdict(event).items() if name not in known and value not in (None, "", ())}
