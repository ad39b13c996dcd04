"""What a close decides, once more: the entry that is ordered, what the gate makes of it, and additions."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR
from typing import Any

from .drawn import HOUR
from .reference import NEVER, Candle, beyond_steps
from .reference_exits import ExitsReference


class DecisionsReference(ExitsReference):
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
        if code := beyond_steps(quantity, price, free, facts):
            return code
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
