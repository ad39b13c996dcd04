"""A parity report -> small tables, the same for the terminal, the page and programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from itertools import zip_longest
from typing import Any

from ...language.identity import short_hash
from ...report.grids import Grid
from ...report.tables import iso_time
from ...report.wording import moment
from .causes import EXPLANATIONS, Part
from .compare import Parity
from .pairs import Pair
from .shortfall import Shortfall
from .trips import Trip

TRADES = 40
"""Trades that are listed for people; a file has all."""


def title(found: Parity) -> Iterator[str]:
    for session, run in zip(found.subject.sessions, found.subject.runs, strict=True):
        yield f"{session.name}  strategy {run.name} {short_hash(session.opened.strategy_hash)}  {session.opened.mode}"


def verdict(found: Parity) -> str:
    """One line."""
    live, test = found.profit(True), found.profit(False)
    unit = found.subject.deployment.currency
    if found.equal:
        return f"Equal: {len(found.pairs):,} trades, each as in the back-test, {live:+,.2f} {unit}."
    alone = sum(pair.live is None or pair.test is None for pair in found.pairs)
    sums = f"Live {live:+,.2f} {unit}, back-test {test:+,.2f} {unit}: a difference of {live - test:+,.2f} {unit}"
    return f"{sums} in {len(found.pairs):,} trades, {alone:,} of them without a counterpart."


def causes(found: Parity) -> Grid:
    """What each cause came to."""
    rows: list[tuple[str, ...]] = [
        (cause, f"{count:,}", f"{amount:+,.2f}", EXPLANATIONS[cause])
        for cause, (count, amount) in found.totals.items()
    ]  # fmt: skip
    total = sum(amount for _, amount in found.totals.values())
    rows.append(("all", f"{sum(bool(p.parts) for p in found.pairs):,}", f"{total:+,.2f}", ""))
    return Grid("Cause", ["Trades", found.subject.deployment.currency, "Means"], rows)


def costs(found: Parity) -> Grid:
    """Implementation shortfall of the live trades."""
    known = [one for one in found.shortfalls if one is not None]
    rows = [
        ("Entries", f"{sum(one.entry for one in known):,.2f}"), ("Exits", f"{sum(one.exit for one in known):,.2f}"),
        ("Fees", f"{sum(one.fees for one in known):,.2f}"), ("Shortfall", f"{sum(one.total for one in known):,.2f}"),
    ]  # fmt: skip
    delays = sorted(one.delay for one in known if one.delay is not None)
    if delays:
        rows.append(("Half filled within", f"{delays[len(delays) // 2]:,} ms"))
    return Grid("Live costs", [found.subject.deployment.currency], rows)


def trades(found: Parity, most: int = TRADES) -> Grid:
    """Each trade with what made its difference; those with one first where not all fit."""
    pairs = list(zip(found.pairs, found.shortfalls, strict=True))
    if len(pairs) > most:
        unlike = sorted((one for one in pairs if one[0].parts), key=lambda one: -abs(one[0].difference))[:most]
        pairs = sorted(unlike, key=lambda one: one[0].trip.began)
    rows = [_row(pair, cost) for pair, cost in pairs]
    heads = ["Symbol", "Side", "Live", "Back-test", "Difference", "Shortfall", "Causes"]
    return Grid("Entered", heads, rows)


def data(found: Parity) -> dict[str, Any]:
    """JSON-able: times as ISO 8601, amounts in quote units."""
    return {
        "sessions": [session.name for session in found.subject.sessions],
        "currency": found.subject.deployment.currency, "equal": found.equal,
        "replay_equal": found.replayed.equal, "live": found.profit(True), "backtest": found.profit(False),
        "causes": {cause: {"trades": n, "amount": amount} for cause, (n, amount) in found.totals.items()},
        "trades": [
            {"live": _trip(pair.live), "backtest": _trip(pair.test), "difference": pair.difference,
             "parts": [asdict(part) for part in pair.parts],
             "shortfall": None if cost is None else {**asdict(cost), "total": cost.total}}
            for pair, cost in zip_longest(found.pairs, found.shortfalls)
        ],
        "notes": list(found.notes),
    }  # fmt: skip


def _row(pair: Pair, cost: Shortfall | None) -> tuple[str, ...]:
    trip = pair.trip
    profits = ["-" if one is None else f"{one.profit:+,.2f}" for one in (pair.live, pair.test)]
    why = "; ".join(_part(part) for part in sorted(pair.parts, key=lambda part: -abs(part.amount))) or "equal"
    return (
        moment(iso_time(trip.began)), trip.symbol, "long" if trip.side > 0 else "short", *profits,
        f"{pair.difference:+,.2f}" if pair.parts else "", "" if cost is None else f"{cost.total:,.2f}", why,
    )  # fmt: skip


def _part(part: Part) -> str:
    return f"{part.cause} {part.amount:+,.2f}" + (f" ({part.words})" if part.words else "")


def _trip(trip: Trip | None) -> dict[str, Any] | None:
    if trip is None:
        return None
    return {
        "strategy": trip.strategy, "symbol": trip.symbol, "side": "long" if trip.side > 0 else "short",
        "entry_time": iso_time(trip.entries[0].at), "entry_price": trip.entry_price, "quantity": trip.entered,
        "exit_time": iso_time(trip.exits[-1].at), "exit_price": trip.exit_price, "reason": trip.reason,
        "fees": trip.fees, "funding": trip.funding, "profit": trip.profit,
        "orders": list(dict.fromkeys(one.order for one in (*trip.entries, *trip.exits) if one.order)),
    }  # fmt: skip
