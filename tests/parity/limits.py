"""Drawn limits, protections, hours and relative sizes, for files that trade at times all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .generator import Choices


def sizes(draw: Choices, stopped: bool) -> list[dict[str, Any]]:
    """Sizes that are measured; `stopped`: every side has a stop."""
    kelly = {"fraction": draw.one(("full", "half", "quarter")), "window": f"{draw.whole(2, 5)} trades",
             "fallback": f"{draw.whole(2, 10) / 10:g}%"}  # fmt: skip
    if draw.chance(60):
        kelly["max"] = f"{draw.whole(5, 40) / 10:g}%"
    found: list[dict[str, Any]] = [
        {"volatility": {"target": f"{draw.whole(5, 40)}%", "window": f"{draw.whole(3, 30)} candles"}},
        {"atr": {"risk": "0.5%", "distance": f"2 * atr({draw.whole(3, 14)})"}},
        {"equal": "slots"},
    ]
    return found + ([{"kelly": kelly}] * 3 if stopped else [])


def limits(draw: Choices, stopped: bool, perp: bool) -> dict[str, Any]:
    """A few limits, wide enough to be met only now and then."""
    found: dict[str, Any] = {}
    then = draw.one(("stop_until_next_day", "stop_until_next_day", "halt"))
    choices: list[tuple[str, Any]] = [
        ("daily_loss", {"limit": f"{draw.whole(2, 20) / 10:g}%", "then": then}),
        ("drawdown", {"limit": f"{draw.whole(4, 16)}%", "then": draw.one(("reduce", "halt"))}),
        ("max_cost", f"{draw.whole(3, 30) * 100} USDT"),
        ("max_position", f"{draw.whole(20, 90)}%"),
        ("max_exposure", f"{draw.whole(30, 100)}%"),
        ("max_correlated", {"most": draw.whole(1, 2), "above": 0.5, "window": f"{draw.whole(4, 24)} candles"}),
    ]
    if perp:
        choices.append(("max_net_exposure", f"{draw.whole(10, 80)}%"))
    if stopped:
        choices += [
            ("risk_per_trade", f"{draw.whole(3, 30) / 10:g}%"), ("heat", f"{draw.whole(5, 40) / 10:g}%"),
            ("stop_required", True),
        ]  # fmt: skip
    for _ in range(draw.whole(1, 3)):
        name, value = draw.one(choices)
        found[name] = value
        draw.drawn.add(name)
    return found


def protections(draw: Choices) -> list[dict[str, Any]]:
    """One to three protections with short pauses."""
    return [_protection(draw) for _ in range(draw.whole(1, 3))]


def _protection(draw: Choices) -> dict[str, Any]:
    pause, within = f"{draw.whole(2, 12)} candles", draw.one((f"{draw.whole(5, 60)} candles", "36h"))
    per = {"per": draw.one(("symbol", "strategy"))}
    kind = draw.one(("cooldown", "stops", "low_profit", "drawdown", "losses"))
    draw.drawn.add(kind)
    if kind == "cooldown":
        return {"cooldown": draw.one((pause, "100m")), "after": draw.one(("any_exit", "loss", "stop")), **per}
    if kind == "low_profit":
        required = draw.one(("0.5%", "2%", "-1%"))
        return {
            kind: {"trades": draw.whole(1, 3), "within": within, "required": required, "pause": pause}, **per,
        }  # fmt: skip
    if kind == "drawdown":
        return {kind: {"within": within, "limit": f"{draw.whole(5, 30) / 10:g}%", "pause": pause}}
    counted = {kind: draw.whole(1, 3), "pause": pause, **per}
    return {**counted, "within": within} if kind == "stops" else counted


def schedule(draw: Choices) -> dict[str, Any]:
    """Hours in some timezone, most of the week."""
    entries = draw.one((
        ["mon-fri 06:00-22:00"], ["sat-wed 20:00-10:00", "thu 00:00-24:00"], ["03:00-23:30"], ["fri-mon 00:00-24:00"],
    ))  # fmt: skip
    return {"timezone": draw.one(("UTC", "Europe/Berlin", "America/New_York")), "entries": entries}
