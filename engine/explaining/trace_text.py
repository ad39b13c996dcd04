"""A trace -> lines for people, or plain data for programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from ..language.strategy import Fire, Strategy
from ..report.tables import iso_time
from ..report.wording import moment, price
from .replay import Outcome, Standing
from .trace import Rule, Trace, tree_lines
from .tree import Node

_TRUTH = {True: "true", False: "false", None: "unknown"}


def trace_lines(found: Trace, strategy: Strategy, plain: bool = False) -> Iterator[str]:
    """The whole trace; `plain` keeps to ASCII."""
    prices = "  ".join(f"{name} {price(value)}" for name, value in found.prices.items())
    yield f"{found.symbol}  {strategy.timeframe}  candle {_moment(found.time)} to {_moment(found.close_time)} UTC"
    yield prices
    for rule in found.rules:
        yield ""
        yield f"{rule.key} is {_TRUTH[rule.tree.value]}{_lasting(rule, found, strategy)}"  # type: ignore[index]  # a condition has one
        yield from (f"  {line}" for line in tree_lines(rule.tree, plain))
    for outcome in found.filled:
        yield f"inside the candle, {outcome.side}: {_outcome(outcome)}"
    yield ""
    yield "Decision at the close"
    yield from _decisions(found)
    yield ""
    yield "Account after the close"
    yield from (f"  {line}" for line in _account(found.before))


def trace_data(found: Trace) -> dict[str, Any]:
    """JSON-able: times as ISO 8601, unknown values null."""
    content = asdict(found)
    content |= {"time": iso_time(found.time), "close_time": iso_time(found.close_time)}
    content["rules"] = [
        {"key": rule.key, "since": _iso(rule.since), "tree": node_data(rule.tree)} for rule in found.rules
    ]
    content["account"] = content.pop("before")
    content["account"]["entry_time"] = _iso(found.before.entry_time)
    del content["account"]["held"]
    return content


def node_data(node: Node) -> dict[str, Any]:
    """A tree, JSON-able."""
    return {
        "expression": node.expression, "name": node.name, "value": node.value, "clock": node.clock,
        "candle": _iso(node.candle), "joins": node.joins, "parts": [node_data(part) for part in node.parts],
    }  # fmt: skip


def _lasting(rule: Rule, found: Trace, strategy: Strategy) -> str:
    """What an entry that was already true means."""
    name, _, kind = rule.key.partition(".")
    side = strategy.long if name == "long" else strategy.short
    if kind != "enter" or rule.since is None or side is None:
        return ""
    if rule.since == found.time:
        return ": it turned true here"
    spent = ", and fires only when it turns true" if side.fire is Fire.ONCE else ""
    return f" since the candle of {_moment(rule.since)}{spent}"


def _decisions(found: Trace) -> Iterator[str]:
    for outcome in found.decided:
        yield f"  {outcome.side}: {_outcome(outcome)}"
    for outcome in found.supposed:
        yield f"  {outcome.side}: no signal. One would have got {_outcome(outcome)}"


def _outcome(outcome: Outcome) -> str:
    amount = f"; {outcome.quantity:.8g} at about {price(outcome.price)}" if outcome.quantity else ""
    return f"{outcome.code}: {outcome.explanation}{amount}"


def _account(now: Standing) -> Iterator[str]:
    if now.quantity and now.entry_time is not None and now.entry_price is not None:
        side = "long" if now.quantity > 0 else "short"
        yield f"{side} {abs(now.quantity):.8g} since {_moment(now.entry_time)} at {price(now.entry_price)}"
        known = {"stop": now.stop, "target": now.target}
        levels = [f"{name} {price(value)}" for name, value in known.items() if value is not None]
        levels.append(f"held {now.candles:,} candle{'' if now.candles == 1 else 's'}")
        if now.profit is not None:
            levels.append(f"profit {now.profit * 100:+.2f} %")
        yield ", ".join(levels)
    else:
        yield "no position"
    if now.leaving:
        yield f"leaves at the next open: {now.leaving}"
    if now.ordered:
        stop = "" if now.ordered_stop is None else f", stop {price(now.ordered_stop)} from the fill"
        yield f"ordered: {'long' if now.ordered > 0 else 'short'} {abs(now.ordered):.8g} at the next open{stop}"
    yield f"equity {now.equity:,.2f}, cash {now.cash:,.2f}"


def _moment(time: int) -> str:
    return moment(iso_time(time))


def _iso(time: int | None) -> str | None:
    return None if time is None else iso_time(time)
