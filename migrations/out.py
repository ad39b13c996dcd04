"""A new document: values with the marks of what they were made of in, YAML as a person writes it out."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .places import Places
from .tree import Mark

_PLAIN = re.compile(r"[A-Za-z0-9(_][^\x00-\x1f\x7f-\xa0\u2028\u2029\ud800-\udfff\ufeff]*|-[0-9A-Za-z(][ -~]*")
_NO_TEXT = re.compile(
    r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:e[-+]?[0-9]+)?|0o[0-7]+|0x[0-9a-f]+|[-+]?\.?(?:inf|nan)"
    r"|true|false|null|yes|no|on|off|~",
    re.IGNORECASE,
)
"""What some reader of YAML takes for a number or a word of its own."""
_LINE = re.compile(
    r"(?:[^\x00-\x1f\x7f-\xa0\u2028\u2029\ud800-\udfff\ufeff]*[^\x00-\x20\x7f-\xa0\u2028\u2029\ud800-\udfff\ufeff])?"
)
_SPLITS = re.compile(r": |:$| #|\s$")
_FLOW = re.compile(r"[,\[\]{}]")


@dataclass(frozen=True, slots=True)
class Leaf:
    value: str | int | Decimal
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Rows:
    items: Sequence[Out]
    flow: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """`comment` stands behind the line (of a block: behind its key), `above` on lines of their own before it."""

    key: str
    value: Out
    mark: Mark | None = None
    comment: str = ""
    above: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """`below` are comments after the last entry; `comment` stands behind a block that is the row of a list."""

    entries: Sequence[Entry]
    flow: bool = False
    below: Sequence[str] = ()
    comment: str = ""


Out = Leaf | Rows | Block


def plain(value: Out) -> Any:
    """The content alone, as JSON holds it."""
    if isinstance(value, Block):
        return {entry.key: plain(entry.value) for entry in value.entries}
    return [plain(item) for item in value.items] if isinstance(value, Rows) else value.value


def write(root: Block, head: str) -> tuple[str, Places]:
    """The document as YAML below the comment `head`, and where its pieces come from."""
    writer = _Writer()
    writer.put(f"# {head}\n")
    writer.block(root, 0)
    return "".join(writer.pieces), Places(writer.pairs)


class _Writer:
    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.pairs: list[tuple[Mark, Mark, bool]] = []
        self._at = 0

    def put(self, text: str, origin: Mark | None = None) -> None:
        self.pieces.append(text)
        if origin is not None:
            self.pairs.append((Mark(self._at, self._at + len(text)), origin, False))
        self._at += len(text)

    def block(self, block: Block, indent: int, begun: bool = False) -> None:
        """`begun`: the first entry stands behind a dash."""
        for entry in block.entries:
            if not begun:
                self._above(entry.above, indent)
                self.put(" " * indent)
            begun = False
            self._entry(entry, indent)
        self._above(block.below, indent)

    def _entry(self, entry: Entry, indent: int) -> None:
        begun, known = self._at, len(self.pairs)
        self.put(scalar(entry.key, False))
        self.put(":")
        behind = f"  # {entry.comment}" if entry.comment else ""
        value = entry.value
        if isinstance(value, Leaf) and _is_prose(value.value):
            self.put(f" |-{behind}\n")
            lines = str(value.value).split("\n")
            self.put("".join(f"{' ' * (indent + 2)}{line}\n" if line else "\n" for line in lines), value.mark)
        elif isinstance(value, Leaf) or value.flow:
            self.put(" ")
            self._inline(value, False)
            self.put(behind + "\n")
        else:
            self.put(behind + "\n")
            self.block(value, indent + 2) if isinstance(value, Block) else self._rows(value, indent + 2)
        origin = entry.mark or next((old for _, old, _ in self.pairs[known:]), None)
        if origin is not None:
            self.pairs.append((Mark(begun, self._at), origin, False))

    def _rows(self, rows: Rows, indent: int) -> None:
        for item in rows.items:
            self.put(" " * indent + "- ")
            if isinstance(item, Block) and not item.flow:
                self.block(item, indent + 2, begun=True)
            else:
                self._inline(item, False)
                self.put(f"  # {item.comment}\n" if isinstance(item, Block) and item.comment else "\n")

    def _inline(self, value: Out, flow: bool) -> None:
        if isinstance(value, Leaf):
            self.put(scalar(value.value, flow), value.mark)
            return
        self.put("[" if isinstance(value, Rows) else "{")
        parts: Sequence[Entry | Out] = value.items if isinstance(value, Rows) else value.entries
        for number, part in enumerate(parts):
            self.put(", " if number else "")
            if isinstance(part, Entry):
                begun = self._at
                self.put(f"{scalar(part.key, True)}: ")
                self._inline(part.value, True)
                if part.mark is not None:
                    self.pairs.append((Mark(begun, self._at), part.mark, False))
            else:
                self._inline(part, True)
        self.put("]" if isinstance(value, Rows) else "}")

    def _above(self, comments: Sequence[str], indent: int) -> None:
        for comment in comments:
            self.put(f"{' ' * indent}# {comment}\n")


def _is_prose(value: str | int | Decimal) -> bool:
    """Whether a text of several lines can stand as it is, indented."""
    lines = value.split("\n") if isinstance(value, str) else []
    return (
        len(lines) > 1
        and _PLAIN.fullmatch(lines[0]) is not None
        and bool(lines[-1])
        and all(_LINE.fullmatch(line) for line in lines)
    )


def scalar(value: str | int | Decimal, flow: bool) -> str:
    """A value as YAML, in quotes only where it needs them."""
    if not isinstance(value, str):
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    bare = _PLAIN.fullmatch(value) and not _NO_TEXT.fullmatch(value) and not _SPLITS.search(value)
    return value if bare and not (flow and _FLOW.search(value)) else json.dumps(value, ensure_ascii=False)
