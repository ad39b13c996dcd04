"""`--candles [SYMBOL=]PATH…` in, the one file that holds each symbol's candles out; nothing is read yet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..diagnostics.diagnostic import InputError
from .file_name import ENDINGS, FileName, ending
from .symbol import letters
from .timeframe import Timeframe

_ASSIGNED = re.compile(r"([A-Za-z0-9]+(?:[/_-][A-Za-z0-9]+)?(?::[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*)?)=(.*)", re.DOTALL)
_LISTED = 8


def find_files(specs: Sequence[str], symbols: Sequence[str], timeframe: Timeframe) -> dict[str, Path]:
    """The candle file of each symbol.

    Raises InputError, with what was found, when a path is missing, a symbol has no file, several files or one of
    another timeframe, or a file fits two symbols.
    """
    offers = _Offers()
    for spec in specs:
        symbol, path = _split(spec, symbols)
        files = _expand(path)
        if symbol is None:
            offers.plain.extend(files)
            offers.loose.extend(file for file in files if not path.is_dir())
        elif symbol in offers.assigned:
            raise InputError(f"--candles names {symbol} twice: {offers.assigned[symbol][0].path} and {path}")
        else:
            offers.assigned[symbol] = files if path.is_dir() else files[:1]
            offers.certain.update({symbol} if not path.is_dir() else ())
    found = {symbol: offers.choose(symbol, symbols, timeframe) for symbol in dict.fromkeys(symbols)}
    _refuse_shared(found, set(offers.assigned))
    return found


@dataclass(slots=True)
class _Offers:
    """Files by how they were named: for a symbol (`certain` when it is a file), or to be matched by name."""

    plain: list[FileName] = field(default_factory=list)
    loose: list[FileName] = field(default_factory=list)
    assigned: dict[str, list[FileName]] = field(default_factory=dict)
    certain: set[str] = field(default_factory=set)

    def choose(self, symbol: str, symbols: Sequence[str], timeframe: Timeframe) -> Path:
        files = self.assigned.get(symbol, self.plain)
        ranked = [(file, 0 if symbol in self.certain else file.rank(symbol)) for file in files]
        fitting = [(file, rank) for file, rank in ranked if rank is not None]
        alone = len(set(symbols)) == 1 and len(files) == len(self.loose) == 1
        if not fitting and alone and not files[0].names_a_symbol:
            fitting = [(files[0], 0)]
        if not fitting:
            mend = f"write --candles {symbol}=PATH to name its file"
            raise InputError(f"no candles for {symbol}; found {_names(files)}", help=mend)
        timely = [(file, rank) for file, rank in fitting if _suits(file.timeframe, timeframe)]
        if not timely:
            stated = ", ".join(f"{file.path.name} ({file.timeframe})" for file, _ in fitting[:_LISTED])
            raise InputError(
                f"no {timeframe} candles for {symbol}; found {stated}",
                help=f"name a file of {timeframe} candles; slower ones are made of those, faster ones are not read",
            )
        best = min(rank for _, rank in timely)
        chosen = [file for file, rank in timely if rank == best]
        if any(file.timeframe for file in chosen):  # BTCUSDT-trades lies beside BTCUSDT-1h, and is none of candles
            chosen = [file for file in chosen if file.timeframe or not file.says_more(symbol)]
        if len({file.path.resolve() for file in chosen}) > 1:
            raise InputError(
                f"{len(chosen)} files could hold the {timeframe} candles of {symbol}: {_names(chosen, whole=True)}",
                help=f"write --candles {symbol}=PATH to name the right one",
            )
        return chosen[0].path


def _suits(stated: Timeframe | None, timeframe: Timeframe) -> bool:
    return stated is None or (stated.ms, stated.anchor) == (timeframe.ms, timeframe.anchor)


def _split(spec: str, symbols: Sequence[str]) -> tuple[str | None, Path]:
    """`SYMBOL=PATH` or `PATH`; a path that exists, or holds what no symbol can, is a path."""
    match = _ASSIGNED.fullmatch(spec)
    if not match:
        return None, Path(spec).expanduser()
    named = match[1]
    exact = [symbol for symbol in symbols if symbol.upper() == named.upper()]
    wanted = exact or [symbol for symbol in dict.fromkeys(symbols) if letters(symbol) == letters(named)]
    if len(wanted) != 1 and Path(spec).exists():
        return None, Path(spec)
    if not match[2]:
        raise InputError(f"--candles {spec}: no path after `{named}=`")
    if not wanted:
        needed = ", ".join(dict.fromkeys(symbols))
        raise InputError(f"--candles {spec}: {named} is none of the symbols needed: {needed}")
    return wanted[0], Path(match[2]).expanduser()


def _expand(path: Path) -> list[FileName]:
    """A file as it is, a folder as the candle files right in it."""
    try:
        if not path.exists():
            raise InputError(f"{path}: there is no such file or folder")
        if not path.is_dir():
            if ending(path) is None:
                endings = ", ".join(ENDINGS)
                raise InputError(f"{path}: expected a file that ends in {endings}, or a folder of such files")
            return [FileName.of(path)]
        inside = sorted(path.iterdir())
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from None
    files = [FileName.of(entry) for entry in inside if ending(entry) is not None and entry.is_file()]
    if not files:
        folders = [entry.name for entry in inside if entry.is_dir()]
        raise InputError(
            f"{path}: the folder holds no file that ends in {', '.join(ENDINGS)}",
            help=f"folders inside are not searched: {', '.join(folders[:_LISTED])}" if folders else None,
        )
    return files


def _refuse_shared(found: dict[str, Path], assigned: Iterable[str]) -> None:
    """A file taken for two symbols by its name alone is a mistake that no later check would see."""
    owner: dict[Path, str] = {}
    for symbol, path in found.items():
        if symbol in assigned:
            continue
        other = owner.setdefault(path, symbol)
        if other != symbol:
            raise InputError(
                f"{path.name} fits two symbols, {other} and {symbol}",
                help=f"write --candles {other}=PATH and --candles {symbol}=PATH to tell them apart",
            )


def _names(files: Sequence[FileName], whole: bool = False) -> str:
    listed = [str(file.path) if whole else file.path.name for file in files[:_LISTED]]
    more = [f"{len(files) - _LISTED} more"] if len(files) > _LISTED else []
    return ", ".join(listed + more) or "no file"
