"""Symbols in small letters: no venue lists one, and a file of candles would be found for it all the same."""

from __future__ import annotations

import json

import pytest

from stratrun.engine.diagnostics.diagnostic import Diagnostic
from stratrun.engine.language.document import validate_bytes


def told(symbol: str) -> list[Diagnostic]:
    long = {"enter": "close > open[1]", "exit": {"stop": "2%"}}
    market = "perp" if ":" in symbol else "spot"
    document = {"stratrun": 2, "name": "x", "symbols": [symbol], "timeframe": "1h", "market": market, "long": long}
    return validate_bytes(json.dumps({**document, "size": {"equity": "10%"}}).encode(), "x.json")


@pytest.mark.parametrize("symbol", ["btc/usdt", "1000pepe/usdt", "btc/usdt:usdt", "eth/btc"])
def test_small_letters_alone_are_no_symbol(symbol: str) -> None:
    """A symbol without any capital letter is refused with the one that was meant."""
    (found,) = told(symbol)
    assert (found.code, found.help) == ("SR109", f"did you mean `{symbol.upper()}`?")


@pytest.mark.parametrize(
    "symbol",
    [
        "1000PEPE/USDT",
        "kPEPE/USDC:USDC",
        "stETH/ETH",
        "cbETH/USD",
        "USDe/USDT",
        "sUSDe/USDe",
        "1/2",
        "ÉCU/€",
        "1INCH/USD",
    ],
)
def test_venues_may_mix_letters(symbol: str) -> None:
    """Small letters beside capital ones, or none at all, are a venue's own matter."""
    assert told(symbol) == []
