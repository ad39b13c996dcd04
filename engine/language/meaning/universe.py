"""The `universe:` block in, each symbol's spans of membership out; and a strategy restricted to them."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from ...diagnostics.diagnostic import Span
from ...diagnostics.report import Report
from ..resolve.resolver import Resolver
from ..strategy import EVER, Membership, Side, Strategy
from ..structure.part import Part
from ..text import Text, cut
from ..yaml.nodes import ListNode
from ..yaml.source import MAX_BYTES

_COLUMNS = ("symbol", "from", "to")
_MOST_TOLD = 20
_HEAD = "the first line is `symbol,from,to`; each other one names a symbol and its dates"
_WAY = "write its path from this file's folder, such as `./members.csv`"
_DATE = "write a date such as `2021-01-31`"
Members = Mapping[str, tuple[Membership, ...]]


@dataclass(frozen=True, slots=True)
class _Row:
    """One span as it was written; `where` is said before what is wrong with it."""

    symbol: str
    start: str
    end: str
    span: Span
    where: str = ""
    listed: bool = True
    """Whether it stands in the strategy's own file, which names no symbol in vain."""


def read_members(root: Part, path: str, report: Report) -> Members:
    """Empty where no universe is declared, or the report says what is wrong with it."""
    if "universe" not in root:
        return {}
    part = root.part("universe")
    node = part.get("members")
    if node is None:
        return {}
    rows = list(_listed(part) if isinstance(node, ListNode) else _of_file(part, path, report))
    symbols = {text.value: text for text in root.texts("symbols")}
    found: dict[str, list[Membership]] = {}
    told = 0
    for row in rows:
        if row.symbol not in symbols:
            if row.listed:
                report.error(
                    "SR446", f"`{cut(row.symbol)}` is not among `symbols`", row.span, "add it there, or leave it out"
                )
            continue
        span = _membership(row, report) if told < _MOST_TOLD else None
        told += span is None
        found.setdefault(row.symbol, []).extend([span] if span else [])
    for symbol, text in symbols.items():
        if rows and symbol not in found:
            help_ = "give it a span in `universe.members`, or take it out of `symbols`"
            report.error("SR446", f"`{symbol}` is never a member", text.span(0, len(symbol)), help_)
    return {symbol: _joined(spans) for symbol, spans in found.items()}


def _listed(part: Part) -> Iterator[_Row]:
    for inner in part.listed("members"):
        if inner.text("symbol") is not None:
            yield _Row(inner.string("symbol"), inner.string("from"), inner.string("to"), inner.node.span)


def _of_file(part: Part, path: str, report: Report) -> Iterator[_Row]:
    """The rows of a CSV file, from the strategy's folder."""
    span, shown = part.span("members"), f"`{cut(part.string('members'))}`"
    try:
        lines = _lines(Path(Path(path).parent, part.string("members")))
    except OSError as error:
        report.error("SR447", f"{shown} cannot be read: {error.strerror or error}", span, _WAY)
        return
    except (ValueError, csv.Error):  # a path with a nul byte, bytes that are no text, quotes that never end
        report.error("SR447", f"{shown} is not a CSV file in UTF-8 of {MAX_BYTES:,} bytes at most", span, _HEAD)
        return
    if len(lines) < 2 or tuple(cell.strip() for cell in lines[0]) != _COLUMNS:
        report.error("SR447", f"{shown} holds no members", span, _HEAD)
        return
    for number, cells in enumerate(lines[1:], 2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(_COLUMNS):
            report.error("SR447", f"{shown} has {len(cells)} columns in line {number}", span, _HEAD)
            return
        symbol, start, end = (cell.strip() for cell in cells)
        yield _Row(symbol, start, end, span, f"line {number} of {shown}: ", listed=False)


def _lines(place: Path) -> list[list[str]]:
    """Raises OSError, ValueError or csv.Error."""
    if not place.exists():
        raise OSError(None, "there is no such file")
    if not place.is_file():  # a pipe would never end
        raise OSError(None, "it is not a file")
    with place.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ValueError("too large")
    return list(csv.reader(data.decode("utf-8-sig").splitlines(), strict=True))


def _membership(row: _Row, report: Report) -> Membership | None:
    start, end = _instant(row.start, 0), _instant(row.end, EVER)
    if start is None or end is None:
        wrong = row.start if start is None else row.end
        report.error("SR446", f"{row.where}there is no date `{cut(wrong)}`", row.span, _DATE)
        return None
    if start >= end:
        report.error("SR446", f"{row.where}`to` must be later than `from`", row.span)
        return None
    return Membership(start, end)


def _instant(text: str, missing: int) -> int | None:
    """ms UTC of a date, in UTC where it names no offset."""
    if not text:
        return missing
    try:
        read = datetime.fromisoformat(text)
        time = int((read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None
    return time if 0 <= time <= EVER else None


def _joined(spans: list[Membership]) -> tuple[Membership, ...]:
    """The spans in order, those that touch or overlap as one: equal memberships are equal, however they are written."""
    found: list[Membership] = []
    for span in sorted(spans, key=lambda s: (s.start, s.end)):
        if found and span.start <= found[-1].end:
            found[-1] = Membership(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return tuple(found)


def restricted(strategy: Strategy, members: Members, resolver: Resolver) -> Strategy:
    """The strategy with `member()` among its filters and `not member()` among its exits."""
    inside, outside = resolver.condition(Text("member()")), resolver.condition(Text("not member()"))
    assert inside is not None
    assert outside is not None
    filters = inside if strategy.filters is None else resolver.all_of([strategy.filters, inside])

    def leaving(side: Side | None) -> Side | None:
        if side is None:
            return None
        when = outside if side.exit.when is None else resolver.any_of([side.exit.when, outside])
        return replace(side, exit=replace(side.exit, when=when))

    return replace(
        strategy, filters=filters, long=leaving(strategy.long), short=leaving(strategy.short), members=members
    )
