"""The entries of `expect:` in, Expectations out; candles that the case does not have go to the report."""

from __future__ import annotations

from collections.abc import Mapping

from ...diagnostics.report import Report
from ..expression.parse import parse
from ..scenario import Expectation, Series
from ..structure.part import Part, holds_mistake

_KINDS = ("signal", "decision", "trade", "trades", "figure")
_OF_TRADES = ("side", "entered", "exited", "reason", "entry_price", "exit_price", "quantity", "profit", "profit_pct",
              "fees", "held", "within")  # fmt: skip
_OF_FIGURES = ("is", "within")
_ROWS = ("at", "from", "to", "entered", "exited")


def read_expectation(part: Part, candles: Mapping[str, Series], report: Report) -> Expectation | None:
    """What must hold, or None where the structure is wrong or the report says why."""
    if holds_mistake(part.node, part.broken):
        return None
    kind = next((kind for kind in _KINDS if kind in part), None)
    if kind is None or not _rows_exist(part, candles, report) or not _known(part, candles, report):
        return None
    because = part.text("because")
    if because is not None and parse(because, report) is None:
        return None
    given = _OF_TRADES if kind == "trade" else _OF_FIGURES if kind == "figure" else ()
    at = part.number("at")
    first, last = (at, at) if at is not None else (part.number("from"), part.number("to"))
    return Expectation(
        kind,
        part.node.span,
        first=None if first is None else int(first),
        last=None if last is None else int(last),
        value=part.string(kind) if kind in ("signal", "decision", "figure") else str(int(part.number(kind) or 0)),
        because=None if because is None else because.value,
        symbol=part.string("symbol") or None,
        figures={name: _figure(part, name) for name in given if name in part},
    )


def _rows_exist(part: Part, candles: Mapping[str, Series], report: Report) -> bool:
    """Whether the case can have every candle that is named; files of candles are opened when it runs."""
    first, last = part.number("from"), part.number("to")
    if first is not None and last is not None and first > last:
        report.error("SR706", f"`from: {first:.0f}` is after `to: {last:.0f}`", part.span("from"))
        return False
    if any(series.file is not None for series in candles.values()):
        return True
    # Candles are numbered by the strategy's first symbol, which is known only when the test runs.
    count = max((series.count() for series in candles.values()), default=0)
    for key in _ROWS:
        row = part.number(key)
        if row is not None and row >= count:
            message = f"there is no candle {row:.0f}: the test has {count:,}, numbered 0 to {count - 1:,}"
            report.error("SR706", message, part.span(key))
            return False
    return True


def _known(part: Part, candles: Mapping[str, Series], report: Report) -> bool:
    symbol = part.string("symbol")
    if not symbol or "" in candles or symbol in candles:
        return True
    report.error("SR708", f"the test has no candles of `{symbol}`", part.span("symbol"), f"it has {', '.join(candles)}")
    return False


def _figure(part: Part, name: str) -> str | float:
    number = part.number(name)
    return part.string(name) if number is None else number
