"""Runs written to folders, read back and compared."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from stratrun.engine.commands.outputs import TABLES, columns_of
from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.report.comparison import Comparison, compare, to_json
from stratrun.engine.report.comparison_text import as_markdown, print_comparison
from stratrun.engine.report.html.compare import compare_page
from stratrun.engine.report.run_folder import Run, check_folder, read_run, write_run
from stratrun.engine.research.inputs import Inputs
from stratrun.engine.research.record import record_of
from stratrun.engine.trading.account import Account

from .runs import inputs, reported

HOSTILE = "a|b </script><script>`*_[x]("


def written(folder: Path, given: Inputs) -> Path:
    result, summary = reported(given)
    tables = {name: columns_of(name, result) for name in TABLES}
    write_run(str(folder), record_of(given, result.candles, summary), tables, b"<!doctype html>")
    return folder


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three runs: `first`, `same` with the same strategy at other costs, and `other`, another strategy."""
    folder = tmp_path_factory.mktemp("runs")
    given = inputs(folder, 1_500)
    written(folder / "first", given)
    written(folder / "same", replace(given, account=Account(slippage=0.002, capital=5_000)))
    written(folder / "other", inputs(folder, 1_500, enter="strength > 50", name=json.dumps(HOSTILE)))
    return folder


@pytest.fixture
def comparison(folders: Path) -> Comparison:
    return compare([read_run(str(folders / name)) for name in ("first", "same", "other")])


def test_a_run_reads_back(folders: Path, tmp_path: Path) -> None:
    """What a folder holds is the run: its figures, its equity and its trades, to the last bit."""
    given = inputs(tmp_path, 1_500)
    result, summary = reported(given)
    run = read_run(str(folders / "first"))
    assert run.record == json.loads(json.dumps(record_of(given, result.candles, summary)))
    assert np.array_equal(run.time, result.time)
    assert np.array_equal(run.equity, result.equity)
    assert [entry[2] for entry in run.entries] == result.trades.entry_time.tolist()
    assert sorted(path.name for path in (folders / "first").iterdir()) == [
        "decisions.parquet", "equity.parquet", "fills.parquet", "report.html", "result.json", "trades.parquet",
    ]  # fmt: skip


def test_figures_stand_side_by_side(comparison: Comparison) -> None:
    """Each figure is that of the run's record, and its difference is to the first run."""
    shown = [run.record["result"]["return"] for run in comparison.runs]
    assert comparison.figure("return") == shown
    assert comparison.difference("return") == [0, shown[1] - shown[0], shown[2] - shown[0]]
    assert comparison.difference("sqn")[0] == 0
    assert to_json(comparison)["difference"]["return"] == comparison.difference("return")
    json.dumps(to_json(comparison), allow_nan=False)


def test_correlation_is_that_of_daily_returns(comparison: Comparison) -> None:
    """A run moves with itself; the matrix is symmetric and NumPy's."""
    found = comparison.correlation
    assert [found[k][k] for k in range(3)] == pytest.approx([1, 1, 1])
    assert found[0][2] == found[2][0]
    daily = [curve.daily_returns for curve in comparison.curves]
    assert found[0][2] == pytest.approx(np.corrcoef(daily[0], daily[2])[0, 1])


def test_common_trades_are_counted(comparison: Comparison) -> None:
    """The same strategy at other costs enters the same trades; a stricter rule shares some."""
    found = comparison.common_trades
    assert found[0][0] == len(comparison.runs[0].entries)
    assert found[0][1] == found[0][0]
    assert found[0][2] == len(set(comparison.runs[0].entries) & set(comparison.runs[2].entries)) < found[0][0]


def test_unlike_circumstances_are_warned_about(comparison: Comparison) -> None:
    """Other costs, and the same strategy under two names, are told with their values."""
    told = "\n".join(comparison.warnings)
    assert "slippages differ: first 0.0005; same 0.002; other 0.0005" in told
    assert "capitals differ" in told
    assert "the same strategy: first, same" in told
    assert "candles differ" not in told


def test_other_candles_are_warned_about(folders: Path, tmp_path: Path) -> None:
    """Runs over other candles or another range are not alike, and the warning says so."""
    shorter = written(tmp_path / "shorter", inputs(tmp_path, 1_200))
    found = compare([read_run(str(folders / "first")), read_run(str(shorter))])
    assert [line.partition(" differ")[0] for line in found.warnings][:2] == ["candles", "ranges"]
    assert found.correlation[0][1] is not None


def test_short_runs_have_no_correlation(tmp_path: Path) -> None:
    """Fewer than 30 common days say nothing of how two runs move."""
    run = read_run(str(written(tmp_path / "short", inputs(tmp_path, 300))))
    assert compare([run, run]).correlation == [[None, None], [None, None]]


def test_equal_names_are_told_apart(folders: Path) -> None:
    """Two folders of one name become two columns."""
    run = read_run(str(folders / "first"))
    assert compare([run, run]).names == ["first", "first (2)"]


@pytest.mark.parametrize("count", [0, 1, 21])
def test_so_many_runs_are_refused(folders: Path, count: int) -> None:
    """One run is nothing to compare, and very many are no comparison."""
    run = read_run(str(folders / "first"))
    with pytest.raises(InputError, match="to compare"):
        compare([run] * count)


@pytest.mark.parametrize(("width", "encoding"), [(40, "utf-8"), (80, "ascii"), (110, "utf-8")])
def test_text_fits(comparison: Comparison, width: int, encoding: str) -> None:
    """The text has every run and warning, in the width and the characters that there are."""
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding=encoding)
    print_comparison(comparison, file, width)
    file.flush()
    text = raw.getvalue().decode(encoding)
    assert max(map(len, text.splitlines())) <= width
    assert "Warning:" in text


def test_names_cannot_steer_the_terminal(folders: Path, comparison: Comparison, tmp_path: Path) -> None:
    """Escape sequences in a record or a folder's name are shown as question marks."""
    steering = "\x1b[2Jgone\x07"
    folder = shutil.copytree(folders / "first", tmp_path / "\x1b[31mred")
    run = read_run(str(folder))
    runs = [replace(run, record={**run.record, "strategy": steering}), comparison.runs[1]]
    text = io.StringIO()
    print_comparison(compare(runs), text, 80)
    assert "\x1b" not in text.getvalue()
    assert "?[2Jgone?" in text.getvalue()


def test_markdown_escapes_names(folders: Path) -> None:
    """A name is one cell of words, whatever characters it has."""
    runs = [replace(read_run(str(folders / "first")), name=HOSTILE), read_run(str(folders / "other"))]
    text = as_markdown(compare(runs))
    rows = [line for line in text.splitlines() if line.startswith("| Return")]
    assert all(row.count("|") == 4 for row in rows[:1])
    assert "<script>" not in text
    assert "a\\|b" in text


def test_the_page_holds_the_comparison(comparison: Comparison) -> None:
    """The page has the comparison's data and one curve a run, and names cannot become markup."""
    page = compare_page(compare([replace(comparison.runs[0], name=HOSTILE), *comparison.runs[1:]])).decode()
    assert "<script>`" not in page
    data = json.loads(page.split('id="data">')[1].split("</script>")[0])
    assert [curve["name"] for curve in data["curves"]] == [HOSTILE, "same", "other"]
    curve = data["curves"][0]
    assert sum(curve["growth"]) / 10 ** curve["decimals"] == pytest.approx(
        comparison.figure("return")[0] * 100,
        abs=1e-3,  # type: ignore[operator]
    )


def _without(key: str) -> Callable[[dict[str, object]], object]:
    return lambda record: {name: value for name, value in record.items() if name != key}


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (lambda record: [], "not the record"),
        (lambda record: record | {"stratrun_run": 99}, "not the record"),
        (_without("costs"), "`costs`"),
        (lambda record: record | {"result": {"return": "much"}}, "`result.return`"),
        (lambda record: record | {"symbols": "BTC"}, "`symbols`"),
        (lambda record: record | {"result": {"return": float("nan")}}, "no JSON"),
        (lambda record: record | {"result": {"return": 10**400}}, "`result.return`"),
        (lambda record: record | {"strategy": "\ud800"}, "no JSON"),
        (None, "no JSON"),
    ],
)
def test_damaged_records_are_refused(
    folders: Path, tmp_path: Path, broken: Callable[[dict[str, object]], object] | None, words: str
) -> None:
    """A record that is none, of another format or with a wrong kind of value is one message."""
    folder = shutil.copytree(folders / "first", tmp_path / "broken")
    path = folder / "result.json"
    record = json.loads(path.read_text("utf-8"))
    path.write_text(
        json.dumps(broken(record)) if broken else '{"a": \udcff'.encode("utf-8", "ignore").decode(), "utf-8"
    )
    with pytest.raises(InputError, match=words):
        read_run(str(folder))


@pytest.mark.parametrize("name", ["equity.parquet", "trades.parquet"])
def test_damaged_tables_are_refused(folders: Path, tmp_path: Path, name: str) -> None:
    """A table that is missing, cut off or another one is one message that names it."""
    folder = shutil.copytree(folders / "first", tmp_path / "broken")
    for content in (b"", b"PAR1", (folder / "fills.parquet").read_bytes()):
        (folder / name).write_bytes(content)
        with pytest.raises(InputError, match=name):
            read_run(str(folder))
    (folder / name).unlink()
    with pytest.raises(InputError, match=name):
        read_run(str(folder))


def test_a_folder_of_other_things_is_left_alone(folders: Path, tmp_path: Path) -> None:
    """A run is written to a new or empty folder, or over an earlier run, and nowhere else."""
    check_folder(str(tmp_path / "new"))
    check_folder(str(tmp_path))
    check_folder(str(folders / "first"))
    (tmp_path / "thesis.txt").write_text("mine")
    for place in (tmp_path, tmp_path / "thesis.txt", tmp_path / "no" / "folder"):
        with pytest.raises(InputError):
            check_folder(str(place))


def test_a_run_that_could_not_be_written_whole_has_no_record(folders: Path, tmp_path: Path) -> None:
    """When a table fails, an earlier record is gone, too: half a run is never compared."""
    folder = shutil.copytree(folders / "first", tmp_path / "again")
    (folder / "trades.parquet").unlink()
    (folder / "trades.parquet").mkdir()
    run: Run = read_run(str(folders / "first"))
    with pytest.raises(InputError):
        write_run(str(folder), run.record, {"trades": []}, b"")
    assert not (folder / "result.json").exists()
