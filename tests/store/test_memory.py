"""Memory does not grow with the years."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import resource, sys
from pathlib import Path
import numpy as np
from stratrun.engine.market.columns import Columns
from stratrun.engine.market.timeframe import Timeframe
from stratrun.engine.store.manifest import Source
from stratrun.engine.store.rows import OnDuplicate
from stratrun.engine.store.series import Series
from stratrun.engine.store.verify import verify
from stratrun.engine.store.writer import Writer

root, years = Path(sys.argv[1]), int(sys.argv[2])
series = Series.of("big", "BTC/USDT", "1m")
ONE = np.ones(525_600)
with Writer(root, series, lambda: 0, print) as writer:
    for year in range(years):
        time = 1_262_304_000_000 + (np.arange(525_600) + year * 525_600) * 60_000
        writer.put(Columns(time, ONE, ONE, ONE, ONE, ONE), Source("import", "x", 1, 1, 1, 1), OnDuplicate.KEEP)
assert verify(root, series, 2**45) == []
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 if sys.platform == "linux" else 1024 * 1024))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no resource module")
def test_years_are_not_held_together(tmp_path: Path) -> None:
    """Writing, hashing and verifying six years of minutes (150 MB) takes hardly more than one year does."""
    peaks = [
        int(subprocess.run([sys.executable, "-c", SCRIPT, str(tmp_path / str(years)), str(years)], check=True,
                           capture_output=True, text=True).stdout)
        for years in (1, 6)
    ]  # fmt: skip
    assert peaks[1] < peaks[0] + 75
