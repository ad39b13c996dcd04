"""The rules of entry orders, ladders, additions, partial fills and contracts, once more, as slow plain Python.

A second reading of the rules' words on top of `reference`: one pass over the times, a candle walked piece by piece
(its finer candles, or itself), positions and orders as dictionaries. Account, exits and decisions have files of their
own; here are the steps of a time, and how entry orders fill.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR
from typing import Any

from .drawn import HOUR
from .reference import NEVER, Candle
from .reference_decisions import DecisionsReference


class OrdersReference(DecisionsReference):
    def run(self) -> OrdersReference:
        for time in sorted({t for rows in self.rows.values() for t in rows}):
            here = [n for n in self.names if time in self.rows[n]]
            for name in here:
                self.budget[name] = self.account.volume_share * self.rows[name][time]["volume"]
                self.pay_funding(name, time, time, self.rows[name][time]["open"])
                self.open_exits(name, time)
            for name in [n for n in self.orders if n in here]:
                self.open_entry(name, time)
            for name in here:
                self.walk(name, time)
                self.mark[name] = self.rows[name][time]["close"]
                self.pay_funding(name, time + 1, time + HOUR - 1, self.mark[name])
                self.move_levels(name, time)
                self.expire(name, time)
            self.equity.append(self.worth())
            for name in here:
                self.close_exits(name, time)
                self.add(name, time)
            self.enter(here, time)
            for name in here:
                self.seen[name] = time
        for name in self.names:
            if name in self.held:
                self.list_open(name)
        return self

    def pieces(self, name: str, time: int) -> list[Candle]:
        fine = self.venue.detail.get(name)
        if fine is None:
            return [self.rows[name][time]]
        found = [
            {"open": float(o), "high": float(h), "low": float(low)}
            for t, o, h, low in zip(fine.time, fine.open, fine.high, fine.low, strict=True)
            if time <= t < time + HOUR
        ]
        return found or [self.rows[name][time]]

    def walk(self, name: str, time: int) -> None:
        for count, piece in enumerate(self.pieces(name, time)):
            if count:
                self.leave_at_open(name, time, piece["open"])
                self.open_entry(name, time, opened=piece["open"])
            self.inside(name, time, piece)

    def inside(self, name: str, time: int, piece: Candle) -> None:
        before = name in self.held
        # The rest of an entry is met on the way to the stop, and not before a target.
        came = self.entry_inside(name, time, piece) if not before or self.stop_is_further(name, piece) else ""
        position = self.held.get(name)
        if came and position and not before:
            position["inside"] = time
        if position is not None:
            self.exits_inside(name, time, piece, "" if before else came)
        if before and not came:
            self.entry_inside(name, time, piece)

    def stop_is_further(self, name: str, piece: Candle) -> bool:
        position, order = self.held[name], self.orders.get(name)
        if order is None or order["kind"] != "limit":
            return False
        side = position["side"]
        stop, _ = self.first_stop(position)
        worst, best = (piece["low"], piece["high"]) if side > 0 else (piece["high"], piece["low"])
        if self.account.optimistic and self.reached(position, best, self.account.touch):
            return False
        return bool(side * worst <= side * stop < side * order["limit"])

    def open_entry(self, name: str, time: int, opened: float | None = None) -> None:
        order = self.orders.get(name)
        if order is None or order.get("filled") == time:
            return
        candle = self.rows[name][time]
        price = candle["open"] if opened is None else opened
        side, fresh, kind = order["side"], not order.get("rested"), order["kind"]
        if kind == "market":
            self.fill(name, time, self.slipped(price, side, order["quantity"], candle["volume"]), maker=False)
            self.orders.pop(name, None)
        elif kind == "limit" and side * price <= side * order["limit"]:
            if not fresh:
                self.fill(name, time, order["limit"], maker=True)
            elif self.sending.get("post_only"):
                self.drop(name, time, "POST_ONLY")
                return
            else:
                worse = self.slipped(price, side, order["quantity"], candle["volume"])
                self.fill(name, time, self.capped(worse, side, order["limit"]), maker=False)
        elif kind in ("stop", "stop_limit") and side * price >= side * order["trigger"]:
            worse = self.slipped(price, side, order["quantity"], candle["volume"])
            self.triggered(name, time, worse, price)
        order["rested"] = True
        if name in self.held:
            self.leave_at_open(name, time, price)

    def triggered(self, name: str, time: int, worse: float, price: float) -> bool:
        """A stop whose trigger was reached buys; a stop-limit only while its limit allows it. Tells whether it did."""
        order = self.orders[name]
        side = order["side"]
        if order["kind"] == "stop":
            self.fill(name, time, worse, maker=False)
            self.orders.pop(name, None)
            return True
        order["kind"] = "limit"
        order["rested"] = True
        if side * price > side * order["limit"]:
            return False
        self.fill(name, time, self.capped(worse, side, order["limit"]), maker=False)
        return True

    def capped(self, price: float, side: int, limit: float) -> float:
        return min(price, limit) if side > 0 else max(price, limit)

    def entry_inside(self, name: str, time: int, piece: Candle) -> str:
        order = self.orders.get(name)
        if order is None:
            return ""
        side, volume = order["side"], self.rows[name][time]["volume"]
        worst, best = (piece["low"], piece["high"]) if side > 0 else (piece["high"], piece["low"])
        if order["kind"] in ("stop", "stop_limit"):
            if side * best < side * order["trigger"]:
                return ""
            worse = self.slipped(order["trigger"], side, order["quantity"], volume)
            self.triggered(name, time, worse, order["trigger"])
            return "stop"
        if order.get("filled") == time:
            return ""
        through = side * worst <= side * order["limit"] if self.account.touch else side * worst < side * order["limit"]
        if order["kind"] == "limit" and through and self.fill(name, time, order["limit"], maker=True):
            return "limit"
        return ""

    def fill(self, name: str, time: int, price: float, maker: bool) -> bool:
        order, facts = self.orders[name], self.facts[name]
        side, quantity = order["side"], order["quantity"]
        rate = facts.maker if maker else facts.taker
        each = price / self.leverage + price * rate
        reduced = quantity * each > order["reserved"] * (1 + 1e-12)
        if reduced:
            quantity = self.rounded(order["reserved"] / each, facts.quantity_step, ROUND_FLOOR)
        most = self.within_volume(name, quantity) if order["kind"] == "limit" else quantity
        capped = most * (1 + 1e-9) < quantity
        quantity = most if capped else quantity
        nothing = facts.fee_in_base and self.rounded(quantity * (1 - rate), facts.quantity_step, ROUND_FLOOR) <= 0
        if nothing or self.too_small(name, quantity, price):
            if not capped:
                self.drop(name, time, "FILL_DROPPED")
            return False
        if reduced:
            self.decisions.append((time, name, side, "FILL_REDUCED"))
        if not capped:
            order["quantity"] = quantity
        order["filled"] = time
        order["reserved"] -= order["reserved"] * quantity / order["quantity"]
        order["quantity"] -= quantity
        if order["quantity"] <= 1e-12:
            self.orders.pop(name)
        self.book(name, time, order, quantity, price, rate, maker)
        return True

    def book(self, name: str, time: int, order: dict[str, Any], quantity: float, price: float, rate: float,
             maker: bool) -> None:  # fmt: skip
        facts, side = self.facts[name], order["side"]
        fee, kept = quantity * price * rate, quantity
        if facts.fee_in_base:
            kept = self.rounded(quantity * (1 - rate), facts.quantity_step, ROUND_FLOOR)
            fee = (quantity - kept) * price
            self.cash -= quantity * price
        else:
            self.cash -= fee if self.perp else quantity * price + fee
        self.fills.append((time, self.names.index(name), side, int(maker), price, quantity, fee))
        if name in self.held:
            self.join(name, kept, price, fee, bool(order.get("addition")))
        else:
            self.open_position(name, time, order, kept, price, fee)

    def join(self, name: str, kept: float, price: float, fee: float, addition: bool) -> None:
        position = self.held[name]
        whole = position["quantity"] + kept
        position["entry"] = (position["entry"] * position["quantity"] + price * kept) / whole
        position["quantity"] = whole
        position["spent"] += price * kept
        position["entered"] += kept
        if not addition:
            position["first quantity"] = position["entered"]
        position["fee"] += fee
        position["last"] = price

    def open_position(self, name: str, time: int, order: dict[str, Any], kept: float, price: float, fee: float) -> None:
        side, facts = order["side"], self.facts[name]
        towards = ROUND_CEILING if side > 0 else ROUND_FLOOR
        stop = order["stop"]
        self.held[name] = {
            "side": side, "quantity": kept, "entry": price, "time": time, "fee": fee, "R": stop, "why": "stop",
            "stop": None if stop is None else self.rounded(price - side * stop, facts.price_tick, towards),
            "rungs": [self.rounded(price + side * at, facts.price_tick, towards) for at, _ in order["targets"]],
            "shares": [share for _, share in order["targets"]], "facts": facts, "funding": 0.0,
            "best": price, "candles": 0, "trail after": order["trail after"], "breakeven": order["breakeven"],
            "entered": kept, "capped": -1, "rung sold": 0.0, "spent": kept * price, "sold": 0.0, "got": 0.0,
            "adds": order["adds"], "last": price, "inside": -1, "first quantity": kept, "profit": 0.0,
        }  # fmt: skip

    def expire(self, name: str, time: int) -> None:
        order = self.orders.get(name)
        if order is None or order["kind"] == "market":
            return
        order["candles"] += 1
        after = self.sending.get("cancel_after", "")
        candles = int(after.split()[0]) if after.endswith("candles") else NEVER
        hours = int(after[:-1]) if after.endswith("h") else NEVER
        if order["candles"] >= candles or time + HOUR - order["time"] >= hours * HOUR:
            if self.sending.get("fallback") == "market":
                order["kind"] = "market"
            else:
                self.drop(name, time + HOUR, "ORDER_EXPIRED")
