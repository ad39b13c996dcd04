"""What kept a strategy from trading -> tables for people, or plain data for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any

from ..language.strategy import Fire, Strategy
from ..report.tables import iso_time
from ..report.wording import counted, moment
from ..trading.codes import EXPLANATIONS
from .why_not import Condition, Miss, WhyNot

_HEADS = ("true", "false", "unknown", "only missing", "longest without")


def as_lines(found: WhyNot, strategy: Strategy) -> Iterator[str]:
    """One side: its conditions, the nearest misses, and what became of its signals."""
    span = f"closes {moment(iso_time(found.first))} to {moment(iso_time(found.last))} UTC"
    yield f"{found.side}: {counted(found.candles, 'candle')} of {', '.join(found.symbols)}, {span}"
    yield f"everything was true at {counted(found.held, 'close')}{_edges(found, strategy)}"
    yield ""
    yield from _table(found)
    if any(condition.nearest for condition in found.conditions):
        yield ""
        yield "Nearest misses: closes at which only that condition was missing"
        for condition in found.conditions:
            yield from [f"  {condition.expression}"] if condition.nearest else []
            yield from (f"    {_miss(miss, len(found.symbols) > 1)}" for miss in condition.nearest)
    yield ""
    yield "Signals and what became of them" if found.decisions else "No signal."
    for code, times in sorted(found.decisions.items(), key=lambda item: -item[1]):
        yield f"  {times:>7,}  {code.name}: {EXPLANATIONS[code]}"


def as_data(found: WhyNot) -> dict[str, Any]:
    """JSON-able: times as ISO 8601, undefined values null."""
    content = asdict(found)
    content |= {"first": iso_time(found.first), "last": iso_time(found.last)}
    content["decisions"] = {code.name: times for code, times in found.decisions.items()}
    for condition in content["conditions"]:
        start = condition["longest_from"]
        condition["longest_from"] = None if start is None else iso_time(start)
        for miss in condition["nearest"]:
            miss["close_time"] = iso_time(miss["close_time"])
    return content


def _edges(found: WhyNot, strategy: Strategy) -> str:
    side = strategy.long if found.side == "long" else strategy.short
    once = side is not None and side.fire is Fire.ONCE
    return "; an entry fires only when its own rule turns true" if once and found.held else ""


def _table(found: WhyNot) -> Iterator[str]:
    rows: list[tuple[str, Sequence[str]]] = [("condition", _HEADS)]
    for key, members in groupby(found.conditions, key=lambda c: c.key):
        rows.append((key, ()))
        rows += [(f"  {c.expression}", _cells(c, found.candles)) for c in members]
    width = max(len(name) for name, _ in rows)
    widths = [max(len(cells[k]) for _, cells in rows if cells) for k in range(len(_HEADS))]
    for name, cells in rows:
        shown = "".join(f"  {text:>{w}}" for text, w in zip(cells, widths, strict=False))
        yield f"{name:<{width}}{shown}".rstrip()


def _cells(condition: Condition, candles: int) -> list[str]:
    start = condition.longest_from
    since = f"{counted(condition.longest, 'candle')} from {moment(iso_time(start))}" if start is not None else "-"
    shares = [_share(n, candles) for n in (condition.true, condition.false, condition.unknown)]
    return [*shares, f"{condition.only_missing:,}", since]


def _share(count: int, whole: int) -> str:
    return f"{count:,} ({100 * count / whole:.1f} %)" if whole else "0"


def _miss(miss: Miss, several: bool) -> str:
    symbol = f"{miss.symbol}  " if several else ""
    numbers = "" if miss.left is None else f"  {miss.left:.8g} against {miss.right:.8g}"
    return f"{moment(iso_time(miss.close_time))}  {symbol}{numbers}".rstrip()
