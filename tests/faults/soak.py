"""A long run: many symbols, random faults, deaths and strangers. Prints memory hour by hour and what it came to.

python tests/faults/soak.py [SYMBOLS] [HOURS] [SEED] [TIMEFRAME]
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

from stratrun.engine.language.deployment import Deployed, Deployment, Shutdown
from stratrun.engine.language.document import loads
from stratrun.engine.language.strategy import Market
from stratrun.engine.market.instrument import make_instrument
from stratrun.engine.market.sample import sample_candles
from stratrun.engine.market.timeframe import Timeframe
from stratrun.engine.run.rehearsal.ground import Rehearsal
from stratrun.engine.run.rehearsal.play import play
from stratrun.engine.run.rehearsal.script import HEAVY, Happening, Script, at_random
from stratrun.engine.run.rehearsal.stage import Stage

HOUR, HISTORY = 3_600_000, 240
START = 1_704_067_200_000
STRATEGY = """
stratrun: 2
name: Soak
symbols: [{symbols}]
timeframe: {timeframe}
indicators: {{fast: "ema(close, 5)", slow: "ema(close, 20)"}}
long:
  enter: fast crosses above slow
  exit: {{when: fast crosses below slow, stop: 0.6%}}
size: {{equity: 4%}}
"""
"""No target: the price is asked for each second while one is watched, which would be most of the time of a long run.
Random schedules (test_random.py) have targets and trails."""


def script_of(seed: int, hours: int) -> Script:
    """Faults without end, and an operator who looks in each hour: five refusals in a row hold an account back."""
    script = at_random(seed, hours * 60, HEAVY)
    looks = tuple(Happening("resume", (), 3_600.0 * hour) for hour in range(1, hours))
    return Script(script.faults, (*script.happenings, *looks))


def memory() -> float:
    """Resident MB now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def main(count: int = 20, hours: int = 720, seed: int = 1, timeframe: str = "5m") -> int:
    symbols = [f"C{k:02}/USDT" for k in range(count)]
    frame = Timeframe.parse(timeframe)
    strategy = loads(STRATEGY.format(symbols=", ".join(symbols), timeframe=timeframe))
    deployment = Deployment(
        "soak.yaml", "soak", "simulated", "main", Market.SPOT, "USDT", "", (Deployed("soak", 1.0, strategy, frame.ms),),
        shutdown=Shutdown.KEEP,
    )  # fmt: skip
    candles = {symbol: sample_candles(symbol, frame, START, hours * HOUR // frame.ms + HISTORY) for symbol in symbols}
    facts = {"price_tick": 1e-6, "quantity_step": 1e-6, "min_quantity": 1e-6, "min_cost": 1.0}
    instruments = {symbol: make_instrument(symbol, facts, 0.001) for symbol in symbols}
    begin = START + HISTORY * frame.ms
    rehearsal = Rehearsal(
        deployment, candles, instruments, begin, begin + hours * HOUR, script=script_of(seed, hours)
    )  # fmt: skip
    stages: list[Stage] = []
    began = time.perf_counter()

    def told(close: int) -> None:
        if (close - begin) % HOUR == 0:
            stages[0].forget(close - 6 * HOUR)
            print(f"hour {(close - begin) // HOUR}: {memory():.0f} MB, {time.perf_counter() - began:.0f} s", flush=True)

    with tempfile.TemporaryDirectory() as folder:
        outcome = play(rehearsal, Path(folder), told, stages.append)
        size = sum(path.stat().st_size for path in Path(folder).iterdir()) / 1e6
    print(
        f"{count} symbols, {outcome.closes}+ closes, {len(outcome.orders)} orders, {outcome.fills} fills, "
        f"{len(outcome.trades)} trades, {outcome.steps} steps, {outcome.restarts} restarts, ledger {size:.0f} MB; "
        f"violations {len(outcome.violations)}, drift {len(outcome.drift)}, duplicates {outcome.duplicates}, "
        f"orphans {outcome.orphans}; {memory():.0f} MB"
    )  # fmt: skip
    for time_, words in outcome.violations[:20]:
        print("BROKEN", time_, words)
    return 0 if outcome.good else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:4]), *sys.argv[4:5]))
