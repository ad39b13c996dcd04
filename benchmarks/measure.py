"""Run one peer on one workload in this process and print what it cost as one line of JSON.

`measure.py ADAPTER VARIANT JOB CANDLES [--warm REPEATS OUTCOME]`: without `--warm` one back-test is run, as a
command would; with it, one to warm up and then REPEATS timed ones, and the trades go to OUTCOME (npz).
"""

from __future__ import annotations

import importlib
import json
import statistics
import sys
import time
from pathlib import Path
from typing import Any


def main() -> None:
    adapter_name, variant, job_name, path, *warm = sys.argv[1:]
    adapter = importlib.import_module(f"adapters.{adapter_name}_adapter")
    from candles import load
    from jobs import JOBS

    job = JOBS[job_name]
    prepared = adapter.prepare(job, load(Path(path)), variant)
    result = adapter.run(job, prepared)
    if warm:
        print(json.dumps(_warm(adapter, job, prepared, result, int(warm[1]), Path(warm[2]))))


def _warm(adapter: Any, job: Any, prepared: Any, result: Any, repeats: int, path: Path) -> dict[str, float | None]:
    import numpy as np

    walls, processor = [], []
    for _ in range(repeats):
        result = None
        wall, cpu = time.perf_counter(), time.process_time()
        result = adapter.run(job, prepared)
        walls.append(time.perf_counter() - wall)
        processor.append(time.process_time() - cpu)
    report = None
    if hasattr(adapter, "report"):
        adapter.report(result)
        result = adapter.run(job, prepared)
        start = time.perf_counter()
        adapter.report(result)
        report = (time.perf_counter() - start) * 1e3
    found = adapter.outcome(job, result)
    np.savez(path, **found.columns())
    return {
        "warm_ms": min(walls) * 1e3,
        "median_ms": statistics.median(walls) * 1e3,
        "cpu_ms": min(processor) * 1e3,
        "report_ms": report,
        "trades": len(found.entry_price),
        "equity": found.equity,
    }


if __name__ == "__main__":
    main()
