"""Two sets of limits in, the stricter of each out; and limits in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .strategy import Correlated, Drawdown, LossLimit, OnLoss, Risk


def stricter(a: Risk, b: Risk) -> Risk:
    """Each limit at the stricter of both values; one that only one of them has stands."""
    return Risk(
        max_open=_both(min, a.max_open, b.max_open),
        max_leverage=min(a.max_leverage, b.max_leverage),
        daily_loss=_both(_stricter_loss, a.daily_loss, b.daily_loss),
        drawdown=_both(_stricter_drawdown, a.drawdown, b.drawdown),
        max_cost=_both(min, a.max_cost, b.max_cost),
        max_position=_both(min, a.max_position, b.max_position),
        max_exposure=_both(min, a.max_exposure, b.max_exposure),
        max_net_exposure=_both(min, a.max_net_exposure, b.max_net_exposure),
        risk_per_trade=_both(min, a.risk_per_trade, b.risk_per_trade),
        heat=_both(min, a.heat, b.heat),
        max_correlated=_both(_stricter_correlated, a.max_correlated, b.max_correlated),
        stop_required=a.stop_required or b.stop_required,
    )


def _both(choose: Callable[[Any, Any], Any], a: Any, b: Any) -> Any:
    if a is None or b is None:
        return b if a is None else a
    return choose(a, b)


def _stricter_loss(a: LossLimit, b: LossLimit) -> LossLimit:
    """The smaller loss, and to halt where either does: a halt lasts longer than a day without entries."""
    halts = OnLoss.HALT in (a.then, b.then)
    return LossLimit(min(a.limit, b.limit), OnLoss.HALT if halts else a.then)


def _stricter_drawdown(a: Drawdown, b: Drawdown) -> Drawdown:
    """The first to reduce and the first to halt; one level where both come at once. Whoever flattens, flattens."""
    limit, flatten = min(a.limit, b.limit), a.flatten or b.flatten
    halts = [fall for one in (a, b) if (fall := one.limit if one.then is OnLoss.HALT else one.halt) is not None]
    halt = min(halts, default=None)
    if halt is not None and halt <= limit:
        return Drawdown(limit, OnLoss.HALT, None, flatten)
    return Drawdown(limit, OnLoss.REDUCE, halt, flatten)


def _stricter_correlated(a: Correlated, b: Correlated) -> Correlated:
    """Fewer positions at a lower correlation, measured over the longer window."""
    return Correlated(min(a.most, b.most), min(a.above, b.above), max(a.window, b.window))


def _deeper(loss: LossLimit) -> str:
    if not isinstance(loss, Drawdown):
        return ""
    second = "" if loss.halt is None else f", {loss.halt * 100:g}% then halt"
    return second + (" and flatten" if loss.flatten else "")


def told_limits(risk: Risk) -> list[str]:
    """The limits in force, as a file would write them."""
    found = [] if risk.max_open is None else [f"max_open {risk.max_open}"]
    found += [f"max_leverage {risk.max_leverage:g}"] if risk.max_leverage != 1.0 else []
    for name in ("daily_loss", "drawdown"):
        loss: LossLimit | None = getattr(risk, name)
        found += [f"{name} {loss.limit * 100:g}% then {loss.then}{_deeper(loss)}"] if loss else []
    found += [f"max_cost {risk.max_cost:,.12g}"] if risk.max_cost is not None else []
    for name in ("max_position", "max_exposure", "max_net_exposure", "risk_per_trade", "heat"):
        share: float | None = getattr(risk, name)
        found += [f"{name} {share * 100:g}%"] if share is not None else []
    together = risk.max_correlated
    if together is not None:
        found.append(f"max_correlated {together.most} above {together.above:g} over {together.window} candles")
    return [*found, "stop_required"] if risk.stop_required else found
