"""Measure stratrun beside its peers and print one table a workload, with ratios to vectorbt.

`python benchmarks/run.py [--workload a b …] [--peers WORD …] [--years N] [--json OUT]`. A peer is
measured in processes of its own: warm in one that repeats the back-test, whole process and peak memory in one that
does it once.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from agreement import verdict
from candles import YEAR, Columns
from jobs import HERE, JOBS, Job
from peers import BASE, PEERS, Peer

RESULTS = HERE / "results"


@dataclass(frozen=True, slots=True)
class Row:
    workload: str
    peer: str
    warm_ms: float | None = None
    median_ms: float | None = None
    cpu_ms: float | None = None
    report_ms: float | None = None
    process_s: float | None = None
    peak_mb: float | None = None
    trades: int | None = None
    equity: float | None = None
    agrees: str = ""
    note: str = ""


def main() -> None:
    arguments = _arguments()
    RESULTS.mkdir(exist_ok=True)
    rows = []
    for name in arguments.workload:
        candles = _candles(JOBS[name], arguments.years)
        found = [measure(peer, JOBS[name], candles) for peer in _chosen(arguments.peers, name)]
        print(table(JOBS[name], found), flush=True)
        rows += found
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n")
    if any(row.agrees.startswith("NO") for row in rows):
        sys.exit(1)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workload", nargs="+", choices=sorted(JOBS), default=sorted(JOBS))
    parser.add_argument("--peers", nargs="+", metavar="WORD", help="only peers whose name holds one of these words")
    parser.add_argument("--years", type=int, default=1, help="how many years of candles (1)")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write every figure to OUT")
    return parser.parse_args()


def _chosen(words: list[str] | None, job: str) -> list[Peer]:
    named = [p for p in PEERS if not words or any(word.lower() in p.name.lower() for word in words)]
    return [peer for peer in named if job in peer.venues]


def _candles(job: Job, years: int) -> Path:
    """The workload's candles as `.npz`, and beside it as Parquet for the command; written anew each time."""
    import polars as pl

    columns: Columns = job.candles(years * YEAR)
    path = RESULTS / f"{job.name}.npz"
    columns.save(path)
    frame = pl.DataFrame(columns._asdict()).rename({"time": "timestamp"})
    stamp = pl.from_epoch("timestamp", time_unit="ms").dt.replace_time_zone("UTC")
    frame.with_columns(stamp).write_parquet(path.with_suffix(".parquet"))
    return path


def measure(peer: Peer, job: Job, candles: Path) -> Row:
    if not peer.available:
        return Row(job.name, peer.name, agrees="not installed: run benchmarks/setup_peers.py")
    child = [peer.python, str(HERE / "measure.py"), peer.adapter, peer.variant, job.name, str(candles)]
    out = RESULTS / f"{job.name}-{peer.adapter}-{peer.variant}.npz"
    out.unlink(missing_ok=True)
    done = subprocess.run([*child, "--warm", str(peer.repeats), str(out)], capture_output=True, text=True, cwd=HERE)
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["no message"]
        return Row(job.name, peer.name, agrees=f"NO: failed, {said[-1][:200]}")
    figures = json.loads(done.stdout.strip().splitlines()[-1])
    command = child if peer.adapter != "stratrun" else _command(job, candles)
    seconds, peak = min(_process(command), _process(command))
    agrees = "" if not job.rules else _agrees(peer, job, candles, out, figures["equity"])
    return Row(
        job.name, peer.name, **figures, process_s=seconds, peak_mb=peak, agrees=agrees, note=peer.note_on(job.name)
    )


def _command(job: Job, candles: Path) -> list[str]:
    options = ["--fee", f"{job.fee:.1%}", "--capital", f"{job.capital:.0f}", "--format", "json"]
    symbol = "BTC/USDT:USDT" if job.name == "d" else "BTC/USDT"
    where = ["--candles", f"{symbol}={candles.with_suffix('.parquet')}"]
    return [sys.executable, "-m", "stratrun", "backtest", str(job.strategy), *where, *options]


def _process(command: list[str]) -> tuple[float, float]:
    """Seconds and peak megabytes of one process, from start to exit; NaN where it failed."""
    launch = [sys.executable, "-S", str(HERE / "process.py"), *command]
    done = subprocess.run(launch, capture_output=True, text=True, cwd=HERE, check=True)
    seconds, peak, code, said = json.loads(done.stdout)
    if code:
        print(f"{command[2:5]} failed: {said}", file=sys.stderr)
        return math.nan, math.nan
    return seconds, peak / 1e6


def _agrees(peer: Peer, job: Job, candles: Path, out: Path, equity: float) -> str:
    with np.load(out) as stored:
        found = {name: stored[name] for name in stored.files}
    return verdict(job.name, candles, found, equity, peer.venues[job.name])


def table(job: Job, rows: list[Row]) -> str:
    base = next((row.warm_ms for row in rows if row.peer == BASE and row.warm_ms), None)
    head = ["peer", "warm ms", "ratio", "median", "+ report ms", "process s", "peak MB", "trades", "final equity"]
    lines = [[*head, "agrees", "note"]]
    for row in sorted(rows, key=lambda row: row.warm_ms or float("inf")):
        ratio = row.warm_ms / base if base and row.warm_ms else None
        cells = [_text(row.warm_ms, 1), _text(ratio, 2), _text(row.median_ms, 1), _text(row.report_ms, 1)]
        cells += [_text(row.process_s, 2), _text(row.peak_mb, 0), _text(row.trades, 0), _text(row.equity, 2)]
        lines.append([row.peer, *cells, row.agrees, row.note])
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    lines.insert(1, ["-" * width for width in widths])
    body = ("| " + " | ".join(map(str.ljust, line, widths)) + " |" for line in lines)
    return f"\n{job.name.upper()}: {job.title}\n\n" + "\n".join(body)


def _text(figure: float | None, digits: int) -> str:
    return "" if figure is None or figure != figure else f"{figure:,.{digits}f}"


if __name__ == "__main__":
    main()
