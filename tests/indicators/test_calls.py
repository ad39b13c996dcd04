"""Calls as users of TradingView, TA-Lib and pandas-ta write them: taken where they mean one thing, else mended."""

from __future__ import annotations

import pytest

from stratrun.engine.diagnostics.diagnostic import DocumentError
from stratrun.engine.indicators import entries
from stratrun.engine.indicators.catalogue import ELSEWHERE, known_as
from stratrun.engine.language.document import loads
from stratrun.engine.language.resolve.arguments import Signature

FILE = """stratrun: 2
name: a call
symbols: [BTC/USDT]
timeframe: 1h
indicators:
  value: "{call}"
long:
  enter: value > close
  exit: {{time: 5 candles}}
size: {{cost: 100 USDT}}
"""


def meaning(call: str) -> str:
    """The resolved entry rule with `call` in it."""
    return repr(loads(FILE.format(call=call)).long)


def mend(call: str) -> str:
    with pytest.raises(DocumentError) as caught:
        loads(FILE.format(call=call))
    return " ".join(f"{found.message}; {found.help}" for found in caught.value.diagnostics)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("atr(high, low, close, 14)", "atr(14)"),
        ("atr(timeperiod=14)", "atr(14)"),
        ("4h.atr(high, low, close, 14)", "4h.atr(14)"),
        ("midprice(high, low, 14)", "midprice(14)"),
        ("vwma(close, volume, 10)", "vwma(10)"),
        ("keltner(high, low, close, 20).upper", "keltner(20).upper"),
        ("bbands(close, 20, nbdev=2).upper", "bb(20, 2).upper"),
        ("bollinger_bands(period=20, std=2).upper", "bb(20, 2).upper"),
        ("macd(close, fastperiod=12, slowperiod=26, signalperiod=9).hist", "macd().hist"),
        ("ema(src=hl2, len=10)", "ema(hl2, 10)"),
        ("linearreg(close, 14)", "linreg(close, 14)"),
        ("super_trend(3, 10).line", "supertrend().line"),
        ("sar(acceleration=0.02)", "sar()"),
    ],
)
def test_their_call_means_ours(theirs: str, ours: str) -> None:
    """A call written in another library's words is the very same rule."""
    assert meaning(theirs) == meaning(ours)


def test_an_alias_with_its_own_arguments() -> None:
    """`stochf(5, 3)` is TA-Lib's fast stochastic: the second number smooths d, and k stays raw."""
    (entry,) = (e for e in entries() if "stochf" in e.orders)
    assert Signature.of(entry, "stochf").slots == ["length", "smooth_d"]
    assert meaning("close + stochf(5, 4).d * atr(3)") == meaning("close + stoch(5, 1, 4).d * atr(3)")


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("supertrend(10, 2.5).line", "did you mean `supertrend(2.5, 10)`?"),
        ("atr(close, 14)", "atr reads high, low, close by itself; write `atr(length)`, such as `atr(14)`"),
        ("atr(4h.high, 4h.low, 4h.close, 14)", "atr reads high, low, close by itself"),
        ("sma(close, 14, length=3)", "`length` is given twice"),
        ("sma(close, period=14, timeperiod=14)", "`length` is given twice"),
        ("sma(close, window=14)", "has no argument called `window`"),
        ("alma(close, 9, 6, 0.85)", "did you mean `alma(close, 9, 0.85, 6)`?"),
    ],
)
def test_a_near_miss_is_told_the_right_call(call: str, words: str) -> None:
    """What cannot be taken is refused with the call that was meant."""
    assert words in mend(call)


def test_every_alias_can_be_called() -> None:
    """The example that messages show for a name or alias is accepted."""
    for entry in entries():
        for name in (entry.name, *entry.aliases):
            output = f".{entry.outputs[0].name}" if len(entry.outputs) > 1 else ""
            call = Signature.of(entry, name).example + output
            rule = call if entry.outputs[0].dimension == "condition" else f"{call} == {call}"
            text = FILE.format(call="close").replace("value > close", rule)
            assert loads(text).long is not None


def test_other_words_never_collide() -> None:
    """A word of another library stands for one slot of an entry at the most, and hides no slot's own name."""
    for entry in entries():
        slots = Signature.of(entry, entry.name).slots
        for word in {word for words in ELSEWHERE.values() for word in words}:
            assert known_as(slots, word) in {None, word, *slots}
        assert all(known_as(slots, slot) == slot for slot in slots)
