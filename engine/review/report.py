"""What changed between two strategies -> a summary of lines and tables that text and Markdown render alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from ..language.identity import short_hash
from ..report import wording as say
from ..report.tables import iso_time
from .contrast import Behaviour, Figure, Signal, Trade
from .meaning import Change, Meaning
from .sources import Version

MOST_ROWS = 20
"""Rows of a table that are told; JSON has all."""
_FIGURES: dict[str, tuple[str, Callable[[float | None], str]]] = {
    "return": ("Return", say.percent),
    "cagr": ("A year (CAGR)", say.percent),
    "max_drawdown": ("Max drawdown", say.percent),
    "sharpe": ("Sharpe", say.ratio),
    "sortino": ("Sortino", say.ratio),
    "profit_factor": ("Profit factor", say.ratio),
    "win_rate": ("Won", say.percent),
    "trades": ("Closed trades", lambda v: say.NONE if v is None else f"{v:,.0f}"),
    "expectancy": ("Expectancy", say.ratio),
    "exposure": ("Time in the market", say.percent),
    "fees": ("Fees", say.ratio),
    "final_equity": ("Final equity", say.ratio),
}


@dataclass(frozen=True, slots=True)
class Table:
    """`lead`: whether it is told at once, or folded away where that is possible."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lead: bool
    more: int = 0
    """Rows left out."""


@dataclass(frozen=True, slots=True)
class Review:
    """`behaviour` is None where no candles were given."""

    old: Version
    new: Version
    meaning: Meaning
    behaviour: Behaviour | None = None


def verdict(review: Review) -> str:
    """The one line for those who read no further."""
    meaning = review.meaning
    if meaning.same:
        return f"No change in meaning: both are strategy {short_hash(meaning.new_hash)}."
    count = say.counted(len(meaning.changes), "change")
    return f"{count} in meaning: strategy {short_hash(meaning.old_hash)} becomes {short_hash(meaning.new_hash)}."


def behaved(review: Review) -> str:
    """The same for behaviour."""
    found = review.behaviour
    if found is None:
        return "Behaviour was not compared: no candles were given."
    if found.same:
        return f"No change in behaviour on these candles: the same {say.counted(found.trades[1], 'trade')}."
    parts = {
        "gained": len(found.trades_gained), "lost": len(found.trades_lost), "moved": len(found.trades_moved),
        "resized": len(found.trades_resized),
    }  # fmt: skip
    told = ", ".join(f"{count:,} {word}" for word, count in parts.items() if count) or "the same ones"
    return f"Trades: {found.trades[0]:,} before, {found.trades[1]:,} after ({told}). " + _signals(found)


def tables(review: Review) -> Iterator[Table]:
    """Everything else, in the order a reviewer wants it."""
    meaning = review.meaning
    rows = [row for change in meaning.changes for row in _change_rows(change)]
    if rows:
        yield Table("What decides", ("where", "before", "after"), tuple(rows), True)
    if review.behaviour is not None:
        yield from _behaviour_tables(review.behaviour)
    silent = tuple((r.key, r.before or say.NONE, r.after or say.NONE) for r in meaning.remarks)
    if silent:
        yield Table("Without effect on decisions", ("key", "before", "after"), silent, False)


def as_data(review: Review) -> dict[str, Any]:
    """JSON-able: every change, signal and trade; times as ISO 8601."""
    meaning, found = review.meaning, review.behaviour
    return {
        "before": {"file": review.old.name, "strategy_hash": meaning.old_hash},
        "after": {"file": review.new.name, "strategy_hash": meaning.new_hash},
        "same_meaning": meaning.same,
        "changes": [asdict(change) for change in meaning.changes],
        "without_effect": [asdict(remark) for remark in meaning.remarks],
        "behaviour": None if found is None else _behaviour_data(found),
    }


def _signals(found: Behaviour) -> str:
    gained, lost, other = map(len, (found.signals_gained, found.signals_lost, found.decided_otherwise))
    return (f"Signals: {found.signals[0]:,} before, {found.signals[1]:,} after ({gained:,} gained, {lost:,} lost, "
            f"{other:,} decided otherwise).")  # fmt: skip


def _change_rows(change: Change) -> Iterator[tuple[str, str, str]]:
    yield ", ".join(change.keys), change.before or say.NONE, change.after or say.NONE
    for effect in change.effects:
        yield "  in " + ", ".join(effect.keys), effect.before or say.NONE, effect.after or say.NONE


def _behaviour_tables(found: Behaviour) -> Iterator[Table]:
    figures = {figure.name: figure for figure in found.figures}
    rows = tuple(_figure_row(figures[name], *words) for name, words in _FIGURES.items() if name in figures)
    yield Table("Figures", ("", "before", "after", "difference"), rows, True)
    for title, trades in (("Trades gained", found.trades_gained), ("Trades lost", found.trades_lost)):
        yield from _cut(title, ("entry", "symbol", "side", "price", "exit", "by", "profit"), map(_trade_row, trades))
    heads = ("entry", "symbol", "side", "before", "after")
    yield from _cut("Trades moved", heads, (_moved_row(*pair) for pair in found.trades_moved))
    for title, signals in (("Signals gained", found.signals_gained), ("Signals lost", found.signals_lost)):
        yield from _cut(title, ("close", "symbol", "side", "decision"), ((*_signal(s), s.code) for s in signals))
    rest = ((*_signal(a), a.code, b.code) for a, b in found.decided_otherwise)
    yield from _cut("Signals decided otherwise", ("close", "symbol", "side", "before", "after"), rest)


def _cut(title: str, heads: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Iterator[Table]:
    found = tuple(rows)
    if found:
        name = f"{title} ({len(found):,})"
        yield Table(name, heads, found[:MOST_ROWS], False, max(0, len(found) - MOST_ROWS))


def _figure_row(figure: Figure, name: str, told: Callable[[float | None], str]) -> tuple[str, ...]:
    change = figure.difference
    sign = "+" if change is not None and change > 0 else ""
    return name, told(figure.before), told(figure.after), sign + told(change)


def _moment(time: int) -> str:
    return say.moment(iso_time(time))


def _signal(signal: Signal) -> tuple[str, str, str]:
    return _moment(signal.time), signal.symbol, signal.side


def _trade_row(trade: Trade) -> tuple[str, ...]:
    return (
        _moment(trade.entry_time), trade.symbol, trade.side, say.price(trade.entry_price), _moment(trade.exit_time),
        trade.reason, f"{trade.profit:+,.2f}",
    )  # fmt: skip


def _moved_row(old: Trade, new: Trade) -> tuple[str, ...]:
    ends = (f"{_moment(t.exit_time)} at {say.price(t.exit_price)} ({t.reason})" for t in (old, new))
    return (_moment(new.entry_time), new.symbol, new.side, *ends)


def _behaviour_data(found: Behaviour) -> dict[str, Any]:
    def timed(record: Signal | Trade) -> dict[str, Any]:
        return {k: iso_time(v) if k.endswith("time") else v for k, v in asdict(record).items()}

    def pairs(records: tuple[tuple[Any, Any], ...]) -> list[dict[str, Any]]:
        return [{"before": timed(a), "after": timed(b)} for a, b in records]

    return {
        "same": found.same,
        "signals": {
            "before": found.signals[0], "after": found.signals[1],
            "gained": [timed(s) for s in found.signals_gained], "lost": [timed(s) for s in found.signals_lost],
            "decided_otherwise": pairs(found.decided_otherwise),
        },
        "trades": {
            "before": found.trades[0], "after": found.trades[1],
            "gained": [timed(t) for t in found.trades_gained], "lost": [timed(t) for t in found.trades_lost],
            "moved": pairs(found.trades_moved), "resized": pairs(found.trades_resized),
        },
        "figures": [{**asdict(figure), "difference": figure.difference} for figure in found.figures],
    }  # fmt: skip
