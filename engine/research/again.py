"""One back-test made many times with something drawn anew -> what each came to, in the order they were asked for.

Machine code leaves Python's lock alone, so the runs share the processors; what they come to hangs on none of that.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from ..market.candles import Floats
from ..trading.wiring import wire
from .backtest import prefers_machine_code
from .inputs import AnyInputs, Inputs

T = TypeVar("T")
AHEAD = 2
"""Runs for each thread that are made before they are asked for."""


def cores() -> int:
    """Processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def growth_of(result: Any) -> tuple[Floats, int]:
    """A run's daily growth (equity over the capital) and its number of trades."""
    return result.metrics.curve.daily_equity / result.account.capital, len(result.trades)


def compiling(inputs: AnyInputs, runs: int) -> bool | None:
    """Whether machine code pays for `runs` of these together, though one alone may be too short; None for a portfolio,
    of which each run decides."""
    if not isinstance(inputs, Inputs):
        return None
    rows = sum(len(inputs.candles[symbol]) for symbol in inputs.symbols if symbol in inputs.candles)
    return prefers_machine_code(wire(inputs.strategy, inputs.account.reads_volume).plan, rows * runs)


def run_again(
    make: Callable[[int], AnyInputs], runs: int, told: Callable[[Any], T], machine_code: bool | None,
    threads: int | None = None,
) -> Iterator[T]:  # fmt: skip
    """What `told` says of the run of `make(k)` for each k below `runs`.

    `machine_code` and `threads` (None: one a processor) change speed only. Ending early starts no further run.
    """

    def one(k: int) -> T:
        return told(make(k).run(machine_code))

    threads = min(threads or cores(), runs - 1) if machine_code is not False else 1
    if threads < 2:
        yield from map(one, range(runs))
        return
    yield one(0)  # what it loads or compiles, the others find
    waiting: deque[Future[T]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        try:
            for k in range(1, runs):
                waiting.append(pool.submit(one, k))
                if len(waiting) > AHEAD * threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for job in waiting:
                job.cancel()
