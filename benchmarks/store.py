"""Make a candle store of a size, then list, verify, resample, export and back-test it, each as a process of its own.

`python benchmarks/store.py FOLDER [--gb N] [--years N] [--keep]` prints seconds and peak memory of each step; the store
is deleted at the end. Candles are seeded minutes with the decimals of a real market, so that they pack like real ones.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from candles import MINUTE
from jobs import HERE

from stratrun.engine.market.columns import Columns
from stratrun.engine.store.manifest import Source
from stratrun.engine.store.rows import OnDuplicate, year_start
from stratrun.engine.store.series import Series
from stratrun.engine.store.writer import Writer

FIRST, VENUE = 2010, "made"
STRATEGY = """stratrun: 2
name: Cross
symbols: [{symbol}]
timeframe: 1m
long: {{enter: "ema(close, 12) > ema(close, 26) and rsi(close, 14) > 50", exit: {{when: "ema(close, 12) < ema(close, 26)", stop: 3%}}}}
size: {{cost: 1000 USDT}}
"""  # noqa: E501


def year_of_minutes(symbol: int, year: int) -> Columns:
    """Every minute of a year: a walk in steps of 0.01, wicks, and volumes of three decimals."""
    source = np.random.default_rng((symbol, year))
    time = np.arange(year_start(year), year_start(year + 1), MINUTE, dtype=np.int64)
    rows = len(time)
    close = np.round(20_000 * np.exp(np.cumsum(source.standard_normal(rows)) * 2e-4), 2)
    opening = np.concatenate([[20_000.0], close[:-1]])
    up, down = np.abs(source.normal(0, 3e-4, (2, rows)))
    high = np.round(np.maximum(opening, close) * (1 + up), 2)
    low = np.round(np.minimum(opening, close) * (1 - down), 2)
    return Columns(time, opening, high, low, close, np.round(source.lognormal(2.0, 0.6, rows), 3))


def fill(root: Path, size: float, years: int) -> None:
    """Write whole series until the store has `size` bytes."""
    written, symbol = 0.0, 0
    while written < size:
        series = Series.of(VENUE, name_of(symbol), "1m")
        with Writer(root, series, lambda: 0, print) as writer:
            for year in range(FIRST, FIRST + years):
                rows = year_of_minutes(symbol, year)
                ends = int(rows.time[0]), int(rows.time[-1])
                writer.put(rows, Source("import", "made", 0, *ends, len(rows.time)), OnDuplicate.REFUSE)
            written += sum(shard.size for shard in writer.manifest.ordered)
        symbol += 1


def name_of(symbol: int) -> str:
    return f"S{symbol:03d}/USDT"


def steps(folder: Path, root: Path, size: float, years: int) -> Iterator[tuple[str, list[str]]]:
    """What is measured, by name, as commands."""
    symbol, made, strategy = name_of(0), folder / "out.parquet", folder / "cross.yaml"
    strategy.write_text(STRATEGY.format(symbol=symbol), encoding="utf-8")
    said = [sys.executable, "-m", "stratrun"]
    data, one = [*said, "data"], ["--store", str(root), "--timeframe", "1m"]
    test = [*said, "backtest", str(strategy), "--candles", str(root), "--quick"]
    last = ["--from", f"{FIRST + years - 1}-01-01"]
    yield "write", [sys.executable, __file__, str(folder), "--fill", str(root), str(size), "--years", str(years)]
    yield "list all", [*data, "list", "--store", str(root)]
    yield "verify all", [*data, "verify", "--store", str(root)]
    yield f"resample {years} years to 1h", [*data, "resample", symbol, "--to", "1h", *one]
    yield f"export {years} years", [*data, "export", str(made), "--symbol", symbol, *one]
    yield f"back-test {years} years", test
    yield "back-test the last year", [*test, *last]


def measured(command: list[str]) -> str:
    """Run a command and tell what it cost."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    child = [sys.executable, str(HERE / "process.py"), *command]
    done = subprocess.run(child, capture_output=True, text=True, check=True)
    seconds, peak, code, said = json.loads(done.stdout)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    cost = f"{seconds:.1f} s wall, {processor:.1f} s processor, peak {peak / 2**20:.0f} MB"
    return f"{cost}, FAILED: {said}" if code else cost


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the store is made; needs that much room")
    parser.add_argument("--gb", type=float, default=0.2, help="its size, 10^9 bytes")
    parser.add_argument("--years", type=int, default=10, help="years of minutes in each series")
    parser.add_argument("--keep", action="store_true", help="leave the store where it is")
    parser.add_argument("--fill", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.fill:
        fill(Path(given.fill[0]), float(given.fill[1]), given.years)
        return
    folder = given.folder / "stratrun-store-benchmark"
    folder.mkdir(parents=True)
    root = folder / "store"
    try:
        for name, command in steps(folder, root, given.gb * 1e9, given.years):
            print(f"{name}: {measured(command)}", flush=True)
            if name == "write":
                files = list(root.rglob("*.parquet"))
                print(f"  {sum(f.stat().st_size for f in files) / 1e9:.2f} GB in {len(files):,} files", flush=True)
    finally:
        if not given.keep:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
