"""What a document means: the Strategy that is built from it."""

from __future__ import annotations

import pytest

from stratrun.engine.language.document import loads
from stratrun.engine.language.strategy import Duration, Fire, Gaps, Market, Opposite, Risk, SizeMethod
from stratrun.engine.language.term import Op

HEAD = """stratrun: 2
name: Dip
symbols: [BTC/USDT, ETH/USDT]
timeframe: 1h
"""
LONG = "long: {enter: close > open, exit: {stop: 3%}}\n"
SHORT = "short: {enter: close < open, exit: {stop: 3%}}\n"
SIZE = "size: {risk: 1%}\n"


def test_defaults_are_the_plain_ones() -> None:
    """A short file means: spot, fire once, no limits, an opposite entry ignored."""
    strategy = loads(HEAD + LONG + SIZE)
    assert (strategy.market, strategy.opposite, strategy.risk, strategy.gaps, strategy.timezone) == (
        Market.SPOT, Opposite.IGNORE, Risk(None, 1.0), None, "UTC",
    )  # fmt: skip
    assert strategy.symbols == ("BTC/USDT", "ETH/USDT")
    assert strategy.long is not None
    assert strategy.long.fire is Fire.ONCE
    assert strategy.short is None


@pytest.mark.parametrize(
    ("written", "meant"), [("", "reverse"), ("opposite: close\n", "close"), ("opposite: ignore\n", "ignore")]
)
def test_two_sides_reverse_unless_said_otherwise(written: str, meant: str) -> None:
    """With both sides declared, an opposite entry reverses by default."""
    assert loads(HEAD + "market: perp\n" + LONG + SHORT + SIZE + written).opposite == meant


@pytest.mark.parametrize(
    ("size", "method", "value"),
    [
        ("quantity: 0.5", SizeMethod.QUANTITY, 0.5),
        ("quantity: 1e-3", SizeMethod.QUANTITY, 0.001),
        ("quantity: 0x10", SizeMethod.QUANTITY, 16.0),
        ("cost: 100 USDT", SizeMethod.COST, 100.0),
        ("equity: 10%", SizeMethod.EQUITY, 0.1),
        ("risk: 0.75%", SizeMethod.RISK, 0.0075),
    ],
)
def test_sizes(size: str, method: SizeMethod, value: float) -> None:
    """Each method's value stands in its own unit: base, quote or a fraction."""
    built = loads(HEAD + LONG + f"size: {{{size}, max: 20%}}\n").size
    assert (built.method, built.value, built.max) == (method, value, 0.2)


def test_lists_are_all_and_any_nests() -> None:
    """A list is `and`; `any` inside it is `or`; `all` inside that is `and` again."""
    rule = "    - close > open\n    - any: [volume > 1, {all: [high > 2, low > 3]}]\n"
    text = HEAD + "long:\n  enter:\n" + rule + "  exit: {stop: 3%}\n"
    side = loads(text + SIZE).long
    assert side is not None
    assert side.enter.op is Op.AND
    either = side.enter.args[1]
    assert either.op is Op.OR
    assert either.args[1].op is Op.AND


def test_enter_may_say_how_it_fires() -> None:
    """`fire` stands beside `when`, `all` or `any`."""
    for rule in ("when: close > open", "any: [close > open, volume > 1]"):
        side = loads(HEAD + f"long: {{enter: {{{rule}, fire: every_candle}}, exit: {{stop: 3%}}}}\n" + SIZE).long
        assert side is not None
        assert side.fire is Fire.EVERY_CANDLE


def test_exits() -> None:
    """Every way out arrives: R multiples, distances, durations."""
    exits = "{stop: 3%, target: 2R, trail: {by: 2 * atr(14), after: 1R}, breakeven: {after: 1%}, time: 12h}"
    side = loads(HEAD + f"long: {{enter: close > open, exit: {exits}}}\n" + SIZE).long
    assert side is not None
    exit_ = side.exit
    assert exit_.target is not None
    assert exit_.target.r == 2.0
    assert exit_.stop is not None
    assert exit_.stop.term is not None
    assert exit_.trail is not None
    assert exit_.trail.after is not None
    assert exit_.trail.after.r == 1.0
    assert exit_.breakeven is not None
    assert exit_.breakeven.term is not None
    assert exit_.time == Duration(ms=43_200_000)


def test_the_rest_arrives() -> None:
    """Filters, priority, gaps, risk, feeds, timezone and words are carried over."""
    text = (
        HEAD
        + LONG
        + SIZE
        + """
description: Words.
tags: [a, b]
feeds: {eth: {symbol: ETH/USDT}}
filters: [eth.close > 1]
priority: volume
gaps: {max: 3 candles}
risk: {max_open: 2}
schedule: {timezone: Europe/Berlin}
"""
    )
    strategy = loads(text)
    assert strategy.feeds == {"eth": "ETH/USDT"}
    assert strategy.filters is not None
    assert strategy.priority is not None
    assert strategy.gaps == Gaps(3)
    assert strategy.risk.max_open == 2
    assert (strategy.timezone, strategy.description, strategy.tags) == ("Europe/Berlin", "Words.", ("a", "b"))
