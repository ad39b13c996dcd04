"""A deployment's file in, where it leads and what it trades out, whatever else is wrong; for whoever is in a hurry.

Nothing that a strategy means is looked at, so that neither its mistakes nor the time to check it stand in the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..diagnostics.diagnostic import InputError
from ..market.symbol import parse_symbol
from .current import current
from .deployment import Access
from .deployments.access import examine_access
from .strategy import Market
from .structure.part import Part
from .yaml.source import read

_MOST = 1_000
"""Files that are looked into."""


def load_access(path: str | Path) -> Access:
    """Venue, account and ledger. Raises DocumentError with every mistake in the file where they cannot be told."""
    found = examine_access(current(read(Path(path))))
    if found is None:
        from .document import load_deployment

        return load_deployment(path).access
    return found


def written_symbols(path: str | Path, market: Market) -> tuple[str, ...]:
    """The symbols of a market that a deployment and the files it names say; what cannot be read says nothing."""
    waiting, seen, symbols = [Path(path)], set[Path](), dict[str, None]()
    while waiting and len(seen) < _MOST:
        file = waiting.pop(0)
        if file in seen:
            continue
        seen.add(file)
        for part in _parts(file):
            told = [text.value for text in part.texts("symbols")]
            symbols |= dict.fromkeys(symbol for symbol in told if _is_of(symbol, market))
            named = part.string("strategy")
            if named and not told:
                waiting.append(file.parent / named)
    return tuple(symbols)


def _parts(file: Path) -> Iterator[Part]:
    """The document, and the entries that name other files."""
    root = current(read(file)).root
    if root is not None:
        whole = Part(root, frozenset())
        yield from (whole, *whole.listed("strategies"), *whole.listed("members"))


def _is_of(symbol: str, market: Market) -> bool:
    try:
        return (parse_symbol(symbol)[2] is not None) == (market is Market.PERP)
    except InputError:
        return False
