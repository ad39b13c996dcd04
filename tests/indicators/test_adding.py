"""docs/how-to/add-an-indicator.md does what it says: its file is an entry that keeps the contract."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stratrun.engine import indicators
from stratrun.engine.indicators import CATALOGUE, Indicator
from stratrun.engine.language.document import loads

Run = Callable[..., dict[str, Any]]
PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "add-an-indicator.md"
FILE = """stratrun: 2
name: the new entry
symbols: [BTC/USDT]
timeframe: 1h
long: {enter: mean_range(10) > 2%, exit: {time: 5 candles}}
size: {cost: 100 USDT}
"""


@pytest.fixture
def added(tmp_path: Path) -> Iterator[Indicator]:
    """The entry of the page's file, in the catalogue while a test runs."""
    source = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)[0]
    path, name, before = tmp_path / "spreads.py", "stratrun.engine.indicators.spreads", set(CATALOGUE)
    path.write_text(source, "utf-8")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    new = set(CATALOGUE) - before
    yield CATALOGUE[next(iter(new))]
    del sys.modules[name]
    for entry in new:
        del CATALOGUE[entry]


@pytest.mark.machine_code
def test_the_file_of_the_page_is_an_entry(added: Indicator, run: Run, make_candles: Run) -> None:
    """Its values are its formula's, in one pass, cut anywhere and as machine code."""
    columns = make_candles(120)
    columns["high"][60] = np.nan
    found = run(added.name, columns)[added.name]
    spans = (columns["high"] - columns["low"]) / columns["close"]
    expected = np.convolve(spans, np.full(14, 1 / 14), "full")[: len(spans)]
    expected[:13] = np.nan
    assert np.allclose(found, expected, rtol=1e-12, equal_nan=True)
    for machine_code in (False, True):
        again = run(added.name, columns, cuts=range(120), restore=True, machine_code=machine_code)
        assert again[added.name].tobytes() == found.tobytes()


def test_a_strategy_can_use_it_at_once(added: Indicator) -> None:
    """Nothing but the file is needed for the name to be known."""
    assert added.name in repr(loads(FILE).long)


def test_every_family_is_imported() -> None:
    """A file that declares entries is named in the package, so that its entries are in the catalogue."""
    folder = Path(indicators.__file__).parent
    for path in folder.rglob("*.py"):
        if re.search(r"^@indicator\(|^bind_talipp\(", path.read_text("utf-8"), re.MULTILINE):
            name = ".".join(path.relative_to(folder).with_suffix("").parts)
            assert f"stratrun.engine.indicators.{name}" in sys.modules
