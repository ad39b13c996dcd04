"""A place that is to be written in, what stands there and would be lost out: told by content, not by name alone."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import IO

from ..report.atomic import is_database

RECORD = "result.json"
_HEAD = 4096
_LARGEST = 64 << 20
_BESIDE_DATABASE = re.compile(
    r"(.+)(?:-(?:wal|shm|journal)|\.(?:lock|log|control|sock|halt|checkpoint|markets))", re.DOTALL
)
_PRICES = ("open", "high", "low", "close")


class Held(StrEnum):
    """What no output of another kind replaces; the value says it in words."""

    LEDGER = "it is a ledger"
    DATABASE = "it is a database"
    BESIDE_DATABASE = "it belongs to the database beside it"
    STORE = "it lies in a candle store"
    RUN = "it is a part of a run"
    DOCUMENT = "it is a strategy or another document"
    CANDLES = "it holds candles"


def held_at(path: Path) -> Held | None:
    """What stands at the place, or what a file there would become a part of; None where nothing would be lost."""
    path = path.resolve()
    if _in_store(path):
        return Held.STORE
    if _beside_database(path):
        return Held.BESIDE_DATABASE
    if not path.is_file():
        return None
    if is_database(path):
        return Held.LEDGER if _is_ledger(path) else Held.DATABASE
    if (path.parent / RECORD).is_file() and (path.name == RECORD or path.suffix == ".parquet"):
        return Held.RUN
    if holds_candles(path):
        return Held.CANDLES
    return Held.DOCUMENT if is_document(path) else None


def is_document(path: Path) -> bool:
    """Whether it says so, of any version, and be it half written; or whether limits or instruments stand in it. Tuned
    values, which are found again, do not count."""
    from ...migrations.json_tree import NotJson
    from ..language.folders import ENDINGS
    from ..language.ours import is_instruments, is_tuned, top_keys
    from ..language.upgrade import converted
    from ..language.yaml.source import parse

    if not path.name.lower().endswith(ENDINGS) or path.stat().st_size > _LARGEST:
        return False
    data = path.read_bytes()
    keys = top_keys(data)
    if "stratrun" in keys:
        return not is_tuned(keys)
    try:
        return is_instruments(keys) or converted(parse(str(path), data)) is not None
    except NotJson:  # version 1, half written
        return True


def holds_candles(path: Path) -> bool:
    """Whether a CSV or Parquet file has the columns of candles."""
    import gzip

    name = path.name.lower()
    try:
        if name.endswith((".csv", ".csv.gz")):
            with gzip.open(path) if name.endswith(".gz") else path.open("rb") as file:
                first = file.readline(_HEAD).decode("utf-8-sig", "replace").lower()
            return {cell.strip(" \t\r\n\"'") for cell in first.split(",")} >= set(_PRICES)
        if name.endswith(".parquet"):
            with path.open("rb") as file:
                footer = _footer(file)
            return all(bytes([len(word)]) + word.encode() in footer for word in _PRICES)
    except (OSError, EOFError, ValueError):
        pass
    return False


def _footer(file: IO[bytes]) -> bytes:
    """Where a Parquet file names its columns, each after its length."""
    size = file.seek(0, 2)
    file.seek(max(size - 8, 0))
    end = file.read()
    length = int.from_bytes(end[:4], "little")
    if not end.endswith(b"PAR1") or not 0 < length <= min(size - 8, _LARGEST):
        return b""
    file.seek(size - 8 - length)
    return file.read(length)


def _is_ledger(path: Path) -> bool:
    import sqlite3

    from ..ledger.file import application_of
    from ..ledger.place import APPLICATION

    try:
        return application_of(path) == APPLICATION
    except sqlite3.Error:
        return False


def _beside_database(path: Path) -> bool:
    match = _BESIDE_DATABASE.fullmatch(path.name)
    return match is not None and is_database(path.with_name(match[1]))


def _in_store(path: Path) -> bool:
    from ..store.root import MARKER

    return any((folder / MARKER).is_file() for folder in path.parents)
