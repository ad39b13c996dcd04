"""A pair of trades and the ledger's facts in, its difference in parts out, each with its cause.

With quantities q entered and r left, prices p (entry) and x (exit), side s, live less back-test (') is exactly
s * (x - x') * r  -  s * (p - p') * q  +  s * (x' * (r - r') - p' * (q - q'))  -  fees  +  funding;
of the fees, what the back-test's rate makes of the first three goes with them; where one of the two is still open,
its exit is a mark without a fee, and the other's exit fee goes with the exits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from ...ledger.events_orders import OrderCanceled, OrderDenied, OrderExpired, OrderNeverPlaced, OrderRejected
from ...ledger.values import Role
from ...trading.codes import EXPLANATIONS, Decision
from .causes import Cause, Part
from .facts import Facts, Sent
from .pairs import Pair
from .trips import Trip

_SAME = 1e-11
"""Part of a price or quantity that counts as no difference: the ledger's sums are exact, the back-test's are floats."""
_LEVELS = frozenset({"stop", "trail", "breakeven", "target", "liquidation"})
_APPROVED = {"APPROVED", "FUNDS_REDUCED", "ADDED"}


def attributed(pairs: Sequence[Pair], facts: Facts) -> list[Pair]:
    """The same pairs with their parts, in order; a later one may follow from an earlier."""
    found: list[Pair] = []
    astray: dict[tuple[str, str], int] = {}
    for pair in pairs:
        trip = pair.trip
        key = (trip.strategy, trip.symbol)
        if pair.live is not None and pair.test is not None:
            parts = list(_both(pair.live, pair.test, facts))
        elif pair.live is not None:
            parts = [_only_live(pair.live, facts, key in astray)]
        else:
            parts = [_only_tested(trip, facts, key in astray)]
        found.append(replace(pair, parts=tuple(parts)))
        if pair.live is None or pair.test is None or pair.live.ended != pair.test.ended:
            astray[key] = trip.began
    return found


def _both(live: Trip, test: Trip, facts: Facts) -> Iterator[Part]:
    side, rate = live.side, test.fees / test.turnover
    entered = (live.entry_price - test.entry_price) * live.entered
    left = (live.exit_price - test.exit_price) * live.left
    more, rest = test.entry_price * (live.entered - test.entered), test.exit_price * (live.left - test.left)
    charged = 0.0 if live.open or test.open else rest  # what is marked and not sold pays no fee
    parts: list[tuple[float, Callable[[], tuple[Cause, str]]]] = [
        (-(side + rate) * entered, lambda: _entry(live, test, facts)),
        (side * left - rate * (live.sold - test.sold - charged), lambda: _exit(live, test, facts)),
        (side * (rest - more) - rate * (charged + more), lambda: _size(live, test, facts)),
        (rate * live.turnover - live.fees, lambda: (Cause.FEE, _rates(live, test))),
        (live.funding - test.funding, lambda: (Cause.FUNDING, "")),
    ]
    scale = max(test.turnover, live.turnover)
    for amount, why in parts:
        if abs(amount) > _SAME * scale:
            cause, words = why()
            yield Part(cause, amount, words)


def _entry(live: Trip, test: Trip, facts: Facts) -> tuple[Cause, str]:
    worse = _worse(live.entry_price, test.entry_price, live.side)
    if any(one.reason == "external" for one in live.entries):
        return Cause.EXTERNAL, f"{worse}, bought or sold by somebody else"
    if live.began != test.began:
        candles = (live.began - test.began) // facts.timeframe(live.strategy).ms
        return Cause.ENTERED_LATER, f"{worse}, {abs(candles)} candles {'later' if candles > 0 else 'earlier'}"
    return Cause.ENTRY_PRICE, worse


def _exit(live: Trip, test: Trip, facts: Facts) -> tuple[Cause, str]:
    worse = _worse(live.exit_price, test.exit_price, -live.side)
    ways = f"{live.reason} instead of {test.reason}, {worse}"
    if live.reason in ("external", "emergency", "adjusted"):
        known = {"emergency": Cause.EMERGENCY, "adjusted": Cause.ADJUSTED}
        cause = known.get(live.reason) or _outside(live, facts)
        return cause, _command(live.exits[-1].at, facts) or ways
    if test.open and live.ended > max(facts.candles[live.strategy, live.symbol], default=0):
        return Cause.AFTER, ways
    if _kind(live.reason) != _kind(test.reason):
        command = _command(live.exits[-1].at, facts) if live.reason not in _LEVELS | {"rule", "open"} else None
        if command:
            return Cause.OPERATOR, command
        level = live.reason in _LEVELS or test.reason in _LEVELS
        return (Cause.LEVEL if level else Cause.LEFT_OTHERWISE), ways
    if live.reason in _LEVELS:
        return Cause.LEVEL, worse
    if live.ended != test.ended:
        return Cause.LEFT_OTHERWISE, f"in another candle, {worse}"
    return Cause.EXIT_PRICE, worse


def _size(live: Trip, test: Trip, facts: Facts) -> tuple[Cause, str]:
    words = f"{live.entered:.10g} instead of {test.entered:.10g}"
    orders = {one.order for one in live.entries if one.order in facts.orders}
    asked = sum(facts.orders[order].quantity for order in orders if order)
    if any(one.reason == "external" for one in live.entries):
        return Cause.EXTERNAL, words
    if asked and live.entered < asked * (1.0 - 1e-6) and any(facts.orders[order].end for order in orders if order):
        return Cause.PARTIAL_FILL, f"{live.entered:.10g} of {asked:.10g} filled"
    if any(one.reason == "adjusted" for one in (*live.entries, *live.exits)):
        return Cause.ADJUSTED, words
    return Cause.SIZE, words


def _only_live(trip: Trip, facts: Facts, astray: bool) -> Part:
    first = trip.entries[0]
    if first.reason == "adjusted":
        return Part(Cause.ADJUSTED, trip.profit)
    if first.reason == "external":
        command = _command(first.at, facts)
        return Part(Cause.OPERATOR if command else Cause.EXTERNAL, trip.profit, command or "")
    if first.decided is None:
        return Part(Cause.OPERATOR, trip.profit, _command(first.at, facts) or "an order by hand")
    if trip.began > max(facts.candles[trip.strategy, trip.symbol], default=0):
        return Part(Cause.AFTER, trip.profit)
    code = facts.tested.get((trip.strategy, trip.symbol, first.decided), "")
    if code and code not in _APPROVED and not astray:
        return Part(Cause.DECIDED_OTHERWISE, trip.profit, f"in the back-test {code}")
    return Part(Cause.FOLLOWS if astray else Cause.UNKNOWN, trip.profit)


def _only_tested(trip: Trip, facts: Facts, astray: bool) -> Part:
    """What became of the signal live: its candle, its decision, its order."""
    ms = facts.timeframe(trip.strategy).ms
    place = (trip.strategy, trip.symbol, trip.began - ms)
    amount = -trip.profit
    if place in facts.late:
        return Part(Cause.CANDLE_LATE, amount)
    filled = {one.order for one in facts.executions}
    sent = [
        one for name, one in facts.orders.items()
        if one.intent.role is Role.ENTRY and one.intent.candle == place[2] and name not in filled
        and (one.intent.strategy, one.intent.symbol) == place[:2]
    ]  # fmt: skip
    if sent:
        return _unfilled(sent[-1], amount)
    made = facts.decisions.get(place, [])
    if made:
        return _undone(trip, made[-1].code, facts, astray, amount)
    if place[2] not in facts.candles.get(place[:2], {}):
        return Part(Cause.CANDLE_MISSING, amount)
    return Part(Cause.FOLLOWS if astray else Cause.UNKNOWN, amount)


def _undone(trip: Trip, code: str, facts: Facts, astray: bool, amount: float) -> Part:
    """A signal that was decided, and nothing was sent for."""
    at = trip.began
    held = next((words for a, b, words in facts.held_back if a <= at and (b is None or at < b)), None)
    if held is not None:
        return Part(Cause.OPERATOR, amount, held)
    if code in _APPROVED:
        return Part(Cause.FOLLOWS if astray else Cause.NOT_ORDERED, amount, _in_the_way(trip, facts))
    words = f"{code}: {EXPLANATIONS[Decision[code]]}" if code in Decision.__members__ else code
    return Part(Cause.FOLLOWS if astray else Cause.DECIDED_OTHERWISE, amount, words)


def _in_the_way(trip: Trip, facts: Facts) -> str:
    """The entry order of the symbol that had not ended, if there was one."""
    filled: defaultdict[str | None, float] = defaultdict(float)
    for one in facts.executions:
        filled[one.order] += abs(one.quantity)
    for name, sent in facts.orders.items():
        mine = (sent.intent.strategy, sent.intent.symbol, sent.intent.role) == (trip.strategy, trip.symbol, Role.ENTRY)
        earlier = sent.intent.candle is not None and sent.intent.candle < trip.began
        if mine and earlier and sent.end is None and filled[name] < sent.quantity * (1.0 - 1e-6):
            return f"order {name} had not ended"
    return ""


def _unfilled(sent: Sent, amount: float) -> Part:
    match sent.end:
        case OrderDenied(code=code):
            return Part(Cause.DENIED, amount, code)
        case OrderRejected(code=code):
            return Part(Cause.REJECTED, amount, code)
        case OrderNeverPlaced(evidence=words):
            return Part(Cause.REJECTED, amount, words)
        case OrderCanceled(evidence=words) | OrderExpired(evidence=words):
            return Part(Cause.NOT_FILLED, amount, words)
        case _:
            return Part(
                Cause.NOT_FILLED, amount, "it may still be filled" if sent.end is None else "its fate is unknown"
            )


def _outside(live: Trip, facts: Facts) -> Cause:
    return Cause.OPERATOR if _command(live.exits[-1].at, facts) else Cause.EXTERNAL


def _command(at: int, facts: Facts, within: int = 60_000) -> str | None:
    """What an operator asked for in the minute before, if anything."""
    return next((words for time, words in reversed(facts.commands) if time <= at <= time + within), None)


def _kind(reason: str) -> str:
    """A venue knows one kind of stop, whatever moved it."""
    return "stop" if reason in ("trail", "breakeven") else reason


def _worse(live: float, test: float, buying: int) -> str:
    points = buying * (live - test) / test * 10_000
    return f"{abs(points):.2f} bps {'worse' if points > 0 else 'better'}"


def _rates(live: Trip, test: Trip) -> str:
    rates = [trip.fees / trip.turnover for trip in (live, test)]
    return f"{rates[0]:.4%} instead of {rates[1]:.4%}"
