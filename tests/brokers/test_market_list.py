"""Files of markets: what is written is read back, and nothing else is believed."""

from __future__ import annotations

import json
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratrun.engine.brokers import market_list
from stratrun.engine.brokers.market_list import cached, markets_bytes, names, old, path_of, read_markets
from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.market.venue import Kind, Listing, Venue

NOW = 1_790_000_000_000
VENUE = Venue(
    "testex", NOW, ("1m", "1h"), {Kind.SPOT: True},
    {"BTC/USDT": Listing("BTC/USDT", Kind.SPOT, True, 0.01, 1e-05, 1e-05, 9000.0, 5.0, None, -0.0001, 0.001)},
)  # fmt: skip


def document(**changes: Any) -> bytes:
    return json.dumps(json.loads(markets_bytes(VENUE)) | changes).encode()


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    """A list survives its file."""
    path = tmp_path / "testex.json"
    path.write_bytes(markets_bytes(VENUE))
    assert read_markets(path) == read_markets(path, "testex") == VENUE


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "it is not JSON"), (b"\xff\xfe", "it is not JSON"), (b"[]", "`format: 1` is missing"),
        (b"[" * 100_000, "not a list of markets"), (b'{"format": 1e999}', "`format: 1`"),
        (document(format=2), "`format: 1`"), (document(exchange="../x"), "not a venue's name"),
        (document(exchange=5), "not a venue's name"), (document(markets={}), "must be lists"),
        (document(markets=[5]), "has no symbol"), (document(markets=[{"symbol": "x" * 101}]), "has no symbol"),
        (document(markets=[{"symbol": "A/B", "kind": "moon"}]), "the kind of A/B"),
        (document(markets=[{"symbol": "A/B", "kind": ["spot"]}]), "the kind of A/B"),
        (document(markets=[{"symbol": "A/B", "kind": "spot", "min_cost": "5"}]), "`min_cost` of A/B is not a number"),
        (document(markets=[{"symbol": "A/B", "kind": "spot", "min_cost": True}]), "is not a number"),
        (document(markets=[{"symbol": "A/B", "kind": "spot", "min_cost": float("nan")}]), "is not a number"),
        (document(markets=[{"symbol": "A/B", "kind": "spot", "min_cost": 10**400}]), "is not"),
        (document(markets=[{"symbol": "A/B", "kind": "spot", "min_cost": -1}]), "is below zero"),
        (document(timeframes=["1y"]), "no timeframe"), (document(timeframes=[5]), "no timeframe"),
        (document(fetched="yesterday"), "not a date"), (document(fetched=None), "not a date"),
        (document(stops={"spot": 1}), "true or false"), (document(stops=None), "true or false"),
    ],
    ids=range(24),
)  # fmt: skip
def test_a_bad_file_is_one_message(tmp_path: Path, data: bytes, words: str) -> None:
    """Whatever a file holds instead, its name and what is wrong are told."""
    path = tmp_path / "x.json"
    path.write_bytes(data)
    with pytest.raises(InputError) as raised:
        read_markets(path)
    assert words in raised.value.message
    assert str(path) in raised.value.message


KEYS = st.sampled_from(["format", "exchange", "markets", "symbol", "kind"])
TREES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner),
    max_leaves=8,
)


@given(st.binary(max_size=60) | TREES.map(lambda tree: json.dumps(tree).encode()))
def test_any_bytes_are_judged(data: bytes) -> None:
    """No content ends in anything but a list or one message."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.json"
        path.write_bytes(data)
        with pytest.raises(InputError):
            read_markets(path)


def test_missing_and_forbidden_files(tmp_path: Path) -> None:
    """A missing file, a folder and another venue's list are told."""
    for path in (tmp_path / "no.json", tmp_path):
        with pytest.raises(InputError, match="cannot be read"):
            read_markets(path)
    path = tmp_path / "testex.json"
    path.write_bytes(markets_bytes(VENUE))
    with pytest.raises(InputError, match="is of testex, not of binance"):
        read_markets(path, "binance")


def test_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists are found by their venue's name; a missing one names the command to run, and the nearest one."""
    monkeypatch.setenv("STRATRUN_CACHE_DIR", str(tmp_path))
    assert names() == []
    with pytest.raises(InputError) as raised:
        cached("testex")
    assert raised.value.help == "run `stratrun markets update testex`"
    path_of("testex").parent.mkdir()
    path_of("testex").write_bytes(markets_bytes(VENUE))
    assert names() == ["testex"]
    assert cached("testex") == VENUE
    with pytest.raises(InputError) as raised:
        cached("testx")
    assert "did you mean testex?" in (raised.value.help or "")


@pytest.mark.parametrize("name", ["", "../x", "a/b", "A", "x" * 99, "bin ance", "\0"])
def test_a_name_is_no_path(name: str) -> None:
    """What is no venue's name never reaches the file system."""
    with pytest.raises(InputError, match="not a venue's name"):
        path_of(name)


def test_an_old_list_is_told() -> None:
    """After 30 days a list is named with its age; one of the future is new."""
    then = datetime.fromtimestamp(NOW / 1000, UTC)
    assert old(VENUE, then + market_list.MAX_AGE) == []
    assert old(VENUE, then - timedelta(days=99)) == []
    (told,) = old(VENUE, then + timedelta(days=31))
    assert (told.code, told.message) == ("SR509", "the list of the markets of testex is 31 days old")
