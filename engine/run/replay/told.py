"""A replay and its clues -> lines for people, or plain data for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from ...explaining.trace import tree_lines
from ...explaining.trace_text import node_data
from ...language.identity import short_hash
from ...report.tables import iso_time
from ...report.wording import moment
from .clues import Clues
from .differing import Difference, Kind
from .play import Replayed

SHOWN = 5
_WORDS = {
    Kind.DECISION: "decision", Kind.ORDER: "planned order", Kind.FILL: "fill", Kind.EQUITY: "equity at the close",
    Kind.CANDLE: "candle",
}  # fmt: skip

_AT = dict.fromkeys(Kind, "on the candle of") | {Kind.CANDLE: "of", Kind.EQUITY: "at"}


def lines(result: Replayed, found: Clues | None, plain: bool = False) -> Iterator[str]:
    """`plain` keeps to ASCII."""
    for session, run in zip(result.subject.sessions, result.subject.runs, strict=True):
        opened = session.opened
        yield f"{session.name}  strategy {run.name} {short_hash(opened.strategy_hash)}  {opened.mode}  {opened.account}"
    if result.first is None or result.last is None or result.equity is None:
        yield f"  no close was decided, {_count(result.candles, 'candle')} came before"
    else:
        counts = (
            f"{_count(result.closes, 'close')}, {_count(result.candles, 'candle')}, {result.late:,} of them only seen"
        )
        yield f"  {moment(iso_time(result.first))} to {moment(iso_time(result.last))} UTC, {counts}"
        yield f"  decisions  {result.decisions:,} recorded, {result.again:,} decided again{_codes(result)}"
        yield (
            f"  orders     {result.orders:,} planned and compared with what was wanted"
            if result.orders
            else (f"  fills      {result.fills:,}")
        )
        begun, ended = result.equity
        currency = result.subject.deployment.currency
        yield f"  equity     {begun:,.2f} to {ended:,.2f} {currency}, held against {_count(result.fills, 'fill')}"
    for note in result.subject.notes:
        yield f"  Note: {note}."
    if result.equal:
        yield "Equal: the same candles and fills gave the same decisions."
        return
    yield f"Unlike: {_count(result.unlike, 'difference')}."
    yield from _first(result.differences, found, plain)


def data(result: Replayed, found: Clues | None) -> dict[str, Any]:
    """JSON-able: times as ISO 8601."""
    return {
        "sessions": [
            {"session_id": s.name, "strategy": run.name, "strategy_hash": s.opened.strategy_hash,
             "mode": s.opened.mode, "account": s.opened.account, "goes_on": s.closed is None}
            for s, run in zip(result.subject.sessions, result.subject.runs, strict=True)
        ],
        "equal": result.equal, "first": _iso(result.first), "last": _iso(result.last), "closes": result.closes,
        "candles": result.candles, "candles_only_seen": result.late,
        "decisions": {"recorded": result.decisions, "again": result.again, "codes": dict(sorted(result.codes.items()))},
        "orders": {"compared": result.orders, "wanted_and_not_planned": result.unfollowed},
        "fills": result.fills, "equity": list(result.equity) if result.equity else None,
        "differences": {"count": result.unlike, "first": [_difference(one) for one in result.differences[:100]]},
        "clues": None if found is None else {
            "causes": list(found.causes), "candle": dict(found.candle),
            "rules": {key: node_data(node) for key, node in found.rules.items()},
        },
        "notes": list(result.subject.notes),
    }  # fmt: skip


def _first(differences: Sequence[Difference], found: Clues | None, plain: bool) -> Iterator[str]:
    for k, one in enumerate(differences[:SHOWN]):
        where = " ".join(part for part in (one.strategy, one.symbol) if part)
        at = "" if one.candle is None else f" {_AT[one.kind]} {moment(iso_time(one.candle))} UTC"
        event = f" (event {one.seq:,})" if one.seq else ""
        yield f"  {k + 1}. {_WORDS[one.kind]}{' of ' + where if where else ''}{at}{event}"
        yield f"       recorded  {one.recorded or 'nothing'}"
        yield f"       {'in files ' if one.kind is Kind.CANDLE else 'again    '} {one.again or 'nothing'}"
        if k == 0 and found is not None:
            yield from _clues(found, plain)
    if len(differences) > SHOWN:
        yield "  and more, which may follow from the first."


def _clues(found: Clues, plain: bool) -> Iterator[str]:
    for cause in found.causes:
        yield f"       cause     {cause}"
    if found.candle:
        yield "       candle    " + "  ".join(f"{name} {value:.10g}" for name, value in found.candle.items())
    for key, node in found.rules.items():
        for k, line in enumerate(tree_lines(node, plain)):
            yield f"       {key + '  ' if k == 0 else '  '}{line}"


def _difference(one: Difference) -> dict[str, Any]:
    return {**asdict(one), "candle": _iso(one.candle)}


def _codes(result: Replayed) -> str:
    most = result.codes.most_common(4)
    return f" ({', '.join(f'{count:,} {code}' for code, count in most)})" if most else ""


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def _iso(time: int | None) -> str | None:
    return None if time is None else iso_time(time)
