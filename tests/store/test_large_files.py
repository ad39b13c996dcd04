"""Files of any length are imported in parts; a line or a header without end is refused, and JSON has its most."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.market.columns import NUMBERS, Columns
from stratrun.engine.store import blocks, incoming
from stratrun.engine.store.incoming import open_incoming
from stratrun.engine.store.rows import OnDuplicate, join, take

from .conftest import equal, hours

ROWS = hours(3_000)


def text_of(rows: Columns, more: int = 0) -> bytes:
    frame = pl.DataFrame({"time": rows.time} | {name: getattr(rows, name) for name in NUMBERS})
    return frame.with_columns(pl.lit("x").alias(f"note{k}") for k in range(more)).write_csv().encode()


def read(path: Path) -> Columns:
    """The rows of all batches, each of which begins with the last row of the one before it."""
    rows = join(list(open_incoming(path, "binance", "BTC/USDT", None, OnDuplicate.REFUSE).batches))
    return take(rows, np.concatenate([[True], np.diff(rows.time) > 0]))


def as_is(text: bytes) -> bytes:
    return text


@pytest.mark.parametrize("pack", [as_is, gzip.compress])
@pytest.mark.parametrize("more", [0, 40])
def test_a_file_beyond_what_is_read_at_once_is_read_in_parts(
    pack: Callable[[bytes], bytes], more: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows are the same, however few cells or bytes a part may have."""
    path = tmp_path / "BTCUSDT-1h.csv.gz"
    path.write_bytes(pack(text_of(ROWS, more)))
    monkeypatch.setattr(incoming, "FREE", 1_000)
    for name, value in (("MOST_CELLS", 5_000), ("MOST_BYTES", 20_000), ("MOST_CELLS", 1)):
        monkeypatch.setattr(blocks, name, value)
        if value == 1:
            path.write_bytes(pack(text_of(hours(20), more)))
        heights = [frame.height for frame in blocks.csv_blocks(path, 250_000)]
        assert len(heights) > 3
        assert equal(read(path), ROWS if value > 1 else hours(20))


@pytest.mark.parametrize("pack", [as_is, gzip.compress])
def test_a_line_without_end_is_named(
    pack: Callable[[bytes], bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In parts, too, a row of megabytes is refused by its number."""
    monkeypatch.setattr(incoming, "FREE", 1_000)
    path = tmp_path / "BTCUSDT-1h.csv.gz"
    path.write_bytes(pack(text_of(ROWS) + b"1" * 5_000_000))
    with pytest.raises(InputError, match="row 3,001 has more than 65,536 bytes"):
        read(path)
    path.write_bytes(pack(b"x" * 5_000_000))
    with pytest.raises(InputError, match="the first line has more than 65,536 bytes"):
        read(path)


def test_json_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small archive is not unpacked without end; what its size explains is read."""
    path = tmp_path / "BTC_USDT-1h.json.gz"
    rows = [[int(time), 1.0, 1.0, 1.0, 1.0, 1.0] for time in ROWS.time]
    path.write_bytes(gzip.compress(json.dumps(rows).encode()))
    assert np.array_equal(read(path).time, ROWS.time)
    monkeypatch.setattr(incoming, "FREE_JSON", 1 << 20)
    path.write_bytes(gzip.compress(b"[" * 5_000_000, 9))
    with pytest.raises(InputError, match="more than 1 MiB of JSON"):
        read(path)
