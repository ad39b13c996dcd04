"""Public files of a venue's candles over HTTP: months and days as zips, each with its checksum beside it."""

from __future__ import annotations

import hashlib
import http.client
import io
import re
import tempfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import IO

import numpy as np

from ..diagnostics.diagnostic import InputError
from ..market.columns import Columns
from ..market.symbol import parse_symbol
from ..market.venue import Kind
from ..store.pages import Dump, Unreachable
from ..store.series import Series

BASES = {"binance": "https://data.binance.vision"}
"""Venues with such files, and where."""
TIMEFRAMES = frozenset({"1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d"})
TIMEOUT = 60.0
LARGEST = 1 << 30
"""Bytes of a file, and of what is in it, beyond which it is not taken."""
_BLOCK = 1 << 18
_SUM = re.compile(r"\s*([0-9a-fA-F]{64})\b")
_MICROSECONDS = 100_000_000_000_000
"""A time above this is in microseconds: as milliseconds it would be past the year 5000."""


class BinanceDumps:
    """The files of `base`, an address without a slash at its end; the machine's proxy settings hold."""

    def __init__(self, base: str) -> None:
        """Raises InputError for what is no address."""
        if not base.startswith(("http://", "https://")):
            raise InputError(f"--base-url {base}: expected an address", help=f"such as {BASES['binance']}")
        self._base = base.rstrip("/")

    def months(self, series: Series, begin: int, end: int) -> list[Dump]:
        """Files of the whole months in the stretch, the month under way left out of it by its end."""
        return list(self._between(series, begin, end, whole_months=True))

    def days(self, series: Series, begin: int, end: int) -> list[Dump]:
        """Files of the whole days in the stretch."""
        return list(self._between(series, begin, end, whole_months=False))

    def checksum(self, dump: Dump) -> str | None:
        """Raises Unreachable, and InputError when the answer is no checksum."""
        with tempfile.TemporaryFile() as file:
            if not _get(f"{dump.address}.CHECKSUM", file):
                return None
            file.seek(0)
            match = _SUM.match(file.read(200).decode("ascii", "replace"))
        if not match:
            raise Unreachable(f"{dump.address}.CHECKSUM is no checksum")
        return match[1].lower()

    def fetch(self, dump: Dump, folder: Path, checksum: str) -> Columns:
        """Raises Unreachable, and InputError when the file differs from its checksum or is no table of candles."""
        try:
            with tempfile.TemporaryFile(dir=folder) as file:
                if not _get(dump.address, file):
                    raise Unreachable(f"{dump.address} is not there although its checksum is")
                file.seek(0)
                if _digest(file) != checksum:
                    raise Unreachable(f"{dump.name} is not what its checksum says")
                return _table(file, dump)
        except OSError as error:
            raise InputError(f"{folder}: cannot write the file: {error.strerror or error}") from None

    def _between(self, series: Series, begin: int, end: int, whole_months: bool) -> Iterator[Dump]:
        place = _place(series)
        if place is None:
            return
        market, name = place
        period, form = ("monthly", "%Y-%m") if whole_months else ("daily", "%Y-%m-%d")
        day = datetime.fromtimestamp(begin / 1000, UTC).date()
        day = day.replace(day=1) if whole_months else day
        while _ms(day) < end:
            following = (day + timedelta(days=32)).replace(day=1) if whole_months else day + timedelta(days=1)
            # A file published for a stretch whose end is not wanted yet would not be whole either.
            if _ms(following) <= end:
                file = f"{name}-{series.timeframe}-{day.strftime(form)}.zip"
                address = f"{self._base}/data/{market}/{period}/klines/{name}/{series.timeframe}/{file}"
                yield Dump(file, address, _ms(day), _ms(following))
            day = following


def _place(series: Series) -> tuple[str, str] | None:
    """The folder of a market and the symbol as files name it; None where there are no files."""
    if series.timeframe.name not in TIMEFRAMES:
        return None
    try:
        base, quote, settle = parse_symbol(series.symbol)
    except InputError:
        return None
    if series.kind is Kind.SPOT:
        return "spot", f"{base}{quote}"
    if series.kind is Kind.PERP:
        return ("futures/um", f"{base}{quote}") if settle == quote else ("futures/cm", f"{base}{quote}_PERP")
    return None


def _get(address: str, file: IO[bytes]) -> bool:
    """An address into a file; False when nothing is there. Raises Unreachable, InputError, the file's OSError."""
    try:
        answer = urllib.request.urlopen(address, timeout=TIMEOUT)
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return False
        if error.code in (408, 418, 425, 429) or error.code >= 500:
            raise Unreachable(
                f"{address}: {error.code} {error.reason}", _seconds(error.headers.get("Retry-After"))
            ) from None
        raise InputError(
            f"{address}: {error.code} {error.reason}", help="add --no-dumps to ask the venue itself"
        ) from None
    except (urllib.error.URLError, http.client.HTTPException, OSError, ValueError) as error:
        raise Unreachable(f"{address}: {getattr(error, 'reason', None) or error}") from None
    with answer:
        size = 0
        while True:
            try:
                block = answer.read(_BLOCK)
            except (http.client.HTTPException, OSError) as error:
                raise Unreachable(f"{address}: the answer was cut off ({type(error).__name__})") from None
            if not block:
                break
            size += len(block)
            if size > LARGEST:
                raise InputError(f"{address}: more than {LARGEST >> 20} MiB", help="add --no-dumps")
            file.write(block)
        length = _seconds(answer.headers.get("Content-Length"))
        if length is not None and size != length:
            raise Unreachable(f"{address}: the answer was cut off at {size:,} of {length:,.0f} bytes")
    return True


def _table(file: IO[bytes], dump: Dump) -> Columns:
    """The one CSV of a zip: twelve columns, the first six of them ours, with or without a row of names."""
    import polars as pl

    try:
        with zipfile.ZipFile(file) as packed:
            inside = packed.infolist()
            if len(inside) != 1 or inside[0].file_size > LARGEST:
                raise InputError(f"{dump.name}: expected one table in the zip, found {len(inside)} files")
            text = packed.read(inside[0])
        first = text[:200].split(b",", 1)[0].strip()
        names = 0 if first.isdigit() else 1
        frame = pl.read_csv(io.BytesIO(text), has_header=False, skip_rows=names, columns=list(range(6)),
                            infer_schema=False)  # fmt: skip
        time = frame.to_series(0).cast(pl.Int64).to_numpy(writable=True)
        numbers = [frame.to_series(k).cast(pl.Float64).to_numpy(writable=True) for k in range(1, 6)]
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        EOFError,
        pl.exceptions.PolarsError,
        ValueError,
    ) as error:
        raise InputError(f"{dump.name}: no table of candles in a zip: {type(error).__name__}") from None
    return Columns(np.where(time > _MICROSECONDS, time // 1000, time), *numbers)


def _digest(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while block := file.read(_BLOCK):
        digest.update(block)
    file.seek(0)
    return digest.hexdigest()


def _seconds(text: str | None) -> float | None:
    return float(text) if text is not None and text.isdigit() else None


def _ms(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1000
