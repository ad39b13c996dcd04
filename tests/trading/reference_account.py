"""An account with contracts and partial fills, once more: what a fill, a part sold, funding and an end do to it."""

from __future__ import annotations

from decimal import ROUND_FLOOR
from typing import Any

from .drawn_orders import DrawnOrders
from .reference import Candle, Reference


class AccountReference(Reference):
    """`fills`: time, symbol, side, maker, price, quantity, fee; `budget`: what each candle's volume still allows."""

    def __init__(self, drawn: DrawnOrders) -> None:
        super().__init__(drawn.case)
        self.venue = drawn.venue
        self.sending = {"type": "market", **self.document.get("orders", {})}
        self.budget: dict[str, float] = {}
        self.fills: list[tuple[Any, ...]] = []
        self.trailing: Candle = {}

    def pay_funding(self, name: str, since: int, until: int, price: float) -> None:
        rates, position = self.venue.funding.get(name), self.held.get(name)
        if rates is None or position is None:
            return
        for time, rate in zip(rates.time.tolist(), rates.rate.tolist(), strict=True):
            if since <= time <= until:
                due = position["side"] * position["quantity"] * price * rate
                self.cash -= due
                position["funding"] += due

    def liquidation(self, position: dict[str, Any]) -> tuple[float, float]:
        side = position["side"]
        if not self.perp or (side > 0 and self.leverage <= 1):
            return (0.0, 0.0) if side > 0 else (float("inf"), float("inf"))
        bankruptcy = position["entry"] * (1 - side / self.leverage)
        return bankruptcy / (1 - side * position["facts"].maintenance), bankruptcy

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

    def slipped(self, price: float, side: int, quantity: float, volume: float) -> float:
        share = min(quantity / volume, 1.0) if volume > 0 else 1.0
        worse = self.account.slippage + self.account.spread / 2 + self.account.impact * share * share
        return price * (1 + side * worse)

    def too_small(self, name: str, quantity: float, price: float) -> bool:
        facts = self.facts[name]
        return bool(quantity <= 0 or quantity < facts.min_quantity or quantity * price < facts.min_cost)

    def within_volume(self, name: str, quantity: float) -> float:
        if not self.account.volume_share:
            return quantity
        return min(quantity, self.rounded(self.budget[name], self.facts[name].quantity_step, ROUND_FLOOR))

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

    def drop(self, name: str, time: int, code: str) -> None:
        order = self.orders.pop(name)
        self.decisions.append((time, name, order["side"], code))
