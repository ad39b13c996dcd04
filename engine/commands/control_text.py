"""What control commands show, as words: data of the views in, lines out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

Row = Mapping[str, Any]


def status_text(data: Row) -> str:
    return "\n".join(_status(data))


def orders_text(rows: Sequence[Row]) -> str:
    if not rows:
        return "no open orders"
    heads = ("order", "strategy", "symbol", "for", "side", "type", "quantity", "filled", "price", "state", "since")
    body = [
        (r["order_id"], r["strategy"] or "-", r["symbol"], r["role"], r["side"], r["type"], r["quantity"], r["filled"],
         r["price"] or r["trigger"] or "-", r["state"], moment(r["created"])) for r in rows
    ]  # fmt: skip
    return table(heads, body)


def positions_text(rows: Sequence[Row]) -> str:
    if not rows:
        return "no open positions"
    heads = ("symbol", "side", "quantity", "entry", "price", "profit", "stop", "strategy")
    body = [(*(r[name] or "-" for name in heads[:-1]), r["strategy"] or "-") for r in rows]
    return table(heads, body)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as their widest text."""
    every = [heads, *rows]
    widths = [max(len(row[k]) for row in every) for k in range(len(heads))]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in every
    )


def moment(ms: int | None) -> str:
    """ms UTC as people read it."""
    if ms is None:
        return "-"
    try:
        return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")
    except (OverflowError, ValueError, OSError):
        return str(ms)


def _status(data: Row) -> Iterator[str]:
    running = data["source"] == "session"
    yield f"{data['deployment'] or 'session'}: {'running' if running else 'not running'}"
    yield from (f"  {note}" for note in data["notes"])
    if data["halt"]:
        yield f"HALTED by {data['halt']}; `stratrun resume` takes it back"
    for state in data["states"]:
        until = f", until {moment(state['until'])}" if state["until"] else ""
        cause = f"{state['code']}; {state['who']}: {state['why']}{until}"
        yield f"{state['state']}: {state['scope']} {state['name']} ({cause})"
    if running and not data["halt"] and not data["states"]:
        yield "active"
    doubt = f", {data['in_doubt']} of unknown fate" if data["in_doubt"] else ""
    yield f"open orders {data['orders']}{doubt}, positions {data['positions']}"
    for words in data["drift"]:
        yield f"differs from the venue: {words}"
    for session in data["sessions"]:
        symbols = " ".join(session["symbols"])
        seen = f"newest candle {moment(session['candle'])}" if session["candle"] else "no candle yet"
        if session["timeframe"]:
            symbols += f"  {session['timeframe']}"
        else:
            seen = "orders by hand"
        yield f"  {session['strategy']}  {session['mode']}  {symbols}  {seen}"
