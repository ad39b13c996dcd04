"""A series and its folder: each tells the other, on every file system."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.market.venue import Kind
from stratrun.engine.store.series import Series, find_series, folder_name, kind_of, symbol_of

PRINTABLE = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=40)
SAFE = set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_~%")


@given(PRINTABLE)
def test_every_symbol_has_a_folder_of_its_own(symbol: str) -> None:
    """The folder's name leads back to the symbol and holds nothing that Windows forbids or folds."""
    name = folder_name(symbol)
    assert symbol_of(name) == symbol
    assert set(name) <= SAFE


@given(PRINTABLE, PRINTABLE)
def test_names_differ_where_case_is_folded(a: str, b: str) -> None:
    """Two symbols never share a folder, also where BTC and btc are one name."""
    assert (folder_name(a).lower() == folder_name(b).lower()) == (a == b)


@pytest.mark.parametrize("symbol", ["CON", "NUL", "COM1", "AUX", "LPT9", "PRN"])
def test_reserved_names_are_avoided(symbol: str) -> None:
    """Windows' device names are no folder names."""
    assert folder_name(symbol) != symbol
    assert symbol_of(folder_name(symbol)) == symbol


@pytest.mark.parametrize("name", ["btc_usdt", "BTC%2", "%FF", "A.B", "..", "%42TC_USDT", ""])
def test_other_folders_are_no_symbols(name: str) -> None:
    """A folder that the store did not make is not taken for one of its own."""
    assert symbol_of(name) is None


@pytest.mark.parametrize(
    ("symbol", "kind"),
    [("BTC/USDT", Kind.SPOT), ("BTC/USDT:USDT", Kind.PERP), ("BTC/USDT:USDT-251226", Kind.FUTURE),
     ("BTC/USD:BTC-251226-90000-C", Kind.OPTION)],
)  # fmt: skip
def test_the_symbol_tells_its_kind(symbol: str, kind: Kind) -> None:
    """Kinds are those of ccxt's symbols."""
    assert kind_of(symbol) is kind


@pytest.mark.parametrize(
    ("venue", "symbol", "timeframe"),
    [("../up", "BTC/USDT", "1h"), ("Binance", "BTC/USDT", "1h"), ("con", "BTC/USDT", "1h"), ("binance", "", "1h"),
     ("binance", "B" * 81, "1h"), ("binance", "BTC\n/USDT", "1h"), ("binance", " BTC/USDT", "1h"),
     ("binance", "BTC/USDT", "1M"), ("binance", "BTC/USDT", "0h")],
)  # fmt: skip
def test_what_cannot_be_stored_is_refused(venue: str, symbol: str, timeframe: str) -> None:
    """No name leads out of the store or to a folder that could not be read back."""
    with pytest.raises(InputError):
        Series.of(venue, symbol, timeframe)


def test_series_are_found_again(tmp_path: Path) -> None:
    """Folders lead back to their series in order; strangers among them are passed over."""
    wanted = [
        Series.of("binance", symbol, timeframe)
        for symbol, timeframe in [("BTC/USDT", "1m"), ("BTC/USDT", "1h"), ("BTC/USDT:USDT", "1h"), ("kPEPE/USD", "1d")]
    ]
    for series in wanted:
        series.folder(tmp_path).mkdir(parents=True)
        (series.folder(tmp_path) / "manifest.json").touch()
    nothing_came = Series.of("binance", "ETH/USDT", "1h").folder(tmp_path)
    nothing_came.mkdir(parents=True)
    (nothing_came / ".lock").touch()
    (tmp_path / "binance" / "spot" / "notes" / "1h").mkdir(parents=True)
    (tmp_path / "binance" / "perp" / "BTC_USDT" / "1h").mkdir(parents=True)
    assert set(find_series(tmp_path)) == set(wanted)
