"""Measure a grid of 100 points over a year of 1-minute candles: two averages and an RSI, shared columns, two threads.

`python benchmarks/grid.py [--repeats N]` prints wall and processor time of each repeat, the peak memory of the grid
alone, vectorbt's time for the same points in the same run and how far their final equity is apart, and the time of 100
back-tests one after the other.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import time
from collections.abc import Callable

from candles import YEAR, calm
from jobs import HERE, JOBS, SYMBOL
from setup_peers import python_of

from stratrun.engine.language.document import loads
from stratrun.engine.market.candles import Candles
from stratrun.engine.market.instrument import make_instrument, with_fee
from stratrun.engine.market.timeframe import Timeframe
from stratrun.engine.research.inputs import Inputs
from stratrun.engine.trading.account import Account
from stratrun.engine.tuning.seat import Keep
from stratrun.engine.tuning.trials import run_trials


def strategy(fast: int, slow: int) -> str:
    rules = {
        "enter": f"ema(close, {fast}) > ema(close, {slow}) and rsi(close, 14) > 50",
        "exit": {"when": f"ema(close, {fast}) < ema(close, {slow})", "stop": "3%", "target": "6%"},
    }
    return json.dumps({"stratrun": 2, "name": "grid", "symbols": [SYMBOL], "timeframe": "1m",
                       "size": {"cost": "1000 USDT"}, "long": rules})  # fmt: skip


def measured(name: str, work: Callable[[], object]) -> float:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    taken = time.perf_counter() - wall
    print(f"{name}: {taken:.3f} s wall, {time.process_time() - cpu:.3f} s processor", flush=True)
    return taken


def beside_vectorbt(ours: float, equity: list[float], repeats: int) -> None:
    """Print vectorbt's best time, the ratio, and the largest difference of a point's final equity."""
    python = python_of("pandas")
    if not python.exists():
        print("vectorbt: not installed, run benchmarks/setup_peers.py")
        return
    command = [str(python), str(HERE / "grid_vectorbt.py"), str(repeats)]
    found = json.loads(subprocess.run(command, capture_output=True, text=True, check=True, cwd=HERE).stdout)
    theirs = min(found["walls"])
    apart = max(abs(a - b) for a, b in zip(equity, found["equity"], strict=True))
    print(f"vectorbt (Rust): {theirs:.3f} s wall, peak {found['peak_mb']:.0f} MB, {theirs / ours:.1f} x ours; "
          f"final equity at most {apart:.4f} apart")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    repeats = parser.parse_args().repeats
    job = JOBS["a"]
    candles = {SYMBOL: Candles(SYMBOL, Timeframe.parse("1m"), *calm(YEAR))}
    points = [loads(strategy(fast, slow)) for fast in range(5, 15) for slow in range(20, 60, 4)]
    instruments = {SYMBOL: with_fee(make_instrument(SYMBOL, {}), job.fee)}
    inputs = Inputs(points[0], candles, instruments, Account(job.capital))
    shared = lambda: [ran.curve.sharpe for ran in run_trials(inputs, points, Keep())]  # noqa: E731
    shared()
    ours = min(measured("grid of 100", shared) for _ in range(repeats))
    print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    equity = [ran.curve.final for ran in run_trials(inputs, points, Keep())]
    beside_vectorbt(ours, equity, min(repeats, 3))
    alone = [Inputs(point, candles, instruments, Account(job.capital)) for point in points]
    measured("100 back-tests", lambda: [one.run().metrics.curve.sharpe for one in alone])


if __name__ == "__main__":
    main()
