"""The hash of a strategy's meaning."""

from __future__ import annotations

import dataclasses
import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratrun.engine.language.document import loads
from stratrun.engine.language.identity import NOT_MEANING, Digests, meaning, meaning_hash
from stratrun.engine.language.strategy import Strategy
from stratrun.engine.trading.wiring import wire

from ..parity.generator import strategy_text

FILE = """stratrun: 2
name: Dip
symbols: [BTC/USDT:USDT, ETH/USDT:USDT]
market: perp
timeframe: 1h
feeds: {btc: {symbol: "BTC/USDT:USDT"}}
params:
  fast: {default: 20, range: [10, 40], label: Fast}
indicators:
  trend: ema(close, fast)
  up: close > trend
filters:
  - btc.4h.close > btc.4h.ema(close, 50)
  - volume > 0
long:
  enter: up and rsi(close, 14) crosses above 30
  exit: {when: close < trend, stop: 3%, target: 2R}
short:
  enter: close < trend
  exit: {stop: 3%}
size: {risk: 1%}
"""


def hash_of(old: str = "", new: str = "", file: str = FILE) -> str:
    assert old in file
    return meaning_hash(loads(file.replace(old, new) if old else file))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("name: Dip", "name: Other\ndescription: words\ntags: [a, b]"),
        ("default: 20", "default: 20.0"),
        ("range: [10, 40], label: Fast", "range: [5, 100], step: 5, label: Other"),
        ("ema(close, fast)", "ema(close, 20)  # the params are gone"),
        ("ema(close, fast)", "ema(length=fast)"),
        ("{risk: 1%}", "\n  risk: 1.0%"),
        ("stop: 3%, target: 2R", "target: 2R, stop: 3.00%"),
        ("stop: 3%, target: 2R", "target: 2R, stop: 0.03 * close"),
        ("up and rsi(close, 14) crosses above 30", "{all: ['30 crosses below rsi(close, 14)', up]}"),
        ("up and rsi(close, 14) crosses above 30", "rsi(14) crosses above 30.0 and (up and up)"),
        ("  - btc.4h.close > btc.4h.ema(close, 50)\n  - volume > 0",
         "  all: [volume > 0, 'btc.4h.close > btc.4h.ema(close, 50)']"),
        ("close > trend", "trend < close"),
        ("timeframe: 1h", "timeframe: 60m"),
        ("size:", "opposite: reverse\nsize:"),
        ("size:", "risk: {max_leverage: 1}\nsize:"),
    ],
)  # fmt: skip
def test_what_does_not_decide_does_not_count(old: str, new: str) -> None:
    """Names, words, layout, defaults written out and the order of conditions leave the hash as it is."""
    assert hash_of(old, new) == hash_of()


def test_names_do_not_count() -> None:
    """Feeds, params and definitions count by what they hold."""
    renamed = FILE.replace("btc", "bitcoin").replace("fast", "quick").replace("trend", "average")
    assert renamed != FILE
    assert hash_of(file=renamed) == hash_of()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("default: 20", "default: 21"),
        ("close, 14", "open, 14"),
        ("above 30", "above 31"),
        ("crosses above 30", "> 30"),
        ("close > trend", "close >= trend"),
        ("btc.4h.close", "btc.close"),
        ("btc.4h.close", "4h.close"),
        ('btc: {symbol: "BTC', 'btc: {symbol: "ETH'),
        ("[BTC/USDT:USDT, ETH/USDT:USDT]", "[ETH/USDT:USDT, BTC/USDT:USDT]"),
        ("[BTC/USDT:USDT, ETH/USDT:USDT]", "[BTC/USDT:USDT]"),
        ("timeframe: 1h", "timeframe: 2h"),
        ("stop: 3%, target: 2R", "stop: 3%, target: 3R"),
        ("stop: 3%, target: 2R", "stop: 3%"),
        ("stop: 3%, target: 2R", "stop: 4%, target: 2R"),
        ("when: close < trend, ", ""),
        ("risk: 1%", "risk: 2%"),
        ("risk: 1%", "equity: 1%"),
        ("risk: 1%", "risk: 1%, max: 20%"),
        ("size:", "opposite: close\nsize:"),
        ("size:", "risk: {max_open: 1}\nsize:"),
        ("size:", "gaps: {max: 3 candles}\nsize:"),
        ("size:", "priority: volume\nsize:"),
        ("size:", "schedule: {timezone: Europe/Berlin}\nsize:"),
        ("  enter: close < trend", "  enter: {when: close < trend, fire: every_candle}"),
    ],
)
def test_what_decides_counts(old: str, new: str) -> None:
    """Every single change of what is decided gives another hash."""
    assert hash_of(old, new) != hash_of()


@pytest.mark.parametrize(
    ("a", "b"), [("close - open > 0", "open - close > 0"), ("close / open > 1", "open / close > 1"),
                 ("close > open", "open > close"), ("close crosses above open", "close crosses below open"),
                 ("close > open or close > high[1]", "close > open and close > high[1]")],
)  # fmt: skip
def test_order_counts_where_it_decides(a: str, b: str) -> None:
    """Only operators that may be turned round are."""
    entry = "up and rsi(close, 14) crosses above 30"
    assert hash_of(entry, a) != hash_of(entry, b)


@given(st.randoms(use_true_random=False))
def test_drawn_strategies_are_told_apart(rng: random.Random) -> None:
    """Two strategies with one hash have one graph; a strategy written with other names and order keeps its hash."""
    texts = [strategy_text(rng)[0] for _ in range(2)]
    first, second = map(loads, texts)
    if meaning_hash(first) == meaning_hash(second):
        assert wire(first).plan.hash == wire(second).plan.hash
    document = {key: json.loads(value) for key, value in (line.split(": ", 1) for line in texts[0].splitlines())}
    document["name"] = "Another"
    again = "".join(f"{key}: {json.dumps(document[key], indent=1)}\n" for key in reversed(document))
    assert meaning_hash(loads("stratrun: 2\n" + again.replace("stratrun: 2\n", ""))) == meaning_hash(first)


def test_every_field_counts_or_is_named_as_not_counting() -> None:
    """A field added to the strategy is part of its meaning unless somebody says that it is not."""
    strategy = loads(FILE)
    names = {field.name for field in dataclasses.fields(Strategy)}
    assert names >= NOT_MEANING
    filled = {name: _other(getattr(strategy, name)) for name in names - NOT_MEANING}
    for name, value in filled.items():
        changed = dataclasses.replace(strategy, **{name: value})
        assert meaning_hash(changed) != meaning_hash(strategy), name
    assert set(meaning(strategy)) <= names - NOT_MEANING


def _other(value: Any) -> Any:
    """Something else of about that kind."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return ("another", 1.0)
    return "another" if value != "another" else "more"


def test_a_node_has_one_digest_in_every_file() -> None:
    """Equal terms of two strategies have equal digests, so that strategies can be compared node by node."""
    one, other = loads(FILE), loads(FILE.replace("above 30", "above 35"))
    digests = [Digests(s) for s in (one, other)]
    assert digests[0].of(one.definitions["up"]) == digests[1].of(other.definitions["up"])
    assert one.long is not None
    assert other.long is not None
    left, right = ({d.of(arg) for arg in s.long.enter.args} for d, s in zip(digests, (one, other), strict=True))  # type: ignore[union-attr]
    assert len(left & right) == 1


def test_a_chain_of_definitions_costs_no_more_than_its_length() -> None:
    """Thousands of definitions that lean on each other are hashed without recursion."""
    chain = "".join(f"  x{k}: x{k - 1} and close > {k}\n" for k in range(1, 3000))
    text = FILE.replace("  up: close > trend\n", f"  up: close > trend\n  x0: close > trend\n{chain}")
    assert meaning_hash(loads(text.replace("enter: up", "enter: x2999")))
