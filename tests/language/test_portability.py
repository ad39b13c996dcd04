"""What a venue would not take, from hand-made lists of markets."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from stratrun.engine.diagnostics.diagnostic import Severity
from stratrun.engine.language.document import validate, validate_bytes
from stratrun.engine.market.venue import Kind, Listing, Venue

LISTINGS = (
    Listing("BTC/USDT", Kind.SPOT, min_quantity=0.00001, max_quantity=9000.0, min_cost=5.0),
    Listing("ETH/USDT", Kind.SPOT, min_quantity=0.0001, min_cost=10.0),
    Listing("LUNA/USDT", Kind.SPOT, active=False),
    Listing("SOL/USDT", Kind.SPOT),
    Listing("BTC/USDT:USDT", Kind.PERP, min_quantity=0.001, min_cost=100.0, max_leverage=125.0),
    Listing("ETH/USDT:USDT", Kind.PERP, max_leverage=50.0),
    Listing("BTC/USDT:USDT-261225", Kind.FUTURE),
)
VENUE = Venue(
    "testex", 0, ("1m", "60m", "4h", "1d"), {Kind.SPOT: True, Kind.PERP: False}, {row.symbol: row for row in LISTINGS}
)


def told(venue: Venue = VENUE, **changes: str) -> list[str]:
    """`CODE line:column message | help` of a document with these keys."""
    parts = {
        "symbols": "[BTC/USDT]", "timeframe": "1h", "long": "{enter: close > open, exit: {stop: 3%}}",
        "size": "{risk: 1%}",
    } | changes  # fmt: skip
    text = "stratrun: 2\nname: Dip\n" + "".join(f"{key}: {value}\n" for key, value in parts.items())
    found = validate_bytes(text.encode(), "a.yaml", venue)
    return [f"{d.code} {d.span.line}:{d.span.column} {d.message} | {d.help}" for d in found if d.span]


PERP = {
    "market": "perp",
    "symbols": "[BTC/USDT:USDT]",
    "long": "{enter: close > open, exit: {time: 12h}}",
    "size": "{equity: 10%}",
}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"symbols": "[BTC/USDTT]"}, ["SR501 3:11 testex lists no `BTC/USDTT` | did you mean `BTC/USDT`?"]),
        ({"symbols": "[BTC/USDT, DOGE/USDT]"}, ["SR501 3:21 testex lists no `DOGE/USDT`"]),
        ({"feeds": "{x: {symbol: X/Y}}", "filters": "x.close > 1"}, ["SR501 7:21 testex lists no `X/Y`"]),
        ({"symbols": "[LUNA/USDT]"}, ["SR502 3:11 testex does not trade `LUNA/USDT` at present"]),
        (
            PERP | {"symbols": "[BTC/USDT]"},
            [
                "SR503 3:11 `BTC/USDT` is a spot market at testex, and the file says `market: perp` "
                "| write `BTC/USDT:USDT`"
            ],
        ),
        (
            PERP | {"symbols": "[SOL/USDT]", "short": "{enter: close < open, exit: {time: 12h}}"},
            [
                "SR503 3:11 `SOL/USDT` is a spot market at testex, and the file says `market: perp`; "
                "a spot market cannot be sold short | choose"
            ],
        ),
        (PERP | {"symbols": "[BTC/USDT:USDT-261225]"}, ["SR503 3:11 `BTC/USDT:USDT-261225` is a future market"]),
        ({"timeframe": "7m"}, ["SR504 4:12 testex has no 7m candles | it has 1m, 60m, 4h, 1d"]),
        ({"timeframe": "60m"}, []),
        (
            {"size": "{cost: 4.99 USDT}"},
            ["SR505 6:14 an order of 4.99 is below the minimum cost for BTC/USDT at testex: 5"],
        ),
        ({"size": "{cost: 5 USDT}"}, []),
        (
            {"size": "{cost: 7 USDT}", "symbols": "[BTC/USDT, ETH/USDT]"},
            ["SR505 6:14 an order of 7 is below the minimum cost for ETH/USDT"],
        ),
        (
            {"size": "{quantity: 0.000001}"},
            ["SR506 6:18 1e-06 is below the minimum quantity for BTC/USDT at testex: 1e-05"],
        ),
        ({"size": "{quantity: 9001}"}, ["SR506 6:18 9001 is above the maximum quantity"]),
        (PERP | {"risk": "{max_leverage: 126}"}, ["SR507 8:22 testex gives BTC/USDT:USDT a leverage of at most 125"]),
        (PERP | {"risk": "{max_leverage: 125}"}, []),
        (
            PERP | {"long": "{enter: close > open, exit: {stop: 3%}}"},
            ["SR508 5:36 testex keeps no stop orders for perp markets"],
        ),
    ],
)
def test_what_a_venue_does_not_take(changes: dict[str, str], expected: list[str]) -> None:
    """Each is told at its place, once, with a way out."""
    found = told(**changes)
    found.sort(key=lambda row: row.split()[1])
    assert len(found) == len(expected), found
    for said, wanted in zip(found, expected, strict=True):
        assert said.startswith(wanted)


def test_what_a_venue_does_not_say_is_not_held_against_the_file() -> None:
    """Without timeframes, limits and features nothing is told."""
    silent = replace(VENUE, timeframes=(), stops={}, listings={"BTC/USDT": Listing("BTC/USDT", Kind.SPOT)})
    assert told(silent, timeframe="7m", size="{cost: 0.01 USDT}") == []


def test_a_missing_stop_order_is_no_finding() -> None:
    """What a venue cannot do by itself is worth knowing, and no mistake of the file."""
    text = "stratrun: 2\nname: D\nmarket: perp\nsymbols: [ETH/USDT:USDT]\ntimeframe: 1h\n"
    text += "long: {enter: close > open, exit: {stop: 3%}}\nsize: {risk: 1%}\n"
    assert [d.severity for d in validate_bytes(text.encode(), "a.yaml", VENUE)] == [Severity.INFO]


def test_a_broken_file_is_not_held_against_a_venue() -> None:
    """A venue is asked about sound strategies only."""
    assert [row[:5] for row in told(symbols="[NO/NO]", filters="nosuch > 1")] == ["SR208"]


def test_a_portfolios_members_are_held_against_the_venue(tmp_path: Path) -> None:
    """What the venue does not take of a member is told of the member's own file."""
    member = (
        "stratrun: 2\nname: Dip\nsymbols: [XRP/USDT]\ntimeframe: 1h\nlong: {enter: close > open, exit: {stop: 3%}}\n"
    )
    (tmp_path / "dip.yaml").write_text(member + "size: {risk: 1%}\n", "utf-8")
    path = tmp_path / "p.yaml"
    path.write_text("stratrun: 2\nkind: portfolio\nname: P\nmembers: [{strategy: ./dip.yaml, weight: 50%}]\n", "utf-8")
    assert validate(path) == []
    found = [(d.path, d.code) for d in validate(path, VENUE)]
    assert (str(tmp_path / "dip.yaml"), "SR501") in found
    assert (str(path), "SR727") in found
