"""How options read their texts."""

from __future__ import annotations

import click
import pytest

from stratrun.engine.commands.options import Amount


@pytest.mark.parametrize(
    ("text", "amount"),
    [("10000", 10_000.0), ("10,000", 10_000.0), ("1_250_000.5", 1_250_000.5), (" 0.5 ", 0.5), (".5", 0.5), ("1e4", 1e4),
     ("+7", 7.0)],
)  # fmt: skip
def test_an_amount_is_a_number_whose_thousands_may_be_parted(text: str, amount: float) -> None:
    """Commas and underscores stand between thousands."""
    assert Amount().convert(text, None, None) == amount


@pytest.mark.parametrize(
    "text",
    ["1,5", "1,50", "1,0000", "10000,00", "1,000_000", "1__000", ",5", "1.5,000", "1 000", "0", "-1", "nan", "inf", "",
     ".", "e5", "1e15"],
)  # fmt: skip
def test_what_may_be_read_two_ways_is_no_amount(text: str) -> None:
    """A decimal comma is refused and never taken for ten times as much."""
    with pytest.raises(click.BadParameter, match="is not a positive amount"):
        Amount().convert(text, None, None)
