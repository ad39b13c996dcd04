"""`stratrun backtest` at its edges."""

from __future__ import annotations

from pathlib import Path

import pytest

from stratrun.engine import kernel
from stratrun.engine.commands import inputs

from .conftest import Run


@pytest.mark.parametrize(("usable", "words"), [(True, "once, half a minute"), (False, "in every run")])
def test_a_large_run_says_how_often_it_prepares(
    run: Run, strategy_file: Path, candle_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    usable: bool, words: str,
) -> None:  # fmt: skip
    """Machine code that cannot be kept is prepared in every run, and the user is told why."""
    cache = tmp_path / "cache"
    if not usable:
        cache.write_text("no folder")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(cache))
    monkeypatch.setattr(inputs, "LARGE", 10)
    for remembered in (kernel.kept, kernel._cache_folder):
        remembered.cache_clear()
    try:
        outcome = run("backtest", strategy_file, "--candles", candle_file)
    finally:
        for remembered in (kernel.kept, kernel._cache_folder):
            remembered.cache_clear()
    assert outcome.exit_code == 0, outcome.output
    assert words in outcome.stderr
