"""The rules of entry orders, ladders, additions, partial fills and contracts, once more, as slow plain Python.

A second reading of the rules' words on top of `reference`: one pass over the times, a candle walked piece by piece
(its finer candles, or itself), positions and orders as dictionaries.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR
from typing import Any

from .drawn import HOUR
from .drawn_orders import DrawnOrders
from .reference import NEVER, Candle, Reference


class OrdersReference(Reference):
    def __init__(self, drawn: DrawnOrders) -> None:
        super().__init__(drawn.case)
        self.venue = drawn.venue
        self.sending = {"type": "market", **self.document.get("orders", {})}
        self.budget: dict[str, float] = {}
        self.fills: list[tuple[Any, ...]] = []
        self.trailing: Candle = {}

    # -- the steps of a time ------------------------------------------------------------------------------------

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

    def pay_funding(self, name: str, since: int, until: int, price: float) -> None:
        rates, position = self.venue.funding.get(name), self.held.get(name)
        if rates is None or position is None:
            return
        for time, rate in zip(rates.time.tolist(), rates.rate.tolist(), strict=True):
            if since <= time <= until:
                due = position["side"] * position["quantity"] * price * rate
                self.cash -= due
                position["funding"] += due

    # -- leaving ------------------------------------------------------------------------------------------------

    def open_exits(self, name: str, time: int) -> None:
        self.leave_at_open(name, time, self.rows[name][time]["open"], first=True)

    def leave_at_open(self, name: str, time: int, price: float, first: bool = False) -> None:
        position = self.held.get(name)
        if position is None:
            return
        side = position["side"]
        liquidation, bankruptcy = self.liquidation(position)
        if side * price <= side * liquidation:
            self.leave(name, max(price, bankruptcy) if side > 0 else min(price, bankruptcy), time, "liquidation")
        elif first and name in self.leaving:
            self.leave(name, price, time, self.leaving.pop(name))
        elif position["stop"] is not None and side * price <= side * position["stop"]:
            self.leave(name, price, time, position["why"])
        else:
            self.take_targets(name, time, price, at_open=True)

    def liquidation(self, position: dict[str, Any]) -> tuple[float, float]:
        side = position["side"]
        if not self.perp or (side > 0 and self.leverage <= 1):
            return (0.0, 0.0) if side > 0 else (float("inf"), float("inf"))
        bankruptcy = position["entry"] * (1 - side / self.leverage)
        return bankruptcy / (1 - side * position["facts"].maintenance), bankruptcy

    def reached(self, position: dict[str, Any], best: float, or_touched: bool) -> bool:
        side = position["side"]
        if not position["rungs"]:
            return False
        level = position["rungs"][0]
        return bool(side * best >= side * level if or_touched else side * best > side * level)

    def take_targets(self, name: str, time: int, best: float, at_open: bool) -> None:
        """Sells at every rung that the price reached, as far as the candle's volume goes."""
        while (
            name in self.held
            and self.held[name]["capped"] != time
            and self.reached(self.held[name], best, at_open or self.account.touch)
        ):
            position = self.held[name]
            level = position["rungs"][0]
            price = best if at_open else level
            rest = position["quantity"]
            share = position["entered"] * position["shares"][0]
            wanted = self.rounded(share, position["facts"].quantity_step, ROUND_FLOOR) - position["rung sold"]
            if position["shares"][0] == 1.0 or self.too_small(name, rest - wanted, price):
                wanted = rest
            elif self.too_small(name, wanted, price):
                wanted = 0.0
            sold = self.within_volume(name, wanted)
            capped = sold * (1 + 1e-9) < wanted
            sold = sold if capped else wanted
            if capped:
                sold = 0.0 if self.too_small(name, sold, price) else sold
                position["capped"] = time
            if sold > 0:
                self.part(name, price, time, "target", sold)
            if name not in self.held:
                return
            if capped:
                position["rung sold"] += sold
                return
            position["rung sold"] = 0.0
            position["rungs"].pop(0)
            position["shares"].pop(0)

    def too_small(self, name: str, quantity: float, price: float) -> bool:
        facts = self.facts[name]
        return bool(quantity <= 0 or quantity < facts.min_quantity or quantity * price < facts.min_cost)

    def within_volume(self, name: str, quantity: float) -> float:
        if not self.account.volume_share:
            return quantity
        return min(quantity, self.rounded(self.budget[name], self.facts[name].quantity_step, ROUND_FLOOR))

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

    def first_stop(self, position: dict[str, Any]) -> tuple[float, str]:
        """Whichever of stop and liquidation the price meets first."""
        liquidation, _ = self.liquidation(position)
        stop, why = position["stop"], position["why"]
        if stop is None or position["side"] * stop < position["side"] * liquidation:
            return liquidation, "liquidation"
        return stop, why

    def exits_inside(self, name: str, time: int, piece: Candle, came: str) -> None:
        position = self.held[name]
        side = position["side"]
        worst, best = (piece["low"], piece["high"]) if side > 0 else (piece["high"], piece["low"])
        stop, why = self.first_stop(position)
        reached = came != "limit" and self.reached(position, best, self.account.touch)
        if side * worst <= side * stop:
            ambiguous = reached or came == "stop"
            self.ambiguous += ambiguous
            if ambiguous and self.account.optimistic:
                if reached:
                    self.take_targets(name, time, best, at_open=False)
                if name not in self.held or came == "stop":
                    return
            self.leave(name, stop, time, why)
        elif reached:
            self.take_targets(name, time, best, at_open=False)

    # -- entering -----------------------------------------------------------------------------------------------

    def slipped(self, price: float, side: int, quantity: float, volume: float) -> float:
        share = min(quantity / volume, 1.0) if volume > 0 else 1.0
        worse = self.account.slippage + self.account.spread / 2 + self.account.impact * share * share
        return price * (1 + side * worse)

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

    # -- the close ----------------------------------------------------------------------------------------------

    def move_levels(self, name: str, time: int) -> None:
        if name in self.held and self.held[name]["inside"] == time:
            # Of a candle entered inside only the close is known to have come after.
            real = self.rows[name][time]
            self.rows[name][time] = {**real, "high": real["close"], "low": real["close"]}
            by, self.trailing = self.trailing, real
            super().move_levels(name, time)
            self.rows[name][time], self.trailing = real, by
        else:
            super().move_levels(name, time)

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

    def drop(self, name: str, time: int, code: str) -> None:
        order = self.orders.pop(name)
        self.decisions.append((time, name, order["side"], code))

    def decide(self, name: str, side: int, time: int) -> str:
        candle, position, order = self.rows[name][time], self.held.get(name), self.orders.get(name)
        if "filters" in self.document and not candle["close"] > candle["open"] - 0.5:
            return "FILTERED"
        if "gaps" in self.document and name in self.seen and time - self.seen[name] > 2 * HOUR:
            return "DATA_GAP"
        if (order and order["side"] == side) or (position and position["side"] == side):
            return "POSITION_OPEN"
        if position or order:
            if self.document.get("opposite") == "ignore":
                return "OPPOSITE_OPEN"
            if order:
                self.drop(name, time + HOUR, "ORDER_CANCELED")
            if position:
                self.leaving.setdefault(name, "opposite")
            if self.document.get("opposite") == "close":
                return "CLOSED_OPPOSITE"
        self.now = time + HOUR
        return self.order(name, side, candle)

    def order(self, name: str, side: int, candle: Candle) -> str:
        rules, close = self.exits(side), candle["close"]
        trail, breakeven = rules.get("trail", {}), rules.get("breakeven", {})
        first = rules.get("stop") or (trail.get("by") if "after" not in trail else None)
        stop = self.distance(first, candle, None)
        wanted = self.wanted(close, stop)
        targets = rules.get("target", [])
        targets = [{"at": targets}] if isinstance(targets, str) else targets
        new = {
            "side": side, "stop": stop, "kind": self.sending["type"], "candles": 0, "time": self.now,
            "targets": [(self.distance(t["at"], candle, stop), self.share(t.get("close", "100%"))) for t in targets],
            "trail after": self.distance(trail.get("after"), candle, stop),
            "breakeven": self.distance(breakeven.get("after"), candle, stop),
            "adds": self.document["long" if side > 0 else "short"].get("add", []),
        }  # fmt: skip
        self.prices(name, new, candle)
        relative = "equity" in self.document["size"] or "risk" in self.document["size"]
        return self.gate(name, new, close, wanted, relative)

    def share(self, text: str) -> float:
        return float(text[:-1]) / 100

    def prices(self, name: str, order: dict[str, Any], candle: Candle) -> None:
        side, close, tick = order["side"], candle["close"], self.facts[name].price_tick
        passive = ROUND_FLOOR if side > 0 else ROUND_CEILING
        offset = self.distance(self.sending.get("offset"), candle, None) or 0.0
        if order["kind"] == "limit":
            order["limit"] = self.rounded(close - side * offset, tick, passive)
        elif order["kind"] in ("stop", "stop_limit"):
            order["trigger"] = self.rounded(close + side * offset, tick, passive)
            if order["kind"] == "stop_limit":
                beyond = self.distance(self.sending["limit"], candle, None)
                assert beyond is not None
                order["limit"] = self.rounded(order["trigger"] + side * beyond, tick, passive)

    def gate(self, name: str, new: dict[str, Any], price: float, wanted: float, relative: bool) -> str:
        facts = self.facts[name]
        waits = new.get("trigger", new.get("limit", price))
        price = max(price, waits) if self.sending.get("fallback") == "market" else waits
        each = price * (1 + self.account.buffer) * (1 / self.leverage + facts.taker)
        free = self.free(name, new["side"])
        free = free if free > 1e-9 * self.equity[-1] else 0.0
        fitting = min(wanted, free / each) if relative else wanted
        quantity = self.rounded(fitting, facts.quantity_step, ROUND_FLOOR)
        if quantity <= 0:
            return "FUNDS" if free <= 0 else "QUANTITY_MIN"
        if quantity < facts.min_quantity:
            return "QUANTITY_MIN"
        if quantity > facts.max_quantity:
            return "QUANTITY_MAX"
        if quantity * price < facts.min_cost:
            return "COST_MIN"
        liquidation, _ = self.liquidation({"side": new["side"], "entry": price, "facts": facts})
        if new["stop"] is not None and self.perp and new["side"] * (price - liquidation) <= new["stop"]:
            return "STOP_BEYOND_LIQUIDATION"
        if quantity * each > free * (1 + 1e-12):
            return "FUNDS"
        others = {n for n in (*self.held, *self.orders) if n != name}
        if len(others) >= self.document.get("risk", {}).get("max_open", NEVER):
            return "MAX_OPEN"
        self.orders[name] = {**new, "quantity": quantity, "reserved": quantity * each}
        cut = quantity < self.rounded(wanted, facts.quantity_step, ROUND_FLOOR)
        return "FUNDS_REDUCED" if cut else "APPROVED"

    def free(self, name: str, side: int = 0) -> float:
        reserved = sum(order["reserved"] for order in self.orders.values())
        if not self.perp:
            return self.cash - reserved
        free = self.equity[-1] - reserved
        for other, position in self.held.items():
            cost = position["quantity"] * self.mark[other]
            closing = self.facts[name].taker + self.account.slippage + self.account.spread / 2
            reversed_now = other == name and position["side"] != side
            free -= cost * closing if reversed_now else cost / self.leverage
        return free

    def add(self, name: str, time: int) -> None:
        position = self.held.get(name)
        if position is None or name in self.orders or name in self.leaving or not position["adds"]:
            return
        addition, candle = position["adds"][0], self.rows[name][time]
        side, gone = position["side"], position["side"] * (candle["close"] - position["last"])
        by = self.distance(addition.get("against") or addition.get("in_favour"), candle, position["R"])
        asked = (
            -gone >= by if "against" in addition
            else gone >= by if "in_favour" in addition
            else candle["volume"] == float(addition["when"].split()[-1])
        )  # fmt: skip
        if not asked:
            return
        position["adds"] = position["adds"][1:]
        wanted = self.share(addition.get("size", "100%")) * position["first quantity"]
        if "max" in self.document["size"]:
            most = self.share(self.document["size"]["max"]) * self.equity[-1] / candle["close"]
            wanted = min(wanted, most - position["quantity"])
        new = {"side": side, "kind": "market", "candles": 0, "stop": None, "addition": True}
        if position["stop"] is not None:
            new["stop"] = side * (candle["close"] - position["stop"])
        code = self.gate(name, new, candle["close"], wanted, relative=False)
        self.decisions.append((time + HOUR, name, side, "ADDED" if code == "APPROVED" else code))

    def distance(self, text: str | None, candle: Candle, stop: float | None) -> float | None:
        candle = self.trailing or candle
        ranges = {"(high - low) * 0.5": (0.5, 0.0), "high - low + 2": (1.0, 2.0)}
        if text in ranges:
            times, more = ranges[text]
            return (candle["high"] - candle["low"]) * times + more
        return super().distance(text, candle, stop)

    # -- the account --------------------------------------------------------------------------------------------

    def leave(self, name: str, price: float, time: int, why: str) -> None:
        side, quantity = self.held[name]["side"], self.held[name]["quantity"]
        if why not in ("target", "liquidation"):
            price = self.slipped(price, -side, quantity, self.rows[name][time]["volume"])
        self.part(name, price, time, why, quantity)

    def part(self, name: str, price: float, time: int, why: str, quantity: float) -> None:
        position, facts = self.held[name], self.facts[name]
        side = position["side"]
        fee = quantity * price * (facts.maker if why == "target" else facts.taker)
        gross = side * (price - position["entry"]) * quantity
        self.cash += gross - fee if self.perp else quantity * price - fee
        self.fills.append((time, self.names.index(name), -side, int(why == "target"), price, quantity, fee))
        position["fee"] += fee
        position["profit"] += gross
        position["quantity"] -= quantity
        position["sold"] += quantity
        position["got"] += quantity * price
        if position["quantity"] <= 1e-12:
            self.leaving.pop(name, None)
            self.finish(name, time, why)

    def finish(self, name: str, time: int, why: str) -> None:
        position = self.held.pop(name)
        bought, sold = position["entered"], position["sold"]
        profit = position["profit"] - position["fee"] - position["funding"]
        self.trades.append((name, position["side"], position["time"], time, why, position["candles"],
                            position["spent"] / bought, position["got"] / sold, bought,
                            position["fee"], profit))  # fmt: skip
        if name in self.orders and self.orders[name]["side"] == position["side"]:
            self.drop(name, time, "ORDER_CANCELED")

    def list_open(self, name: str) -> None:
        position = self.held[name]
        position["profit"] += position["side"] * (self.mark[name] - position["entry"]) * position["quantity"]
        position["got"] += position["quantity"] * self.mark[name]
        position["sold"] += position["quantity"]
        self.orders.pop(name, None)
        self.finish(name, max(self.rows[name]), "open")
