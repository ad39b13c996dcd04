"""A review -> text for a terminal, or Markdown that is ready as a comment on a pull request."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from ..diagnostics.fold import fold
from ..language.text import cut
from .report import Review, Table, behaved, tables, verdict

_WIDEST, _NARROWEST = 60, 12


def as_text(review: Review, columns: int | None = None) -> str:
    """In lines of `columns`: long cells go on beneath themselves."""
    head = "\n".join([f"{review.old.name} -> {review.new.name}", "", verdict(review), behaved(review)])
    lines = [fold(head, columns)]
    for table in tables(review):
        lines += ["", table.title, *_aligned(table, columns)]
    return "\n".join(lines)


def as_markdown(review: Review) -> str:
    """Tables, the long ones folded away."""
    lines = [f"### {_plain(review.new.strategy.name)}: {_code(review.old.name)} → {_code(review.new.name)}", ""]
    lines += [f"**{verdict(review)}**", "", behaved(review)]
    for table in tables(review):
        body = [*_markdown(table), *([f"\nand {table.more:,} more"] if table.more else [])]
        if table.lead:
            lines += ["", f"#### {table.title}", "", *body]
        else:
            lines += ["", f"<details><summary>{table.title}</summary>", "", *body, "", "</details>"]
    return "\n".join(lines)


def _aligned(table: Table, columns: int | None) -> Iterator[str]:
    shown = table.rows if table.lead else [[cut(text, _WIDEST) for text in row] for row in table.rows]
    rows = [table.heads, *shown]
    widths = [min(_WIDEST, max(len(row[k]) for row in rows)) for k in range(len(table.heads))]
    while columns is not None and sum(widths) + 2 * len(widths) > columns and max(widths) > _NARROWEST:
        widths[widths.index(max(widths))] -= 1
    for row in rows:
        folded = [_parts(text, width if columns is not None else None) for text, width in zip(row, widths, strict=True)]
        for parts in zip_longest(*folded, fillvalue=""):
            yield ("  " + "  ".join(f"{text:<{width}}" for text, width in zip(parts, widths, strict=True))).rstrip()
    if table.more:
        yield f"  and {table.more:,} more"


def _parts(text: str, width: int | None) -> list[str]:
    """A cell's lines; a word that is too long is broken, so that the columns after it stay where they are."""
    if width is None:
        return [text]
    return [line[at : at + width] for line in fold(text, width).split("\n") for at in range(0, len(line) or 1, width)]


def _markdown(table: Table) -> Iterator[str]:
    yield f"| {' | '.join(table.heads)} |"
    yield f"|{' --- |' * len(table.heads)}"
    for row in table.rows:
        yield f"| {' | '.join(_cell(text, k) for k, text in enumerate(row))} |"


def _cell(text: str, column: int) -> str:
    """Figures as they are; what an author wrote as code, so that it cannot become Markdown of its own."""
    harmless = all(char.isalnum() or char in " .,:+-%/_" for char in text)
    lead = "&nbsp;&nbsp;" if text.startswith("  ") and column == 0 else ""
    return lead + (text.strip().replace("_", "\\_") if harmless else _code(text.strip()))


def _code(text: str) -> str:
    return "`" + " ".join(text.split()).replace("`", "'").replace("|", "\\|") + "`"


def _plain(text: str) -> str:
    return "".join(char if char.isalnum() or char in " .,:+-%()/'" else " " for char in " ".join(text.split()))
