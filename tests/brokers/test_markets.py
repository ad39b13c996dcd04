"""Markets as ccxt gives them, by a hand-made client: no network, no ccxt."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from stratrun.engine.brokers.markets import fetch_markets
from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.market.venue import Kind, Listing

SPOT = {
    "symbol": "BTC/USDT", "spot": True, "type": "spot", "active": True, "maker": 0.001, "taker": "0.002",
    "precision": {"amount": 1e-05, "price": 0.01},
    "limits": {"amount": {"min": 1e-05, "max": 9000}, "cost": {"min": 5, "max": None}, "leverage": {"max": None}},
}  # fmt: skip
SWAP = {
    "symbol": "BTC/USDT:USDT", "swap": True, "contract": True, "linear": True, "inverse": False, "contractSize": 0.001,
    "active": None, "precision": {"amount": 1, "price": 0.1},
    "limits": {"amount": {"min": 1, "max": 1000}, "cost": {"min": None}, "leverage": {"max": 125}},
}  # fmt: skip
INVERSE = {
    "symbol": "BTC/USD:BTC", "swap": True, "contract": True, "inverse": True, "contractSize": 100,
    "precision": {"amount": 1}, "limits": {"amount": {"min": 2}},
}  # fmt: skip


class Client:
    """What `fetch_markets` asks of a ccxt exchange."""

    precisionMode = 4  # noqa: N815 - ccxt's name
    timeframes: Any = {"1m": "1", "1h": "60", "1M": "x", "1s": "1"}  # noqa: RUF012
    features: Any = {  # noqa: RUF012
        "spot": {"createOrder": {"triggerPrice": False, "stopLossPrice": False}},
        "swap": {"linear": {"createOrder": {"triggerPrice": True}}, "inverse": None},
    }

    def __init__(self, *rows: Any, error: Exception | None = None) -> None:
        self.rows, self.error = rows, error

    def load_markets(self) -> Any:
        if self.error:
            raise self.error
        return {str(index): row for index, row in enumerate(self.rows)}


def fetched(*rows: Any, **attributes: Any) -> dict[str, Listing]:
    client = Client(*rows)
    for name, value in attributes.items():
        setattr(client, name, value)
    return dict(fetch_markets("testex", lambda _: client).listings)


def test_markets_become_listings() -> None:
    """Kinds, limits and steps are this project's; contracts are counted in base units."""
    assert fetched(SPOT, SWAP, INVERSE) == {
        "BTC/USDT": Listing("BTC/USDT", Kind.SPOT, True, 0.01, 1e-05, 1e-05, 9000.0, 5.0, None, 0.001, 0.002),
        "BTC/USDT:USDT": Listing("BTC/USDT:USDT", Kind.PERP, True, 0.1, 0.001, 0.001, 1.0, None, 125.0),
        "BTC/USD:BTC": Listing("BTC/USD:BTC", Kind.PERP, min_cost=200.0),
    }


def test_the_venue_itself() -> None:
    """Timeframes that can be counted in, in order, and who keeps stop orders."""
    venue = fetch_markets("testex", lambda _: Client(SPOT))
    assert venue.timeframes == ("1m", "1h")
    assert venue.stops == {Kind.SPOT: False, Kind.PERP: True}
    assert venue.fetched > 1_700_000_000_000


@pytest.mark.parametrize(("mode", "step"), [(2, 1e-08), (3, None), (4, 8.0), (None, None)])
def test_precision_modes(mode: int | None, step: float | None) -> None:
    """Decimal places become steps, ticks are steps, significant digits are none."""
    row = SPOT | {"precision": {"amount": 8}}
    assert fetched(row, precisionMode=mode)["BTC/USDT"].quantity_step == pytest.approx(step)


@pytest.mark.parametrize(
    "row",
    [
        {"symbol": "A/B"}, {"symbol": "A/B", "limits": None, "precision": None},
        {"symbol": "A/B", "limits": {"amount": 5}},
        {"symbol": "A/B", "precision": {"price": "x"}, "maker": "", "taker": float("inf")},
        {"symbol": "A/B", "limits": {"cost": {"min": -5}, "leverage": {"max": 0}}},
    ],
)  # fmt: skip
def test_nonsense_counts_as_not_told(row: dict[str, Any]) -> None:
    """A market with odd facts is listed without them."""
    assert fetched(row, {}, {"symbol": 5}, None) == {"A/B": Listing("A/B", Kind.OTHER)}


@pytest.mark.parametrize("error", [TimeoutError("no answer\nsecond line"), KeyError("symbols"), TypeError()])
def test_a_venue_that_fails_is_one_message(error: Exception) -> None:
    """Whatever a client raises is told in one line with the venue's name."""
    with pytest.raises(InputError, match="the markets of testex could not be fetched") as raised:
        fetch_markets("testex", lambda _: Client(error=error))
    assert "\n" not in raised.value.message


def test_a_venue_without_markets_is_told() -> None:
    """An empty answer never replaces a list."""
    with pytest.raises(InputError, match="lists no markets"):
        fetched()


def test_ccxt_is_imported_only_to_ask() -> None:
    """Neither the command nor the readers import it."""
    code = (
        "import sys; import stratrun.engine.commands.markets, stratrun.engine.brokers.markets\n"
        "print([n for n in ('ccxt', 'numpy', 'polars', 'numba') if n in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
