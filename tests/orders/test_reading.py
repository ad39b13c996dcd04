"""Executions of many symbols read one after the other: one that cannot be read is told, and hides no other."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from stratrun.engine.brokers.outcome import ReadError
from stratrun.engine.orders.reconcile import Reconciler


class Readings(Reconciler):
    """Symbols in capitals cannot be read."""

    def __init__(self) -> None:
        self.read: list[str] = []

    async def _read_symbol(self, symbol: str) -> int:
        self.read.append(symbol)
        if symbol.isupper():
            raise ReadError(f"{symbol} is not listed")
        return 1


def read(symbols: str) -> tuple[Any, str]:
    readings = Readings()
    try:
        found: Any = asyncio.run(readings._read_fills(list(symbols)))
    except ReadError as error:
        found = error.words
    return found, "".join(readings.read)


@pytest.mark.parametrize(
    ("symbols", "found", "asked"),
    [
        ("abc", 3, "abc"),
        ("aBc", "B is not listed", "aBc"),
        ("ABc", "A is not listed", "AB"),
        ("AbCd", "A is not listed", "AbCd"),
        ("abC", "C is not listed", "abC"),
    ],
)
def test_one_symbol_hides_no_other(symbols: str, found: Any, asked: str) -> None:
    """All others are read, nothing is concluded, and a venue that does not answer at all is not asked on and on."""
    assert read(symbols) == (found, asked)
