"""Public files over HTTP, from a server on this machine."""

from __future__ import annotations

import hashlib
import io
import threading
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from stratrun.engine.brokers.dumps import BinanceDumps
from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.market.columns import Columns
from stratrun.engine.store.download import download
from stratrun.engine.store.reader import read_series
from stratrun.engine.store.rows import between, columns_of
from stratrun.engine.store.series import Series
from stratrun.engine.store.writer import Writer

from .conftest import HOUR, Heard, ScriptedVenue, equal, hours, line_of

START = int(datetime(2024, 11, 15, tzinfo=UTC).timestamp()) * 1000
NOW = int(datetime(2025, 2, 3, 12, 30, tzinfo=UTC).timestamp()) * 1000
ROWS = between(hours(2_200, START), None, NOW - HOUR)
MICRO = int(datetime(2025, 1, 1, tzinfo=UTC).timestamp()) * 1000
SERIES = Series.of("binance", "BTC/USDT", "1h")
ROOM = "/data/spot/{}/klines/BTCUSDT/1h/BTCUSDT-1h-{}.zip"


def table(rows: Columns, names: bool = False, name: str = "t.csv") -> bytes:
    """A zip as the venue makes them: milliseconds up to 2024, microseconds from 2025."""
    factor = 1000 if len(rows.time) and rows.time[0] >= MICRO else 1
    lines = ["open_time,open,high,low,close,volume,close_time,q,n,tb,tq,ignore"] if names else []
    for t, *numbers in zip(*(column.tolist() for column in rows), strict=True):
        lines.append(",".join(map(repr, [t * factor, *numbers, (t + HOUR) * factor - 1, 1.0, 5, 0.5, 0.5, 0])))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, "\n".join(lines) + "\n")
    return packed.getvalue()


def ms(*date: int) -> int:
    return int(datetime(*date, tzinfo=UTC).timestamp()) * 1000  # type: ignore[misc, arg-type]


class Files:
    """What the server has, by path; `status` overrules."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.status: Callable[[str], int | None] = lambda path: None
        self.base = ""

    def put(self, path: str, data: bytes) -> None:
        self.files[path] = data
        name = path.rsplit("/", 1)[1]
        self.files[f"{path}.CHECKSUM"] = f"{hashlib.sha256(data).hexdigest()}  {name}\n".encode()


@pytest.fixture
def files() -> Iterator[Files]:
    held = Files()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            held.asked.append(self.path)
            data = held.files.get(self.path)
            status = held.status(self.path) or (200 if data is not None else 404)
            self.send_response(status)
            self.send_header("Content-Length", str(len(data or b"")))
            self.end_headers()
            if status == 200:
                self.wfile.write(data or b"")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    held.base = f"http://127.0.0.1:{server.server_port}"
    held.put(ROOM.format("monthly", "2024-11"), table(between(ROWS, START, ms(2024, 12, 1))))
    held.put(ROOM.format("monthly", "2024-12"), table(between(ROWS, ms(2024, 12, 1), ms(2025, 1, 1))))
    held.put(ROOM.format("monthly", "2025-01"), table(between(ROWS, ms(2025, 1, 1), ms(2025, 2, 1)), names=True))
    held.put(ROOM.format("daily", "2025-02-01"), table(between(ROWS, ms(2025, 2, 1), ms(2025, 2, 2))))
    try:
        yield held
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def fetch(root: Path, files: Files, recheck: bool = False) -> tuple[Writer, ScriptedVenue, Heard]:
    venue, heard = ScriptedVenue({"1h": ROWS}, NOW, 1_000), Heard()
    with Writer(root, SERIES, lambda: NOW, heard.warn) as writer:
        download(writer, line_of(venue, heard, BinanceDumps(files.base), recheck), START)
    return writer, venue, heard


def test_months_then_days_then_the_venue(root: Path, files: Files) -> None:
    """Whole months come first, days after them, the venue gives the rest; milli- and microseconds are told apart."""
    writer, venue, heard = fetch(root, files)
    assert equal(columns_of(read_series(root, SERIES)), ROWS)
    assert min(since for _, since in venue.asked) == ms(2025, 2, 2)
    assert [source.how for source in writer.manifest.sources] == ["dump"] * 4 + ["api"]
    assert list(writer.manifest.dumps) == [
        f"BTCUSDT-1h-{part}.zip" for part in ("2024-11", "2024-12", "2025-01", "2025-02-01")
    ]
    assert heard.warnings == []
    assert not list(SERIES.folder(root).glob("*.zip"))


def test_nothing_is_taken_twice(root: Path, files: Files) -> None:
    """A second download asks for no file that is stored."""
    fetch(root, files)
    files.asked.clear()
    fetch(root, files)
    assert not [path for path in files.asked if "2025-02-02" not in path]


def test_a_file_that_is_not_its_checksum(root: Path, files: Files) -> None:
    """A damaged file is tried again, then left: the venue itself is asked, and that is told."""
    path = ROOM.format("monthly", "2024-12")
    files.files[path] = files.files[path][:-7]
    _, _, heard = fetch(root, files)
    assert equal(columns_of(read_series(root, SERIES)), ROWS)
    assert any("not what its checksum says" in words for words in heard.warnings)


@pytest.mark.parametrize("status", [403, 503])
def test_no_such_server(root: Path, files: Files, status: int) -> None:
    """Where files cannot be had, the venue gives everything."""
    files.status = lambda path: status
    _, _, heard = fetch(root, files)
    assert equal(columns_of(read_series(root, SERIES)), ROWS)
    assert str(status) in heard.warnings[0]


def test_a_revised_file_is_noticed(root: Path, files: Files) -> None:
    """With --recheck a file whose checksum changed replaces its candles, and that is told."""
    fetch(root, files)
    path = ROOM.format("monthly", "2024-12")
    december = between(ROWS, ms(2024, 12, 1), ms(2025, 1, 1))
    files.put(path, table(december._replace(volume=december.volume + 1.0)))
    fetch(root, files)
    assert equal(columns_of(read_series(root, SERIES)), ROWS)
    _, _, heard = fetch(root, files, recheck=True)
    assert "revised" in heard.warnings[0]
    held = columns_of(read_series(root, SERIES))
    assert equal(between(held, ms(2024, 12, 1), ms(2025, 1, 1)), december._replace(volume=december.volume + 1.0))


def test_days_of_years_without_files_are_not_asked_for(root: Path, files: Files) -> None:
    """Where a month has no file, its days are asked for only while they are recent."""
    files.files.clear()
    fetch(root, files)
    assert len([path for path in files.asked if "daily" in path]) <= 62


@pytest.mark.parametrize(
    "data", [b"", b"not a zip", table(ROWS)[:200]], ids=["empty", "text", "cut"]
)  # fmt: skip
def test_what_is_no_table(root: Path, files: Files, data: bytes) -> None:
    """A file that agrees with its checksum and is no table is left, with a message."""
    files.put(ROOM.format("monthly", "2024-11"), data)
    _, _, heard = fetch(root, files)
    assert equal(columns_of(read_series(root, SERIES)), ROWS)
    assert heard.warnings


def test_places_of_files() -> None:
    """Spot, linear and inverse contracts lie in different folders; what has no files has none."""
    dumps = BinanceDumps("https://mirror.test/")
    begin, end = ms(2024, 1, 1), ms(2024, 2, 1)

    def address(symbol: str, timeframe: str = "1h") -> list[str]:
        return [d.address for d in dumps.months(Series.of("binance", symbol, timeframe), begin, end)]

    base = "https://mirror.test/data"
    assert address("BTC/USDT") == [f"{base}/spot/monthly/klines/BTCUSDT/1h/BTCUSDT-1h-2024-01.zip"]
    assert address("BTC/USDT:USDT") == [f"{base}/futures/um/monthly/klines/BTCUSDT/1h/BTCUSDT-1h-2024-01.zip"]
    assert address("BTC/USD:BTC") == [f"{base}/futures/cm/monthly/klines/BTCUSD_PERP/1h/BTCUSD_PERP-1h-2024-01.zip"]
    assert address("BTC/USDT:USDT-240329") == address("BTC/USDT", "1w") == address("币/USDT") == []
    assert dumps.months(SERIES, begin, end - 1) == []
    with pytest.raises(InputError, match="address"):
        BinanceDumps("ftp://mirror.test")
