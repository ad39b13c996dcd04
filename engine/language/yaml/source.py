"""A strategy file's bytes in, its composed document out; what cannot be read becomes diagnostics."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ...diagnostics.report import Report
from .comments import Comment, comments
from .compose import compose
from .nodes import MapNode
from .places import Lines

MAX_BYTES = 1 << 20
_OTHERS = {
    b"PAR1": ("a Parquet file", "candles are given with --candles"),
    b"SQLite format 3\0": ("a database", "a ledger is given with --ledger"),
}
"""What is given by mistake, by its first bytes."""


@dataclass(frozen=True, slots=True)
class Source:
    """`root` is None when the report says why there is none; `lines` are there wherever there is text."""

    path: str
    root: MapNode | None
    report: Report
    lines: Lines | None = None

    def comments(self) -> list[Comment]:
        """The comments of a document that could be composed."""
        return comments(self.lines, self.root) if self.lines is not None and self.root is not None else []


def read(path: Path) -> Source:
    """Read and compose one YAML or JSON file. Never raises for what the file holds."""
    report = Report(str(path))
    data = _bytes(path, report)
    return parse(str(path), data) if data is not None else Source(str(path), None, report)


def parse(path: str, data: bytes) -> Source:
    """Compose a file's bytes; `path` is only its name in messages."""
    report = Report(path)
    for beginning, (kind, help_) in _OTHERS.items():
        if data.startswith(beginning):
            report.error("SR002", f"this is {kind}, not a strategy file", help=help_)
            return Source(path, None, report)
    if len(data) > MAX_BYTES:
        report.error("SR004", f"the file is larger than the {MAX_BYTES:,} bytes that a strategy file has at most")
        return Source(path, None, report)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"the file is not UTF-8 text: byte 0x{data[error.start]:02x} in line {line}"
        report.error("SR002", message, help="save it as UTF-8")
        return Source(path, None, report)
    lines = Lines(text)
    report = Report(path, lines.texts())
    root = compose(lines, report)
    if isinstance(root, MapNode):
        return Source(path, root, report, lines)
    if not report.failed:
        if root is None or getattr(root, "value", root) is None:
            report.error("SR003", "the file is empty", help="begin with `stratrun: 2`")
        else:
            help_ = "begin with `stratrun: 2` and write lines of `key: value`"
            report.error("SR010", "a strategy file is a mapping of keys and values", root.span, help_)
    return Source(path, None, report, lines)


def read_bytes(path: Path) -> bytes | None:
    """A file's bytes, as many as `parse` needs to judge it; None where there are none to be had, as `read` explains."""
    try:
        if not path.is_file():
            return None
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except (OSError, ValueError):
        return None


def _bytes(path: Path, report: Report) -> bytes | None:
    try:
        if path.is_file():
            with path.open("rb") as file:
                return file.read(MAX_BYTES + 1)
        kind = "this is a folder" if path.is_dir() else "this is not a regular file" if path.exists() else None
        report.error("SR001", f"{kind}, not a strategy file" if kind else "there is no such file")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        report.error("SR001", f"the file cannot be read: {reason}")
    return None
