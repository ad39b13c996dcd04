"""`--candles` in, candles by symbol out: files, folders, and stores (`store:binance`, or a folder inside a store)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from ..diagnostics.diagnostic import InputError
from ..market.candles import Candles
from ..market.load import load_candles as load_files
from ..market.symbol import letters
from ..market.timeframe import Timeframe
from .reader import read_series
from .root import default_root, open_root, store_above
from .series import Series, find_series

SCHEME = "store:"


class Wanted(NamedTuple):
    """The part of a store that is read: `start` and `end` in ms UTC, the end exclusive, and how many candles before
    `start`; None is all. Files are read whole."""

    start: int | None = None
    end: int | None = None
    history: int | None = None


class _Shelf(NamedTuple):
    """A store, or the part of it below one venue and kind; `symbol` where it was given for one symbol alone."""

    root: Path
    parts: tuple[str, ...]
    symbol: str | None
    spec: str


def load_candles(
    specs: Sequence[str],
    symbols: Sequence[str],
    timeframe: Timeframe,
    wanted: Wanted = Wanted(),  # noqa: B008 - a value
) -> dict[str, Candles]:
    """The candles of each symbol; stores are asked first, files give the rest. Raises InputError."""
    shelves: list[_Shelf] = []
    files: list[str] = []
    for spec in specs:
        shelf = _shelf(spec, symbols)
        if shelf is None:
            files.append(spec)
        else:
            shelves.append(shelf)
    found: dict[str, Candles] = {}
    for symbol in dict.fromkeys(symbols) if shelves else ():
        series = _choose(shelves, symbol, timeframe, bool(files))
        if series is not None:
            root, chosen = series
            found[symbol] = read_series(root, chosen, wanted.start, wanted.end, wanted.history)
    rest = [symbol for symbol in dict.fromkeys(symbols) if symbol not in found]
    if rest or not shelves:
        found |= load_files(files, rest if shelves else symbols, timeframe)
    return {symbol: found[symbol] for symbol in dict.fromkeys(symbols)}


def is_store(spec: str) -> bool:
    """Whether a `--candles` text names a store."""
    return _shelf(spec, ()) is not None


def _shelf(spec: str, symbols: Sequence[str]) -> _Shelf | None:
    named, sign, place = spec.partition("=")
    symbol = None
    if sign and not Path(spec).exists():
        symbol = next((s for s in symbols if letters(s) == letters(named)), None)
        if symbol is None and place.startswith(SCHEME):
            raise InputError(f"--candles {spec}: {named} is none of the symbols needed: {', '.join(symbols)}")
    place = place if symbol else spec
    if place.startswith(SCHEME):
        parts = tuple(part for part in place.removeprefix(SCHEME).split("/") if part)
        if len(parts) > 2:
            raise InputError(
                f"--candles {spec}: expected store:VENUE", help="write store:binance, or store:binance/spot"
            )
        return _Shelf(open_root(default_root()), parts, symbol, spec)
    path = Path(place).expanduser()
    try:
        inside = store_above(path.resolve()) if path.is_dir() else None
    except (OSError, ValueError, RuntimeError):
        return None
    return _Shelf(*inside, symbol, spec) if inside and len(inside[1]) <= 2 else None


def _choose(shelves: Sequence[_Shelf], symbol: str, timeframe: Timeframe, or_files: bool) -> tuple[Path, Series] | None:
    """The one series of a symbol and timeframe. Raises InputError for none (where no file may hold it) and several."""
    own = [shelf for shelf in shelves if shelf.symbol == symbol]
    offers = own or [shelf for shelf in shelves if shelf.symbol is None]
    fitting: dict[tuple[Path, Series], None] = {}
    held: list[Series] = []
    for shelf in offers:
        for series in find_series(shelf.root):
            if series.symbol != symbol or (series.venue, str(series.kind))[: len(shelf.parts)] != shelf.parts:
                continue
            held.append(series)
            if series.timeframe == timeframe:
                fitting[shelf.root, series] = None
    if len(fitting) > 1:
        venues = ", ".join(series.venue for _, series in fitting)
        raise InputError(
            f"several venues have {timeframe} candles of {symbol}: {venues}",
            help=f"name one: --candles store:{next(iter(fitting))[1].venue}",
        )
    if fitting:
        return next(iter(fitting))
    if or_files and not own:
        return None
    raise InputError(_missing(offers, symbol, timeframe, held), help=_mend(offers, symbol, timeframe, held))


def _missing(offers: Sequence[_Shelf], symbol: str, timeframe: Timeframe, held: Sequence[Series]) -> str:
    where = ", ".join(shelf.spec for shelf in offers) or "no store"
    there = f"; it has {', '.join(s.timeframe.name for s in held)}" if held else ""
    return f"{where}: the store has no {timeframe} candles of {symbol}{there}"


def _mend(offers: Sequence[_Shelf], symbol: str, timeframe: Timeframe, held: Sequence[Series]) -> str:
    faster = [s for s in held if s.timeframe.ms < timeframe.ms and timeframe.is_multiple_of(s.timeframe)]
    if faster:
        # The slowest of them: it is the quickest to read, and mostly goes back the furthest.
        base = max((s.timeframe for s in faster), key=lambda frame: frame.ms)
        return f"`stratrun data resample {symbol} --timeframe {base} --to {timeframe}` makes them"
    venue = next((shelf.parts[0] for shelf in offers if shelf.parts), "VENUE")
    return f"`stratrun data download {venue} {symbol} --timeframe {timeframe}` gets them"
