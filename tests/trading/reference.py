"""The fill rules of docs, once more, as slow plain Python: a document and candles in, trades and decisions out.

Written from the rules' words, not from the engine, for documents whose expressions are the few of `drawn`. One pass
over the times; a position is a dictionary; nothing is a column.
"""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from .drawn import HOUR, Drawn

Candle = dict[str, float]
NEVER = 10**9


def beyond_steps(quantity: float, price: float, free: float, facts: Any) -> str:
    """Why the instrument refuses an order of so much, empty if it does not."""
    if quantity <= 0:
        return "FUNDS" if free <= 0 else "QUANTITY_MIN"
    if quantity < facts.min_quantity:
        return "QUANTITY_MIN"
    if quantity > facts.max_quantity:
        return "QUANTITY_MAX"
    return "COST_MIN" if quantity * price < facts.min_cost else ""


class Reference:
    def __init__(self, case: Drawn) -> None:
        self.document = case.document
        self.names = list(case.strategy.symbols)
        self.facts = case.instruments
        self.account = case.account
        self.perp = self.document["market"] == "perp"
        self.leverage = float(self.document.get("risk", {}).get("max_leverage", 1))
        self.rows: dict[str, dict[int, Candle]] = {}
        for name, candles in case.candles.items():
            columns = (candles.open, candles.high, candles.low, candles.close, candles.volume)
            self.rows[name] = {
                int(t): dict(zip(("open", "high", "low", "close", "volume"), map(float, values), strict=True))
                for t, *values in zip(candles.time, *columns, strict=True)
            }
        self.cash = case.account.capital
        self.held: dict[str, dict[str, Any]] = {}
        self.leaving: dict[str, str] = {}
        self.orders: dict[str, dict[str, Any]] = {}
        self.mark: dict[str, float] = {}
        self.seen: dict[str, int] = {}
        self.trades: list[tuple[Any, ...]] = []
        self.decisions: list[tuple[int, str, int, str]] = []
        self.equity: list[float] = []
        self.ambiguous = 0

    # -- the steps of a time ------------------------------------------------------------------------------------

    def run(self) -> Reference:
        for time in sorted({t for rows in self.rows.values() for t in rows}):
            here = [n for n in self.names if time in self.rows[n]]
            for name in here:
                self.open_exits(name, time)
            for name in [n for n in self.orders if n in here]:
                self.fill_entry(name, time)
            for name in here:
                self.range_exits(name, time)
                self.mark[name] = self.rows[name][time]["close"]
                self.move_levels(name, time)
            self.equity.append(self.worth())
            for name in here:
                self.close_exits(name, time)
            self.enter(here, time)
            for name in here:
                self.seen[name] = time
        for name in self.names:
            if name in self.held:
                last = max(self.rows[name])
                self.list_trade(name, self.mark[name], last, "open", 0.0)
        return self

    def open_exits(self, name: str, time: int) -> None:
        position, price = self.held.get(name), self.rows[name][time]["open"]
        if position is None:
            return
        side = position["side"]
        if name in self.leaving:
            self.leave(name, price, time, self.leaving.pop(name))
        elif position["stop"] is not None and (price <= position["stop"] if side > 0 else price >= position["stop"]):
            self.leave(name, price, time, position["why"])
        elif position["target"] is not None and (
            price >= position["target"] if side > 0 else price <= position["target"]
        ):
            self.leave(name, price, time, "target")

    def fill_entry(self, name: str, time: int) -> None:
        order, facts = self.orders.pop(name), self.facts[name]
        side, quantity = order["side"], order["quantity"]
        price = self.rows[name][time]["open"] * (1 + side * self.account.slippage)
        each = price / self.leverage + price * facts.taker
        if quantity * each > order["reserved"]:
            quantity = self.rounded(order["reserved"] / each, facts.quantity_step, ROUND_FLOOR)
            dropped = quantity <= 0 or quantity < facts.min_quantity or quantity * price < facts.min_cost
            self.decisions.append((time, name, side, "FILL_DROPPED" if dropped else "FILL_REDUCED"))
            if dropped:
                return
        fee = quantity * price * facts.taker
        self.cash -= fee if self.perp else quantity * price + fee
        # A stop to the earlier trigger, a limit to the passive side: both towards a long's upside.
        towards = ROUND_CEILING if side > 0 else ROUND_FLOOR
        stop, target = order["stop"], order["target"]
        self.held[name] = {
            "side": side, "quantity": quantity, "entry": price, "time": time, "fee": fee, "R": stop, "why": "stop",
            "stop": None if stop is None else self.rounded(price - side * stop, facts.price_tick, towards),
            "target": None if target is None else self.rounded(price + side * target, facts.price_tick, towards),
            "best": price, "candles": 0, "trail after": order["trail after"], "breakeven": order["breakeven"],
        }  # fmt: skip
        self.open_exits(name, time)  # a stop that is already beyond the market triggers at once

    def range_exits(self, name: str, time: int) -> None:
        position = self.held.get(name)
        if position is None:
            return
        candle, side = self.rows[name][time], position["side"]
        worst, best = (candle["low"], candle["high"]) if side > 0 else (candle["high"], candle["low"])
        reached = position["target"] is not None and side * best > side * position["target"]
        if position["stop"] is not None and side * worst <= side * position["stop"]:
            self.ambiguous += reached
            self.leave(name, position["stop"], time, position["why"])
        elif reached:
            self.leave(name, position["target"], time, "target")

    def move_levels(self, name: str, time: int) -> None:
        position = self.held.get(name)
        if position is None:
            return
        candle, side = self.rows[name][time], position["side"]
        position["candles"] += 1
        extreme = candle["high"] if side > 0 else candle["low"]
        position["best"] = max(position["best"], extreme) if side > 0 else min(position["best"], extreme)
        gain = side * (position["best"] - position["entry"])
        if position["breakeven"] is not None and gain >= position["breakeven"]:
            self.tighten(name, position["entry"], "breakeven")
        trail = self.exits(side).get("trail")
        if trail and ("after" not in trail or gain >= position["trail after"]):
            by = self.distance(trail["by"], candle, None)
            if by > 0:
                self.tighten(name, position["best"] - side * by, "trail")

    def tighten(self, name: str, level: float, why: str) -> None:
        position = self.held[name]
        side = position["side"]
        level = self.rounded(level, self.facts[name].price_tick, ROUND_CEILING if side > 0 else ROUND_FLOOR)
        if position["stop"] is None or side * level > side * position["stop"]:
            position["stop"], position["why"] = level, why

    def close_exits(self, name: str, time: int) -> None:
        position = self.held.get(name)
        if position is None or name in self.leaving:
            return
        rules, volume = self.exits(position["side"]), self.rows[name][time]["volume"]
        limit = rules.get("time", "")
        candles = int(limit.split()[0]) if limit.endswith("candles") else NEVER
        hours = int(limit[:-1]) if limit.endswith("h") else NEVER
        if "when" in rules and volume == float(rules["when"].split()[-1]):
            self.leaving[name] = "rule"
        elif position["candles"] >= candles or time + HOUR - position["time"] >= hours * HOUR:
            self.leaving[name] = "time"

    # -- entries ------------------------------------------------------------------------------------------------

    def enter(self, here: list[str], time: int) -> None:
        signals = [(n, side) for n in here if (side := self.signal(n, time))]
        if "priority" in self.document:
            signals.sort(key=lambda s: -self.rows[s[0]][time]["close"])
        for name, side in signals:
            self.decisions.append((time + HOUR, name, side, self.decide(name, side, time)))

    def signal(self, name: str, time: int) -> int:
        now = self.rows[name][time]["volume"]
        before = self.rows[name][self.seen[name]]["volume"] if name in self.seen else None
        for word, side in (("long", 1), ("short", -1)):
            rule = self.document.get(word, {}).get("enter")
            code = 1.0 if side > 0 else 2.0
            if rule and now == code and (rule["fire"] == "every_candle" or before != code):
                return side
        return 0

    def decide(self, name: str, side: int, time: int) -> str:
        candle, position = self.rows[name][time], self.held.get(name)
        if "filters" in self.document and not candle["close"] > candle["open"] - 0.5:
            return "FILTERED"
        if "gaps" in self.document and name in self.seen and time - self.seen[name] > 2 * HOUR:
            return "DATA_GAP"
        if name in self.orders or (position and position["side"] == side):
            return "POSITION_OPEN"
        if position:
            if self.document.get("opposite") == "ignore":
                return "OPPOSITE_OPEN"
            self.leaving.setdefault(name, "opposite")
            if self.document.get("opposite") == "close":
                return "CLOSED_OPPOSITE"
        return self.order(name, side, candle)

    def order(self, name: str, side: int, candle: Candle) -> str:
        rules, facts, price = self.exits(side), self.facts[name], candle["close"]
        trail, breakeven = rules.get("trail", {}), rules.get("breakeven", {})
        first = rules.get("stop") or (trail.get("by") if "after" not in trail else None)
        stop = self.distance(first, candle, None)
        each = price * (1 + self.account.buffer) * (1 / self.leverage + facts.taker)
        free, wanted = self.free(name), self.wanted(price, stop)
        free = free if free > 1e-9 * self.equity[-1] else 0.0
        relative = "equity" in self.document["size"] or "risk" in self.document["size"]
        fitting = min(wanted, free / each) if relative else wanted
        quantity = self.rounded(fitting, facts.quantity_step, ROUND_FLOOR)
        if code := beyond_steps(quantity, price, free, facts):
            return code
        if quantity * each > free * (1 + 1e-12):
            return "FUNDS"
        others = {n for n in (*self.held, *self.orders) if n != name}
        if len(others) >= self.document.get("risk", {}).get("max_open", NEVER):
            return "MAX_OPEN"
        self.orders[name] = {
            "side": side, "quantity": quantity, "reserved": quantity * each, "stop": stop,
            "target": self.distance(rules.get("target"), candle, stop),
            "trail after": self.distance(trail.get("after"), candle, stop),
            "breakeven": self.distance(breakeven.get("after"), candle, stop),
        }  # fmt: skip
        cut = quantity < self.rounded(wanted, facts.quantity_step, ROUND_FLOOR)
        return "FUNDS_REDUCED" if cut else "APPROVED"

    def wanted(self, price: float, stop: float | None) -> float:
        size = self.document["size"]
        worth = self.equity[-1]
        share = float(size.get("equity", size.get("risk", "0%"))[:-1]) / 100
        if "quantity" in size:
            wanted = float(size["quantity"])
        elif "cost" in size:
            wanted = float(size["cost"].split()[0]) / price
        elif "equity" in size:
            wanted = share * worth / price
        else:
            assert stop is not None
            wanted = share * worth / stop
        return min(wanted, float(size["max"][:-1]) / 100 * worth / price) if "max" in size else wanted

    def free(self, name: str) -> float:
        reserved = math.fsum(order["reserved"] for order in self.orders.values())
        if not self.perp:
            return self.cash - reserved
        free = self.equity[-1] - reserved
        for other, position in self.held.items():
            cost = position["quantity"] * self.mark[other]
            # Being reversed it counts as closed, less what closing costs.
            closing = self.facts[name].taker + self.account.slippage
            free -= cost * closing if other == name else cost / self.leverage
        return free

    # -- shared -------------------------------------------------------------------------------------------------

    def exits(self, side: int) -> dict[str, Any]:
        return self.document["long" if side > 0 else "short"]["exit"]  # type: ignore[no-any-return]

    def distance(self, text: str | None, candle: Candle, stop: float | None) -> float | None:
        if text is None:
            return None
        if text.endswith("R"):
            assert stop is not None
            return float(text[:-1]) * stop
        if text.endswith("%"):
            return float(text[:-1]) / 100 * candle["close"]
        return candle["high"] - candle["low"] + 0.1

    def rounded(self, value: float, step: float, way: str) -> float:
        if step == 0:
            return value
        whole = Decimal(str(step))
        count = Decimal(value) / whole
        near = count.to_integral_value()
        return float((near if abs(count - near) < Decimal("1e-9") else count.to_integral_value(way)) * whole)

    def leave(self, name: str, price: float, time: int, why: str) -> None:
        facts, side = self.facts[name], self.held[name]["side"]
        if why != "target":
            price *= 1 - side * self.account.slippage
        self.list_trade(name, price, time, why, facts.maker if why == "target" else facts.taker)
        self.leaving.pop(name, None)

    def list_trade(self, name: str, price: float, time: int, why: str, rate: float) -> None:
        position = self.held.pop(name)
        quantity, side = position["quantity"], position["side"]
        fee = quantity * price * rate
        gross = side * (price - position["entry"]) * quantity
        self.cash += gross - fee if self.perp else quantity * price - fee
        self.trades.append((name, side, position["time"], time, why, position["candles"], position["entry"], price,
                            quantity, position["fee"] + fee, gross - position["fee"] - fee))  # fmt: skip

    def worth(self) -> float:
        parts = [
            p["side"] * p["quantity"] * (self.mark[n] - p["entry"]) if self.perp else p["quantity"] * self.mark[n]
            for n, p in self.held.items()
        ]
        return self.cash + math.fsum(parts)
