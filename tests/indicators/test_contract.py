"""What every catalogue entry promises, held over the whole catalogue."""

from __future__ import annotations

import inspect
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from stratrun.engine.indicators import CATALOGUE, entries
from stratrun.engine.indicators.catalogue import ANCHORED, Indicator, InputKind
from stratrun.engine.language.term import Dimension

Columns = dict[str, Any]
Run = Callable[..., Columns]
EVENTS = {"since", "valuewhen"}
"""Their first known row depends on when the condition is true."""
SPARSE = {(entry.name, output.name) for entry in entries() for output in entry.outputs if output.sparse}
FIELDS = ("open", "high", "low", "close", "volume", "hl2", "hlc3", "ohlc4", "a", "b")


def small(entry: Indicator) -> dict[str, Any]:
    """Shorter windows than the defaults, so that blocks of every fill occur."""
    lengths = [p for p in entry.parameters if p.integer and (p.default or 0) > 3]
    return {p.name: max(int(p.low), int(p.default or 0) // 2) for p in lengths}


SETTINGS = [
    pytest.param(entry, values, id=f"{entry.name}-{kind}")
    for entry in entries()
    for kind, values in (("default", {}), ("small", small(entry)))
    if kind == "default" or values
]
KERNELS = [entry for entry in entries() if entry.kernel]


def full(entry: Indicator, values: dict[str, Any]) -> dict[str, Any]:
    return {p.name: values.get(p.name, p.default) for p in entry.parameters}


def same(left: Columns, right: Columns, rows: slice = slice(None)) -> bool:
    return all(left[name][rows].tobytes() == right[name][rows].tobytes() for name in left)


def is_window(entry: Indicator, values: dict[str, Any]) -> bool:
    """Whether a value depends on the last `first` rows and nothing before."""
    return bool(entry.settle(full(entry, values)) == max(entry.first(full(entry, values))))


def altered(columns: Columns, row: int, change: Callable[[Any], Any]) -> Columns:
    """The same columns with one candle changed."""
    changed = {name: column.copy() for name, column in columns.items()}
    for name in FIELDS:
        changed[name][row] = change(changed[name][row])
    return changed


@pytest.mark.parametrize("entry", entries(), ids=lambda e: e.name)
def test_declaration_is_complete(entry: Indicator) -> None:
    """An entry says everything the language, the reference page and the graph ask of it, consistently."""
    assert all((entry.title, entry.family, entry.convention, entry.formula, entry.source))
    assert (entry.kernel is None) != (entry.talipp is None)
    names = [item.name for item in (*entry.inputs, *entry.parameters)]
    assert len(set(names)) == len(names)
    assert len({output.name for output in entry.outputs}) == len(entry.outputs) > 0
    for output in entry.outputs:
        assert output.dimension == "same" or Dimension(output.dimension)
        assert output.low is None or output.high is None or output.low < output.high
    for parameter in entry.parameters:
        assert parameter.doc
        assert parameter.default is not None
        assert parameter.low <= parameter.default <= parameter.high
    if any(output.dimension == "same" for output in entry.outputs):
        assert any(item.kind is InputKind.SERIES for item in entry.inputs)
    if entry.kernel:
        taken = len(inspect.signature(entry.kernel).parameters)
        assert taken == len(entry.inputs) + len(entry.outputs) + len(entry.parameters) + 3


@pytest.mark.parametrize(("entry", "values"), SETTINGS)
def test_any_chunking_gives_equal_bytes(entry: Indicator, values: dict[str, Any], run: Run, make_candles: Run) -> None:
    """Cut anywhere, with the state copied at every cut, the columns are those of one pass, bit for bit."""
    rng = np.random.default_rng(len(entry.name))
    columns = altered(make_candles(300), 150, lambda x: np.nan)
    whole = run(entry.name, columns, values)
    for cuts in (sorted(rng.choice(300, 12)), range(300)):
        assert same(run(entry.name, columns, values, cuts=list(cuts), restore=True), whole)


@pytest.mark.machine_code
@pytest.mark.parametrize("entry", KERNELS, ids=lambda e: e.name)
def test_machine_code_gives_equal_bytes(entry: Indicator, run: Run, make_candles: Run) -> None:
    """Compiled by Numba, a kernel writes the bytes it writes interpreted, unknown rows and no rows included."""
    columns = altered(make_candles(200), 140, lambda x: np.nan)
    columns["volume"][150:180] = 0.0
    for rows in (200, 2, 1, 0):
        given = {name: column[:rows] for name, column in columns.items()}
        for values in ({}, small(entry)):
            interpreted = run(entry.name, given, values)
            assert same(run(entry.name, given, values, cuts=[min(77, rows)], machine_code=True), interpreted)


@pytest.mark.parametrize(("entry", "values"), SETTINGS)
def test_first_known_row_is_the_declared_one(
    entry: Indicator, values: dict[str, Any], run: Run, make_candles: Run
) -> None:
    """The first known row is `first`, also when the input itself begins with unknown rows."""
    rows = entry.first(full(entry, values))
    declared = {entry.outputs[k].name: rows[k] for k in range(len(rows))}
    columns = make_candles(300)
    late = {name: column.copy() for name, column in columns.items()}
    for name in FIELDS:
        late[name][:20] = np.nan
    late["condition"][:20] = 2
    for shift, given in ((0, columns), (20, late)):
        for name, column in run(entry.name, given, values).items():
            known = np.flatnonzero(~np.isnan(column))
            expected = shift + declared[name] if entry.name != "nz" else 0
            if entry.name in EVENTS or (entry.name, name) in SPARSE:
                assert (known >= expected).all()
            else:
                assert known[0] == expected


@pytest.mark.parametrize(("entry", "values"), SETTINGS)
def test_unknown_in_is_unknown_out_then_recovers(
    entry: Indicator, values: dict[str, Any], run: Run, make_candles: Run
) -> None:
    """An unknown candle is unknown in every output; a window is exact again once it has left, a recursion goes on."""
    columns = make_candles(400)
    clean = run(entry.name, columns, values)
    holed = altered(columns, 200, lambda x: np.nan)
    holed["condition"][200] = 2
    found = run(entry.name, holed, values)
    assert same(found, clean, slice(0, 200))
    if entry.name == "nz":
        assert found["nz"][200] == 0.0
        return
    later = slice(200 + max(entry.first(full(entry, values))) + 2, None)
    for name, column in found.items():
        assert np.isnan(column[200])
        if (entry.name, name) not in SPARSE:
            assert not np.isnan(column[later][~np.isnan(clean[name][later])]).any()
    if is_window(entry, values) and entry.kernel:
        assert same(found, clean, later)


@pytest.mark.parametrize(("entry", "values"), SETTINGS)
def test_an_outlier_leaves_no_trace_in_a_window(
    entry: Indicator, values: dict[str, Any], run: Run, make_candles: Run
) -> None:
    """One candle of 1e9 among prices of 1e-8: a window gives the very same bits once the candle has left."""
    columns = {
        name: column * 1e-10 if name in FIELDS and name != "volume" else column
        for name, column in make_candles(400).items()
    }
    spiked = altered(columns, 200, lambda x: 1e9)
    clean, found = run(entry.name, columns, values), run(entry.name, spiked, values)
    assert not any(np.isinf(column).any() for column in (*clean.values(), *found.values()))
    assert same(found, clean, slice(0, 200))
    if is_window(entry, values):
        assert same(found, clean, slice(200 + max(entry.first(full(entry, values))) + 2, None))


@pytest.mark.parametrize(("entry", "values"), SETTINGS)
def test_strange_markets_give_bounded_numbers_or_unknown(
    entry: Indicator, values: dict[str, Any], run: Run, make_candles: Run, fill_columns: Run
) -> None:
    """Flat, without volume, one candle, none, huge, tiny: never an error or an infinity, always inside the bounds."""
    usual = make_candles(400)
    five = ("open", "high", "low", "close", "volume")
    flat = np.full(200, 1.1)
    markets = [
        usual,
        fill_columns(flat, flat, flat, flat, flat * 0.0),
        fill_columns(flat, flat, flat, flat, flat),
        fill_columns(*(usual[name] for name in five[:4]), usual["volume"] * 0.0),
        {name: column[:1] for name, column in usual.items()},
        {name: column[:0] for name, column in usual.items()},
        fill_columns(*(usual[name] * 1e7 for name in five)),
        fill_columns(*(usual[name] * 1e-10 for name in five)),
        fill_columns(*(np.round(usual[name] / 10.0) for name in five)),
    ]
    bounds = {output.name: (output.low, output.high) for output in entry.outputs}
    for columns in markets:
        for name, column in run(entry.name, columns, values).items():
            known = column[~np.isnan(column)]
            low, high = bounds[name]
            assert not np.isinf(known).any()
            assert low is None or not (known < low).any()
            assert high is None or not (known > high).any()


@pytest.mark.parametrize("entry", [e for e in entries() if len(e.outputs) > 1], ids=lambda e: e.name)
def test_an_output_does_not_need_the_others(entry: Indicator, run: Run, make_candles: Run) -> None:
    """Read alone, while all other outputs share one column that nobody reads, an output holds the same bytes."""
    columns = make_candles(200)
    whole = run(entry.name, columns, small(entry))
    for output in entry.outputs:
        alone = run(entry.name, columns, small(entry), cuts=[90], read=output.name)
        assert alone[output.name].tobytes() == whole[output.name].tobytes()


@pytest.mark.parametrize("entry", entries(), ids=lambda e: e.name)
def test_values_never_depend_on_later_rows(entry: Indicator, run: Run, make_candles: Run) -> None:
    """The columns of the first 170 candles are the first 170 rows of the columns of all."""
    columns = make_candles(300)
    prefix = {name: column[:170] for name, column in columns.items()}
    assert same(run(entry.name, prefix), run(entry.name, columns), slice(0, 170))


SETTLING = [entry for entry in entries() if entry.settle(full(entry, {})) != ANCHORED and entry.name not in EVENTS]


@pytest.mark.parametrize("entry", SETTLING, ids=lambda e: e.name)
def test_history_of_settle_rows_is_enough(entry: Indicator, run: Run, make_candles: Run) -> None:
    """Begun `settle` rows earlier or long before, the values agree to a millionth of what the seed could do."""
    settle = int(entry.settle(full(entry, {})))
    rows = settle + 400
    columns = make_candles(rows)
    begun = {name: column[300:] for name, column in columns.items()}
    early, late = run(entry.name, columns), run(entry.name, begun)
    for name in early:
        full_column, short = early[name][300 + settle :], late[name][settle:]
        assert (np.isnan(full_column) == np.isnan(short)).all()
        known = ~np.isnan(short)
        scale = np.abs(early[name][~np.isnan(early[name])]).max(initial=0.0)
        assert (np.abs(full_column - short)[known] <= 1e-5 * scale).all()


@pytest.mark.parametrize("entry", KERNELS, ids=lambda e: e.name)
def test_memory_is_fixed(entry: Indicator, run: Run, make_candles: Run) -> None:
    """The slots declared are enough for the shortest and for odd parameters, whatever the number of rows."""
    lowest = {p.name: int(p.low) for p in entry.parameters if p.integer}
    odd = {p.name: min(int(p.low) + 6, int(p.high)) for p in entry.parameters if p.integer}
    for values in (lowest, odd):
        assert entry.state(full(entry, values)) >= 0
        run(entry.name, make_candles(100), values)


def test_importing_the_catalogue_is_light() -> None:
    """Validation must start at once: the catalogue brings in neither NumPy, Numba nor talipp."""
    code = (
        "import sys, stratrun.engine.indicators; "
        "print([m for m in ('numpy', 'numba', 'talipp', 'polars', 'pydantic') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_names_and_aliases_lead_to_one_entry_each() -> None:
    """A name or alias stands for exactly one entry."""
    listed = [name for entry in entries() for name in (entry.name, *entry.aliases)]
    assert sorted(listed) == sorted(CATALOGUE)
