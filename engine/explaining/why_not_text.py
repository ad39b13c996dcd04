"""What kept a strategy from trading -> tables for people, or plain data for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any

from ..diagnostics.fold import fold
from ..language.strategy import Fire, Strategy
from ..report.tables import iso_time
from ..report.wording import counted, moment
from ..trading.codes import EXPLANATIONS
from .why_not import Condition, Miss, WhyNot

_NARROWEST = 30
"""Columns that a condition wants beside all figures."""
_HEADS = ("true", "false", "unknown", "only missing", "longest without")


def as_lines(found: WhyNot, strategy: Strategy, columns: int | None = None) -> Iterator[str]:
    """One side: its conditions, the nearest misses, and what became of its signals; in lines of `columns`."""
    for line in _lines(found, strategy, columns):
        yield from fold(line, columns).split("\n")


def _lines(found: WhyNot, strategy: Strategy, columns: int | None) -> Iterator[str]:
    span = f"closes {moment(iso_time(found.first))} to {moment(iso_time(found.last))} UTC"
    yield f"{found.side}: {counted(found.candles, 'candle')} of {', '.join(found.symbols)}, {span}"
    yield f"everything was true at {counted(found.held, 'close')}{_edges(found, strategy)}"
    yield ""
    yield from _table(found, columns)
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


def _table(found: WhyNot, columns: int | None) -> Iterator[str]:
    """Where it is narrow, shares alone; a condition that is too long then stands above its figures."""
    rows = _rows(found, short=False)
    if columns is not None and _NARROWEST + sum(_widths(rows)) > columns - 2 * len(_HEADS):
        rows = _rows(found, short=True)
    widths = _widths(rows)
    width = max(len(name) for name, _ in rows)
    if columns is not None:
        width = max(min(width, columns - sum(widths) - 2 * len(widths)), len("condition"))
    for name, cells in rows:
        shown = "".join(f"  {text:>{w}}" for text, w in zip(cells, widths, strict=False))
        if cells and len(name) > width:
            yield name
            name = ""
        yield f"{name:<{width}}{shown}".rstrip()


def _rows(found: WhyNot, short: bool) -> list[tuple[str, Sequence[str]]]:
    rows: list[tuple[str, Sequence[str]]] = [("condition", _HEADS)]
    for key, members in groupby(found.conditions, key=lambda c: c.key):
        rows.append((key, ()))
        rows += [(f"  {c.expression}", _cells(c, found.candles, short)) for c in members]
    return rows


def _widths(rows: Sequence[tuple[str, Sequence[str]]]) -> list[int]:
    return [max(len(cells[k]) for _, cells in rows if cells) for k in range(len(_HEADS))]


def _cells(condition: Condition, candles: int, short: bool) -> list[str]:
    start = condition.longest_from
    since = "-" if start is None else counted(condition.longest, "candle")
    if start is not None and not short:
        since += f" from {moment(iso_time(start))}"
    shares = [_share(n, candles, short) for n in (condition.true, condition.false, condition.unknown)]
    return [*shares, f"{condition.only_missing:,}", since]


def _share(count: int, whole: int, short: bool) -> str:
    if not whole:
        return "0"
    share = f"{100 * count / whole:.1f} %"
    return share if short else f"{count:,} ({share})"


def _miss(miss: Miss, several: bool) -> str:
    symbol = f"{miss.symbol}  " if several else ""
    numbers = "" if miss.left is None else f"  {miss.left:.8g} against {miss.right:.8g}"
    return f"{moment(iso_time(miss.close_time))}  {symbol}{numbers}".rstrip()
