"""What changed between two versions of a strategy."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratrun.engine.diagnostics.diagnostic import DocumentError
from stratrun.engine.language.document import loads
from stratrun.engine.language.yaml.source import parse
from stratrun.engine.review.meaning import Change, Meaning, compare
from stratrun.engine.review.render import as_markdown, as_text
from stratrun.engine.review.report import Review, as_data
from stratrun.engine.review.sources import Version, version_of

from ..parity.generator import strategy_text

FILE = """stratrun: 2
name: Pullback
description: Words.
tags: [trend]
symbols: [BTC/USDT:USDT, ETH/USDT:USDT]
market: perp
timeframe: 1h
feeds:
  sol: {symbol: "SOL/USDT:USDT"}
params:
  dip: {default: 35, range: [20, 45], step: 5, label: Dip}
  stop_atr: {default: 2, range: [1, 4]}
indicators:
  trend: ema(close, 50)
  up: close > trend and trend is rising
filters:
  - sol.4h.close > sol.4h.sma(close, 10)
  - volume > sma(volume, 24)[1]
long:
  enter:
    when:
      - up
      - (rsi(close, 14) < dip) within 6 candles
      - any:
          - close crosses above trend
          - time.hour == 8
    fire: once
  exit:
    when: close < trend or position.profit > 9%
    stop: stop_atr * atr(14)
    target: 3R
    trail: {by: 3 * atr(10), after: 1R}
    breakeven: {after: 2R}
    time: 48 candles
short:
  enter: close < ema(close, 100)
  exit: {stop: 4%}
size: {risk: 1%, max: 30%}
opposite: close
risk: {max_open: 2, max_leverage: 2}
gaps: {max: 3 candles}
priority: roc(close, 24)
schedule: {timezone: Europe/Berlin}
optimize:
  tune: [dip]
  goal: {maximize: sharpe, min_trades: 50}
"""

ONCE = [
    ("ETH/USDT:USDT]", "ADA/USDT:USDT]", "symbols", "BTC/USDT:USDT, ADA/USDT:USDT"),
    ("timeframe: 1h", "timeframe: 30m", "timeframe", "30m"),
    ('symbol: "SOL', 'symbol: "XRP', "feeds.sol", "XRP/USDT:USDT"),
    ("default: 35", "default: 30", "params.dip", "30"),
    ("default: 2,", "default: 3,", "params.stop_atr", "3"),
    ("trend: ema(close, 50)", "trend: ema(close, 55)", "long.enter", "ema(close, 55)"),
    ("up: close > trend", "up: close >= trend", "long.enter", "close >= ema(close, 50)"),
    ("sma(close, 10)", "sma(close, 11)", "filters", "sol.4h.sma(close, 11)"),
    ("sol.4h.close", "sol.close", "filters", "sol.close > sol.4h.sma(close, 10)"),
    ("24)[1]", "24)[2]", "filters", "sma(volume, 24)[2]"),
    ("  - volume > sma(volume, 24)[1]\n", "", "filters", None),
    ("filters:\n", "filters:\n  - close > 5\n", "filters", "close > 5"),
    ("within 6", "within 7", "long.enter", "rsi(close, 14) < 35 within 7 candles"),
    ("hour == 8", "hour == 9", "long.enter", "time.hour == 9"),
    ("- any:", "- all:", "long.enter", "close crosses above ema(close, 50) and time.hour == 8"),
    ("fire: once", "fire: every_candle", "long.enter.fire", "every_candle"),
    ("profit > 9%", "profit > 8%", "long.exit.when", "position.profit > 8%"),
    ("stop_atr * atr(14)", "stop_atr * atr(15)", "long.exit.stop", "2 * atr(15)"),
    ("target: 3R", "target: 4R", "long.exit.target", "4R"),
    ("    target: 3R\n", "", "long.exit.target", None),
    ("by: 3 * atr(10)", "by: 2%", "long.exit.trail.by", "2%"),
    ("by: 3 * atr(10), after: 1R", "by: 3 * atr(10), after: 1.5R", "long.exit.trail.after", "1.5R"),
    ("    trail: {by: 3 * atr(10), after: 1R}\n", "", "long.exit.trail", None),
    ("breakeven: {after: 2R}", "breakeven: {after: 1R}", "long.exit.breakeven.after", "1R"),
    ("time: 48 candles", "time: 2d", "long.exit.time", "2d"),
    ("ema(close, 100)", "ema(close, 101)", "short.enter", "ema(close, 101)"),
    ("{stop: 4%}", "{stop: 5%}", "short.exit.stop", "5%"),
    ("risk: 1%,", "risk: 2%,", "size", "risk: 2%"),
    ("risk: 1%,", "equity: 20%,", "size", "equity: 20%"),
    (", max: 30%", ", max: 25%", "size.max", "25%"),
    ("opposite: close", "opposite: ignore", "opposite", "ignore"),
    ("max_open: 2", "max_open: 1", "risk.max_open", "1"),
    ("max_leverage: 2", "max_leverage: 3", "risk.max_leverage", "3"),
    ("max: 3 candles", "max: 5 candles", "gaps.max", "5"),
    ("gaps: {max: 3 candles}\n", "", "gaps", None),
    ("priority: roc(close, 24)", "priority: roc(close, 25)", "priority", "roc(close, 25)"),
    ("priority: roc(close, 24)\n", "", "priority", None),
    ("Europe/Berlin", "Asia/Tokyo", "schedule.timezone", "Asia/Tokyo"),
]

SILENT = [
    ("name: Pullback", "name: Other", "name"),
    ("description: Words.", "description: More.", "description"),
    ("tags: [trend]", "tags: [trend, x]", "tags"),
    ("range: [20, 45]", "range: [10, 45]", "params.dip.range"),
    ("step: 5", "step: 4", "params.dip.step"),
    ("label: Dip", "label: Low", "params.dip.label"),
    ("tune: [dip]", "tune: [stop_atr]", "optimize.tune"),
    ("min_trades: 50", "min_trades: 60", "optimize.goal.min_trades"),
    ("dip", "fall", "params.dip"),
    ("trend: ema", "average: ema", "indicators.trend"),
    ("sol", "other", "feeds.sol"),
]


def versions(tmp_path: Path, new: str, old: str = FILE) -> tuple[Version, Version]:
    paths = tmp_path / "old.yaml", tmp_path / "new.yaml"
    for path, text in zip(paths, (old, new), strict=True):
        path.write_text(text, "utf-8")
    return version_of(str(paths[0])), version_of(str(paths[1]))


def changed(tmp_path: Path, new: str, old: str = FILE) -> Meaning:
    assert new != old
    return compare(*versions(tmp_path, new, old))


@pytest.mark.parametrize(("old", "new", "key", "after"), ONCE, ids=[f"{k} {n[:20]}" for _, n, k, _ in ONCE])
def test_each_key_changed_once_shows_once(tmp_path: Path, old: str, new: str, key: str, after: str | None) -> None:
    """One change of the file is one change of meaning, told under its key with its new value."""
    assert old in FILE
    found = changed(tmp_path, FILE.replace(old, new, 1))
    assert not found.same
    assert len(found.changes) == 1, found.changes
    (change,) = found.changes
    assert key in change.keys
    assert change.after == after
    assert change.before != change.after
    assert found.remarks == ()


@pytest.mark.parametrize(("old", "new", "key"), SILENT, ids=[key for _, _, key in SILENT])
def test_what_decides_nothing_is_told_apart(tmp_path: Path, old: str, new: str, key: str) -> None:
    """Names, words, ranges and the search: equal hashes, no change, one remark."""
    text = FILE.replace(old, new)
    if old == "trend: ema":
        text = text.replace("> trend and trend", "> average and average").replace("above trend", "above average")
        text = text.replace("close < trend", "close < average")
    found = changed(tmp_path, text)
    assert found.same
    assert found.changes == ()
    assert key in [remark.key for remark in found.remarks]
    if old not in ("dip", "sol"):
        assert len(found.remarks) == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [("  ", "    "), ("35,", "35.0,"), ("risk: 1%", "risk: 1.00%"), ("name:", "# a comment\nname:"),
     ("  trend: ema(close, 50)\n  up: close > trend and trend is rising\n",
      "  up: close > trend and trend is rising\n  trend: ema(close, 50)\n"),
     ("{stop: 4%}", "\n    stop: 4%"), ("ema(close, 100)", "ema(length=100)"), ("fire: once", "fire: once  # so")],
)  # fmt: skip
def test_a_rewritten_file_is_no_change(tmp_path: Path, old: str, new: str) -> None:
    """Layout, comments, order and the spelling of numbers leave nothing to tell."""
    found = changed(tmp_path, FILE.replace(old, new))
    assert found.same
    assert found.changes == found.remarks == ()


def test_a_params_effects_stand_below_it(tmp_path: Path) -> None:
    """What a param changes in the rules is told with the param, once, beside what else changed."""
    text = FILE.replace("default: 35", "default: 30").replace("ema(close, 100)", "sma(close, 100)")
    found = changed(tmp_path, text)
    assert found.changes == (
        Change(("params.dip",), "35", "30", (Change(("long.enter",), "rsi(close, 14) < 35", "rsi(close, 14) < 30"),)),
        Change(("short.enter",), "ema(close, 100)", "sma(close, 100)"),
    )


def test_a_change_in_several_places_is_one(tmp_path: Path) -> None:
    """A named average used in entry and exit is told once with both places."""
    (change,) = changed(tmp_path, FILE.replace("ema(close, 50)", "ema(close, 60)")).changes
    assert change.keys == ("long.enter", "long.exit.when")


def test_a_side_that_goes_is_one_change(tmp_path: Path) -> None:
    """A block that is removed is told as a block."""
    text = FILE.replace("short:\n  enter: close < ema(close, 100)\n  exit: {stop: 4%}\n", "").replace(
        "opposite: close\n", ""
    )
    found = changed(tmp_path, text)
    short = next(change for change in found.changes if change.keys == ("short",))
    assert short.after is None
    assert "close < ema(close, 100)" in (short.before or "")
    assert {key for change in found.changes for key in change.keys} <= {"short", "opposite"}


@given(st.randoms(use_true_random=False))
def test_unequal_hashes_are_always_explained(rng: random.Random) -> None:
    """Of two drawn strategies: changes are told just where the hashes differ, and none between a file and itself."""
    texts = [strategy_text(rng)[0] for _ in range(2)]
    old, new = (made(text) for text in texts)
    assert bool(compare(old, new).changes) is not compare(old, new).same
    assert compare(old, old).changes == compare(old, old).remarks == ()
    assert as_text(Review(old, new, compare(old, new)))


@given(st.randoms(use_true_random=False))
def test_one_number_changed_is_one_change(rng: random.Random) -> None:
    """A number of a drawn file's entry rule, written otherwise, is told as one change or none."""
    text = strategy_text(rng)[0]
    side = "long" if "\nlong: " in text else "short"
    line = next(line for line in text.splitlines() if line.startswith(f"{side}: "))
    enter = line.partition('"exit"')[0]
    numbers = list(re.finditer(r"(?<=, )([2-9])(?=[,)])", enter))
    if not numbers:
        return
    found = numbers[rng.randrange(len(numbers))]
    changed_line = line[: found.start()] + str(int(found[0]) + 1) + line[found.end() :]
    try:
        new = made(text.replace(line, changed_line))
    except DocumentError:
        return
    result = compare(made(text), new)
    assert len(result.changes) == (0 if result.same else 1), (enter, result.changes)


def made(text: str) -> Version:
    return Version("drawn", loads(text), parse("drawn", text.encode()).root, lambda overrides: loads(text, overrides))


def test_hostile_words_stay_words(tmp_path: Path) -> None:
    """Names and labels cannot become Markdown, HTML or another row of a table."""
    evil = "'</details> | <script>x</script> `code` [a](b)'"
    old, new = versions(
        tmp_path, FILE.replace("name: Pullback", f"name: {evil}").replace("label: Dip", f"label: {evil}")
    )
    text = as_markdown(Review(old, new, compare(old, new)))
    outside = [part for k, part in enumerate(text.replace("\\|", "").split("`")) if k % 2 == 0]
    assert not any("<script>" in part or "[a](b)" in part for part in outside)
    assert text.count("</details>") == text.count("<details>") + sum("</details>" in p for p in text.split("`")[1::2])


def test_all_forms_tell_every_change(tmp_path: Path) -> None:
    """Text, Markdown and data name each change."""
    old, new = versions(tmp_path, FILE.replace("target: 3R", "target: 4R").replace("tags: [trend]", "tags: [y]"))
    review = Review(old, new, compare(old, new))
    for text in (as_text(review), as_markdown(review)):
        assert "long.exit.target" in text
        assert "no candles were given" in text
    data = as_data(review)
    assert [change["keys"] for change in data["changes"]] == [("long.exit.target",)]
    assert data["without_effect"] == [{"key": "tags", "before": "trend", "after": "y"}]
