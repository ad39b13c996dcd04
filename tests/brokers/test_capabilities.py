"""The capability table says what the installed ccxt and the facts say, and is read without ccxt."""

from __future__ import annotations

import subprocess
import sys
from importlib.resources import files

import pytest

from stratrun.engine.brokers.capabilities import FILE, abilities, make_table, reference_page, table_bytes
from stratrun.engine.brokers.venue_facts import FACTS, VENUES
from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.ledger.values import OrderType
from stratrun.engine.market.venue import Kind


def test_the_table_is_up_to_date() -> None:
    """`python -m stratrun.engine.brokers.capabilities --write` would change nothing."""
    assert (files("stratrun.engine.brokers") / FILE).read_bytes() == table_bytes(make_table())


def test_reading_it_needs_no_ccxt() -> None:
    """Neither the table nor the modules of keys and venues import what takes a second."""
    code = (
        "import sys\n"
        "from stratrun.engine.commands import keys, venues\n"
        "from stratrun.engine.brokers import capabilities, ccxt_broker\n"
        "from stratrun.engine.market.venue import Kind\n"
        "capabilities.abilities('kraken', Kind.SPOT)\n"
        "print([name for name in ('ccxt', 'numpy', 'numba', 'polars') if name in sys.modules])\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_what_was_measured_stands_in_it() -> None:
    """The traps that cost money are out of reach."""
    assert "stopLossPrice" in abilities("kraken", Kind.SPOT).notes[0]
    assert FACTS["kraken", Kind.SPOT].trigger == "stopLossPrice"
    assert not abilities("gate", Kind.SPOT).stops
    assert abilities("coinbase", Kind.SPOT).stops == {OrderType.STOP_LIMIT}
    assert not abilities("coinbase", Kind.PERP).reduce_only
    assert not abilities("binance", Kind.SPOT).amend
    assert abilities("kraken", Kind.SPOT).client_id_length == 18
    assert all(abilities(*key).client_id_length >= 18 for key in FACTS)
    assert set(VENUES) == {"binance", "bybit", "okx", "kraken", "kucoin", "gate", "coinbase", "bitget"}


def test_the_page_has_every_row() -> None:
    """Each venue and market, each note."""
    page = reference_page()
    for venue, kind in FACTS:
        assert f"| {venue} | {kind} |" in page
        assert all(note in page for note in abilities(venue, kind).notes)


def test_a_stranger_is_refused() -> None:
    """With the names there are."""
    with pytest.raises(InputError, match="nowhere"):
        abilities("nowhere", Kind.SPOT)
    with pytest.raises(InputError, match="future"):
        abilities("binance", Kind.FUTURE)
