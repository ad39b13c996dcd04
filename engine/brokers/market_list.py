"""Lists of markets as JSON files: a venue out of hostile bytes, bytes of a venue, and the user's cache of them."""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ..diagnostics.diagnostic import Diagnostic, InputError, Severity
from ..market.timeframe import Timeframe
from ..market.venue import Kind, Listing, Venue

FORMAT = 1
MAX_BYTES = 64 << 20
MAX_AGE = timedelta(days=30)
_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
_NUMBERS = (
    "price_tick", "quantity_step", "min_quantity", "max_quantity", "min_cost", "max_leverage", "maker", "taker",
)  # fmt: skip


def folder() -> Path:
    """Where lists are kept; `STRATRUN_CACHE_DIR` moves it."""
    chosen = os.environ.get("STRATRUN_CACHE_DIR")
    if not chosen:
        import platformdirs

        chosen = platformdirs.user_cache_dir("stratrun", "stratrun")
    return Path(chosen) / "markets"


def path_of(name: str) -> Path:
    """The cached list of a venue, there or not. Raises InputError for what cannot be a venue's name."""
    if not _NAME.fullmatch(name):
        raise InputError(
            f"`{name[:60]}` is not a venue's name", help="write it as ccxt does, such as binance or kraken"
        )
    return folder() / f"{name}.json"


def names() -> list[str]:
    """The venues with a list in the cache."""
    try:
        return sorted(path.stem for path in folder().glob("*.json") if _NAME.fullmatch(path.stem))
    except OSError:
        return []


def cached(name: str) -> Venue:
    """The list kept of a venue. Raises InputError that names the command to run where there is none."""
    path = path_of(name)
    if not path.is_file():
        near = get_close_matches(name, names(), 1)
        help_ = f"did you mean {near[0]}? Otherwise run" if near else "run"
        raise InputError(f"there is no list of the markets of {name}", help=f"{help_} `stratrun markets update {name}`")
    return read_markets(path, name)


def read_markets(path: Path, name: str | None = None) -> Venue:
    """The venue of a file; `name` is the one it has to be of. Raises InputError, one message, for anything else."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{path}: the list of markets cannot be read: {reason}") from None
    if len(data) > MAX_BYTES:
        raise InputError(f"{path}: a list of markets has at most {MAX_BYTES >> 20} MiB")
    try:
        venue = _venue(json.loads(data))
    except (ValueError, RecursionError) as error:  # UnicodeDecodeError and JSONDecodeError are ValueErrors
        words = str(error) if type(error) is ValueError else "it is not JSON"
        help_ = f"make it anew with `stratrun markets update {name or 'NAME'}`"
        raise InputError(f"{path}: not a list of markets: {words}", help=help_) from None
    if name is not None and venue.name != name:
        raise InputError(f"{path}: the list is of {venue.name}, not of {name}", help=f"give --exchange {venue.name}")
    return venue


def markets_bytes(venue: Venue) -> bytes:
    """A file of a venue, as `read_markets` reads it; one symbol a line, so that two lists can be compared."""
    head = {
        "format": FORMAT,
        "exchange": venue.name,
        "fetched": datetime.fromtimestamp(venue.fetched / 1000, UTC).isoformat().replace("+00:00", "Z"),
        "timeframes": venue.timeframes,
        "stops": venue.stops,
    }
    rows = [json.dumps(_row(venue.listings[symbol])) for symbol in sorted(venue.listings)]
    opening = json.dumps(head, indent=1)[: -len("\n}")]
    return (opening + ',\n "markets": [\n  ' + ",\n  ".join(rows) + "\n ]\n}\n").encode()


def age(venue: Venue, now: datetime | None = None) -> timedelta:
    """How long ago the venue was asked; never below zero."""
    asked = datetime.fromtimestamp(venue.fetched / 1000, UTC)
    return max((now or datetime.now(UTC)) - asked, timedelta(0))


def old(venue: Venue, now: datetime | None = None) -> list[Diagnostic]:
    """A warning where the list is older than it should be."""
    days = age(venue, now).days
    if days <= MAX_AGE.days:
        return []
    message = f"the list of the markets of {venue.name} is {days} days old"
    help_ = f"run `stratrun markets update {venue.name}`"
    return [Diagnostic("SR509", message, help=help_, severity=Severity.WARNING)]


def _row(listing: Listing) -> dict[str, Any]:
    return {key: value for key, value in asdict(listing).items() if value is not None}


def _venue(content: Any) -> Venue:
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ValueError(f"`format: {FORMAT}` is missing")
    name, rows, frames = content.get("exchange"), content.get("markets"), content.get("timeframes")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ValueError("`exchange` is not a venue's name")
    if not isinstance(rows, list) or not isinstance(frames, list):
        raise ValueError("`markets` and `timeframes` must be lists")
    listings = {listing.symbol: listing for row in rows for listing in (_listing(row),)}
    return Venue(name, _time(content.get("fetched")), _timeframes(frames), _stops(content.get("stops")), listings)


def _time(text: Any) -> int:
    try:
        instant = datetime.fromisoformat(text)
        return int((instant if instant.tzinfo else instant.replace(tzinfo=UTC)).timestamp() * 1000)
    except (TypeError, ValueError, OverflowError):
        raise ValueError("`fetched` is not a date and time") from None


def _timeframes(frames: list[Any]) -> tuple[str, ...]:
    try:
        return tuple(Timeframe.parse(frame).name for frame in frames)
    except (TypeError, ValueError):
        raise ValueError("`timeframes` holds something that is no timeframe") from None


def _stops(given: Any) -> dict[Kind, bool]:
    if not isinstance(given, Mapping) or not all(isinstance(value, bool) for value in given.values()):
        raise ValueError("`stops` must say true or false for kinds of market")
    return {Kind(key): value for key, value in given.items() if key in {*Kind}}


def _listing(row: Any) -> Listing:
    symbol = row.get("symbol") if isinstance(row, dict) else None
    if not isinstance(symbol, str) or not 0 < len(symbol) <= 100:
        raise ValueError("an entry of `markets` has no symbol")
    kind, active = row.get("kind"), row.get("active", True)
    if not isinstance(kind, str) or kind not in {*Kind} or not isinstance(active, bool):
        raise ValueError(f"the kind of {symbol} or whether it is active is not told")
    return Listing(symbol, Kind(kind), active, **{key: _number(row.get(key), symbol, key) for key in _NUMBERS})


def _number(value: Any, symbol: str, key: str) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or abs(value) > 1e300 or math.isnan(value):
        raise ValueError(f"`{key}` of {symbol} is not a number")
    if value < 0 and key not in ("maker", "taker"):
        raise ValueError(f"`{key}` of {symbol} is below zero")
    return float(value)
