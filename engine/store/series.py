"""Which candles: a series and its folder `venue/type/symbol/timeframe`, each the other's inverse on every system."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from ..diagnostics.diagnostic import InputError
from ..market.timeframe import Timeframe
from ..market.venue import Kind

LONGEST = 80
"""Characters of a symbol, so that its folder's name fits every file system."""
_VENUE = re.compile(r"[a-z][a-z0-9_]{0,40}")
_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")
_RESERVED = re.compile(r"CON|PRN|AUX|NUL|COM[0-9]|LPT[0-9]")
_ESCAPED = re.compile(r"(?:[A-Z0-9_~-]|%[0-9A-F]{2})+")


@dataclass(frozen=True, slots=True, order=True)
class Series:
    """The candles of one symbol and timeframe at one venue; `kind` is spot, perp, future or option."""

    venue: str
    kind: Kind
    symbol: str
    timeframe: Timeframe

    @classmethod
    def of(cls, venue: str, symbol: str, timeframe: str | Timeframe) -> Series:
        """The symbol tells the kind: BTC/USDT:USDT is a perp. Raises InputError for what cannot be stored."""
        if not _VENUE.fullmatch(venue) or _RESERVED.fullmatch(venue.upper()):
            raise InputError(f"`{venue[:60]}` is not a venue's name", help="write it in small letters, such as binance")
        if not 0 < len(symbol) <= LONGEST or not symbol.isprintable() or symbol != symbol.strip():
            raise InputError(f"`{symbol[:LONGEST]!s}` is not a symbol", help="write BASE/QUOTE such as BTC/USDT")
        try:
            frame = Timeframe.parse(timeframe) if isinstance(timeframe, str) else timeframe
        except ValueError as error:
            raise InputError(str(error)) from None
        return cls(venue, kind_of(symbol), symbol, frame)

    def folder(self, root: Path) -> Path:
        """Where its files are, there or not."""
        return root / self.venue / self.kind / folder_name(self.symbol) / self.timeframe.name

    def __str__(self) -> str:
        return f"{self.venue} {self.symbol} {self.timeframe}"


def kind_of(symbol: str) -> Kind:
    """As ccxt writes symbols: BASE/QUOTE spot, :SETTLE perp, :SETTLE-DATE future, :SETTLE-DATE-STRIKE-C option."""
    _, contract, settle = symbol.partition(":")
    if not contract:
        return Kind.SPOT
    parts = settle.count("-")
    return Kind.PERP if parts == 0 else Kind.FUTURE if parts == 1 else Kind.OPTION


def folder_name(symbol: str) -> str:
    """`BTC/USDT:USDT` as BTC_USDT~USDT. What some file system cannot hold, or would hold as equal to another name
    (small letters), is escaped by its bytes: kX is %6BX."""
    name = "".join(_escape(char) for char in symbol)
    return f"%{ord(name[0]):02X}{name[1:]}" if _RESERVED.fullmatch(name) else name


def symbol_of(name: str) -> str | None:
    """The symbol of a folder's name; None for a folder that this store did not make."""
    if not _ESCAPED.fullmatch(name):
        return None
    raw = re.sub(r"%(..)", lambda match: chr(int(match[1], 16)), name.replace("_", "/").replace("~", ":"))
    try:
        symbol = raw.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return None
    return symbol if folder_name(symbol) == name else None


def find_series(root: Path) -> list[Series]:
    """Every series of a store that has files, in order; strangers among them are passed over. Raises InputError."""
    found: list[Series] = []
    try:
        for folder in root.glob("*/*/*/*"):
            venue, kind, name, timeframe = folder.relative_to(root).parts
            symbol = symbol_of(name)
            if symbol is None or not folder.is_dir() or all(path.name.startswith(".") for path in folder.iterdir()):
                continue
            try:
                series = Series.of(venue, symbol, timeframe)
            except InputError:
                continue
            if series.kind == kind:
                found.append(series)
    except OSError as error:
        raise InputError(f"{root}: the store cannot be read: {error.strerror or error}") from None
    return sorted(found, key=lambda s: (s.venue, s.kind, s.symbol, s.timeframe.ms))


def _escape(char: str) -> str:
    if char in _PLAIN:
        return char
    return {"/": "_", ":": "~"}.get(char) or "".join(f"%{byte:02X}" for byte in char.encode())
