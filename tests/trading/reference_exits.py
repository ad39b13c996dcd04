"""Stops, ladders of targets and liquidation, once more, at an open and within a candle."""

from __future__ import annotations

from decimal import ROUND_FLOOR
from typing import Any

from .reference import Candle
from .reference_account import AccountReference


class ExitsReference(AccountReference):
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
