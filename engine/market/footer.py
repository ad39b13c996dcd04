"""The footer of a Parquet file (Thrift's compact protocol) -> how many rows and bytes its columns unpack to.

Polars tells neither before it has read the columns.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

LONGEST = 16 << 20
"""Bytes of a footer; one of candles has some thousand."""
_MAGIC = b"PAR1"
_DEEPEST = 16
_BINARY, _LIST, _SET, _STRUCT = 8, 9, 10, 12


class Chunk(NamedTuple):
    """A part of a column."""

    column: str
    values: int
    unpacked: int


class Footer(NamedTuple):
    rows: int
    chunks: tuple[Chunk, ...]


def read_footer(path: Path) -> Footer | None:
    """None for what is no Parquet file, or a damaged one. Raises OSError."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        if size < 12:
            return None
        file.seek(size - 8)
        tail = file.read(8)
        length = int.from_bytes(tail[:4], "little")
        if tail[4:] != _MAGIC or length > min(size - 12, LONGEST):
            return None
        file.seek(size - 8 - length)
        data = file.read(length)
    try:
        return _footer(_Compact(data).struct())
    except (ValueError, IndexError, KeyError, TypeError, AttributeError):
        return None


def _footer(fields: dict[int, Any]) -> Footer:
    groups = fields[4]
    rows = max(fields[3], sum(group[3] for group in groups))
    chunks = [column[3] for group in groups for column in group[1]]
    return Footer(rows, tuple(Chunk(chunk[3][0].decode(), chunk[5], chunk[6]) for chunk in chunks))


class _Compact:
    """Structs as mappings of field number to value; what is not asked for is kept as well, it is little."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def struct(self, depth: int = 0) -> dict[int, Any]:
        if depth > _DEEPEST:
            raise ValueError
        found: dict[int, Any] = {}
        number = 0
        while head := self._byte():
            number = number + (head >> 4) if head >> 4 else self._integer()
            found[number] = self._value(head & 15, depth)
        return found

    def _value(self, kind: int, depth: int) -> Any:
        if kind in (1, 2):  # a field's truth stands in its head
            return kind == 1
        if kind == 3:
            return self._byte()
        if kind in (4, 5, 6):
            return self._integer()
        if kind == 7:
            return self._take(8)
        if kind == _BINARY:
            return self._take(self._varint())
        if kind in (_LIST, _SET):
            return self._list(depth)
        if kind == _STRUCT:
            return self.struct(depth + 1)
        raise ValueError

    def _list(self, depth: int) -> list[Any]:
        head = self._byte()
        size, kind = head >> 4, head & 15
        if size == 15:
            size = self._varint()
        if size > len(self._data) - self._at or depth > _DEEPEST:
            raise ValueError
        if kind in (1, 2):
            return list(self._take(size))
        return [self._value(kind, depth + 1) for _ in range(size)]

    def _integer(self) -> int:
        number = self._varint()
        return number >> 1 ^ -(number & 1)

    def _varint(self) -> int:
        number = shift = 0
        while True:
            byte = self._byte()
            number |= (byte & 127) << shift
            if byte < 128:
                return number
            shift += 7
            if shift > 63:
                raise ValueError

    def _byte(self) -> int:
        byte = self._data[self._at]
        self._at += 1
        return byte

    def _take(self, size: int) -> bytes:
        if size > len(self._data) - self._at:
            raise ValueError
        self._at += size
        return self._data[self._at - size : self._at]
