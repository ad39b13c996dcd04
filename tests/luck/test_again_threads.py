"""Runs made again in several threads: the same in any number of them, in order, and stopped when nobody asks on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from stratrun.engine.language.document import loads
from stratrun.engine.market.candles import Candles
from stratrun.engine.market.instrument import make_instrument
from stratrun.engine.research import again, baselines, perturb
from stratrun.engine.research.again import AHEAD, compiling, run_again
from stratrun.engine.research.baselines import random_entries
from stratrun.engine.research.inputs import Inputs
from stratrun.engine.research.perturb import disturbed_runs

STRATEGY = """stratrun: 2
name: dips
symbols: [BTC/USDT]
timeframe: 1h
long:
  enter: close > ema(close, 10)
  exit: {stop: 2%, time: 12 candles}
size: {equity: 50%}
"""


@pytest.fixture(scope="module")
def inputs(sample: Callable[..., Candles]) -> Inputs:
    return Inputs(loads(STRATEGY), {"BTC/USDT": sample(count=600)}, {"BTC/USDT": make_instrument("BTC/USDT", {})})


@pytest.mark.parametrize("machine_code", [False, True, None])
def test_threads_and_machine_code_change_nothing(
    inputs: Inputs, machine_code: bool | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every path has the very same bits however many threads made it and in whichever form the kernels ran."""
    result = inputs.run()
    ways: tuple[Callable[[int], Iterator[tuple[Any, int]]], ...] = (
        lambda threads: random_entries(inputs, result, 9, 4, threads),
        lambda threads: disturbed_runs(inputs, 0.1, 9, 4, threads),
    )
    plain = [_told(way(1)) for way in ways]
    for module in (perturb, baselines):
        monkeypatch.setattr(module, "compiling", lambda _inputs, _runs: machine_code)
    for way, expected in zip(ways, plain, strict=True):
        for threads in (1, 2, 5):
            assert _told(way(threads)) == expected


def _told(runs: Iterator[tuple[Any, int]]) -> list[tuple[bytes, int]]:
    return [(np.asarray(path).tobytes(), count) for path, count in runs]


def test_short_runs_are_compiled_when_they_are_many(inputs: Inputs, monkeypatch: pytest.MonkeyPatch) -> None:
    """What one run of few candles is too short for pays for thousands of them."""
    monkeypatch.setattr("stratrun.engine.research.backtest.prepared", lambda: True)
    assert compiling(inputs, 1) is False
    assert compiling(inputs, 5_000) is True
    missing = replace(inputs, candles={})
    assert compiling(missing, 5_000) is False


@dataclass
class _Numbered:
    """Stands in for inputs: run k gives k, once it may."""

    number: int
    begun: list[int]
    gate: threading.Event

    def run(self, _machine_code: bool | None) -> int:
        self.begun.append(self.number)
        if self.number:
            assert self.gate.wait(10)
        if self.number == 13:
            raise ValueError("unlucky")
        return self.number


def _numbers(runs: int, threads: int, begun: list[int], gate: threading.Event) -> Iterator[int]:
    make: Any = lambda k: _Numbered(k, begun, gate)  # noqa: E731
    return run_again(make, runs, lambda found: int(found), True, threads)


def test_runs_come_in_order_and_none_is_begun_for_nobody() -> None:
    """Whoever stops asking gets no more runs than stood ready, and those asked for come in turn."""
    begun: list[int] = []
    gate = threading.Event()
    gate.set()
    assert list(_numbers(12, 4, begun, gate)) == list(range(12))
    begun.clear()
    found = _numbers(1_000, 2, begun, gate)
    assert [next(found) for _ in range(3)] == [0, 1, 2]
    found.close()  # type: ignore[attr-defined]  # a generator
    assert len(begun) <= 3 + (AHEAD + 1) * 2


def test_a_run_that_fails_ends_all() -> None:
    """An error of one run reaches the caller in its turn, and nothing goes on behind it."""
    begun: list[int] = []
    gate = threading.Event()
    gate.set()
    found = _numbers(1_000, 3, begun, gate)
    assert [next(found) for _ in range(13)] == list(range(13))
    with pytest.raises(ValueError, match="unlucky"):
        next(found)
    assert list(found) == []
    assert len(begun) <= 13 + 1 + (AHEAD + 1) * 3


def test_there_is_a_processor() -> None:
    """At least one can be used."""
    assert again.cores() >= 1
