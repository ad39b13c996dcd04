"""`optimize.require` and `optimize.tune` against the parameters."""

from __future__ import annotations

import pytest

from stratrun.engine.language.document import validate_bytes

HEAD = """stratrun: 2
name: Crossover
symbols: [BTC/USDT]
timeframe: 1h
params:
  fast: {default: 20, range: [10, 60]}
  slow: {default: 50, range: [40, 120]}
  stop: {default: 3%, range: [1%, 6%]}
  wait: {default: 12h}
  most: {default: 1d}
indicators: {a: "ema(close, fast)", b: "ema(close, slow)"}
long:
  enter: a crosses above b
  exit: {stop: stop, time: wait}
size: {risk: 1%}
optimize: {require: ["HERE"]}
"""


def told(requirement: str) -> list[str]:
    found = validate_bytes(HEAD.replace("HERE", requirement).encode(), "x.yaml")
    return [f"{d.code} {d.message} | {d.help}" for d in found if d.code != "SR417"]


@pytest.mark.parametrize(
    "requirement",
    ["fast < slow", "fast * 2 <= slow", "10 <= fast < slow", "stop < 4%", "wait < most", "not (fast > slow)",
     "fast > slow or stop < 5%", "slow - fast >= 30", "-fast < 0", "slow / fast == 2.5"],
)  # fmt: skip
def test_a_requirement_that_holds_says_nothing(requirement: str) -> None:
    """The values in force fulfil it, whatever other values of the ranges do."""
    assert told(requirement) == []


@pytest.mark.parametrize("requirement", ["fast > slow", "fast > slow and stop < 4%", "wait > most or slow < 40"])
def test_values_that_break_a_requirement_are_an_error(requirement: str) -> None:
    """It says which values do not fulfil it."""
    (words,) = told(requirement)
    assert words.startswith(f"SR462 `{requirement}` does not hold for ")


def test_it_tells_where_no_values_would_do() -> None:
    """A requirement that nothing in the ranges fulfils says so; one that some values fulfil does not."""
    assert "nor for any values" in told("fast > slow + 30")[0]
    assert "nor for any values" not in told("fast > slow")[0]


@pytest.mark.parametrize(
    ("requirement", "words"),
    [("fast < close", "no parameter `close`"), ("fsat < slow", "did you mean `fast`?"), ("fast", "compares params"),
     ("stop < wait", "unlike units"), ("max(fast, 3) < slow", "params and numbers only")],
)  # fmt: skip
def test_what_is_no_requirement_is_refused(requirement: str, words: str) -> None:
    """Anything but params and numbers is an error with a place."""
    (found,) = told(requirement)
    assert found.startswith("SR465")
    assert words in found
