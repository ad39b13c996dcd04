"""`stratrun luck` and `stratrun montecarlo` as their users meet them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from stratrun.engine.market.candles import Candles
from stratrun.engine.report.comparison import curve_of
from stratrun.engine.report.run_folder import read_run
from stratrun.engine.report.tables import Column, write_table

from .conftest import Run


@pytest.fixture
def returns(tmp_path: Path) -> Path:
    table = np.random.default_rng(1).normal(0, 0.01, (480, 30))
    table[:, 4] += 0.003
    path = tmp_path / "returns.csv"
    pl.DataFrame({"date": range(480), **{f"v{k}": table[:, k] for k in range(30)}}).write_csv(path)
    return path


@pytest.fixture
def candles(tmp_path: Path, sample: Callable[..., Candles]) -> Path:
    path = tmp_path / "BTCUSDT-1h.parquet"
    held = sample(count=900)
    names = ("open", "high", "low", "close", "volume")
    columns = [Column(name, getattr(held, name).tolist()) for name in names]
    write_table(str(path), [Column("time", held.time, is_time=True), *columns])
    return path


def test_a_page_is_told(run: Run, returns: Path, tmp_path: Path) -> None:
    """Standard error names the page that was written; the report beside it stays as it is."""
    page = tmp_path / "luck.html"
    told = run("luck", returns, "--html", page)
    assert (told.exit_code, told.stderr) == (0, f"wrote {page}\n")
    assert told.stdout == run("luck", returns).stdout
    assert page.stat().st_size > 100_000


def test_the_best_column_is_judged(run: Run, returns: Path) -> None:
    """Without --chosen the best Sharpe ratio is judged, in words and, the same figures, in JSON."""
    words, data = run("luck", returns), run("luck", returns, "--format", "json")
    assert words.exit_code == data.exit_code == 0, words.output
    assert words.stdout.startswith("v4: the best of 30 variants, over 480 periods")
    found = json.loads(data.stdout)
    assert found["chosen"] == "v4"
    assert [line["outcome"] for line in found["lines"]] == ["pass", "pass", "unknown", "unknown"]


def test_tries_and_strictness(run: Run, returns: Path) -> None:
    """A weak column fails, which only --strict makes an exit code; more tries never help."""
    assert run("luck", returns, "--chosen", "v1").exit_code == 0
    assert run("luck", returns, "--chosen", "v1", "--strict").exit_code == 1
    few, many = (json.loads(run("luck", returns, "--tries", n, "--format", "json").stdout) for n in (30, 10**9))
    assert many["figures"]["deflated_sharpe"] < few["figures"]["deflated_sharpe"]


def test_parquet_is_read_alike(run: Run, returns: Path) -> None:
    """A Parquet file of the same columns gives the same answer."""
    path = returns.with_suffix(".parquet")
    pl.read_csv(returns).write_parquet(path)
    assert run("luck", returns).stdout == run("luck", path).stdout


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.csv", b"", "no table"),
        ("a.csv", b"date\n1\n", "no column of returns"),
        ("a.csv", b"a,b\n0.1,0.2\n0.1,x\n", "column b, row 2: `x` is no return"),
        ("a.csv", b"a,b\n0.1,0.2\n0.1," + b"x" * 9_000, "column b, row 2: `" + "x" * 40 + "…` is no return"),
        ("a.csv", b"a,b, a\n0.1,0.2,0.3\n", "two columns are called a"),
        ("a.csv", b"a,b\n0.1,\n", "column b, row 1: an empty cell is no return"),
        ("a.csv", b"a\nnan\n", "column a, row 1"),
        ("a.csv", b"a\n1e300\n", "column a, row 1"),
        ("a.csv", b"\xff\xfe\x00\x01", "not UTF-8"),
        ("a.csv", b"a,b\n", "no rows"),
        ("a.parquet", b"nonsense", "a.parquet"),
        ("a.txt", b"a\n0.1\n", "neither .csv nor .parquet"),
    ],
)
def test_a_table_that_is_none(run: Run, tmp_path: Path, name: str, content: bytes, told: str) -> None:
    """A file that holds no returns is refused with the place of the first mistake, never with a traceback."""
    (tmp_path / name).write_bytes(content)
    outcome = run("luck", tmp_path / name)
    assert outcome.exit_code == 2
    assert told in outcome.stderr


def test_runs_are_judged_like_their_table(run: Run, strategy_file: Path, candles: Path, tmp_path: Path) -> None:
    """Folders of runs give the answer of the table of their daily returns."""
    (tmp_path / "runs").mkdir()
    columns = {}
    for k, length in enumerate((5, 9, 20)):
        strategy_file.write_text(strategy_file.read_text().replace("ema(close, 5)", f"ema(close, {length})"))
        folder = tmp_path / "runs" / f"v{k}"
        assert run("backtest", strategy_file, "--candles", candles, "--out", folder).exit_code == 0
        held = read_run(str(folder))
        columns[f"v{k}"] = curve_of(held).daily_returns
    pl.DataFrame(columns).write_csv(tmp_path / "t.csv")
    whole = run("luck", *sorted((tmp_path / "runs").iterdir()), "--format", "json")
    assert whole.exit_code == 0, whole.output
    assert json.loads(whole.stdout) == json.loads(run("luck", tmp_path / "t.csv", "--format", "json").stdout)
    mixed = run("luck", tmp_path / "runs" / "v0", tmp_path / "t.csv")
    assert (mixed.exit_code, "no such folder" in mixed.stderr) == (2, True)
    assert run("luck", tmp_path / "t.csv", tmp_path / "t.csv").exit_code == 2


def test_what_is_not_there(run: Run, returns: Path, tmp_path: Path) -> None:
    """A missing file, column or folder is one line and exit code 2."""
    for arguments in (
        (tmp_path / "no.csv",),
        (returns, "--chosen", "zz"),
        (returns, "--html", tmp_path / "no" / "a.html"),
    ):
        outcome = run("luck", *arguments)
        assert outcome.exit_code == 2
        assert outcome.stderr.startswith("error") or "error" in outcome.stderr


def test_tiny_tables_are_unknown(run: Run, tmp_path: Path) -> None:
    """One row, one column and constant columns have no figures and no failure."""
    for content in ("a\n0.1\n", "a,b\n" + "0.1,0.1\n" * 200, "a\n" + "0.01\n-0.01\n" * 200):
        (tmp_path / "t.csv").write_text(content)
        outcome = run("luck", tmp_path / "t.csv", "--format", "json")
        assert outcome.exit_code == 0, outcome.output
        assert json.loads(outcome.stdout)["lines"][0]["outcome"] == "unknown"


@pytest.mark.parametrize("method", ["trades", "blocks", "candles", "entries"])
def test_montecarlo(run: Run, strategy_file: Path, candles: Path, tmp_path: Path, method: str) -> None:
    """Every method prints words and JSON, writes its page, and repeats with its seed."""
    page = tmp_path / "mc.html"
    given = ("montecarlo", strategy_file, "--candles", candles, "--method", method, "--runs", 8, "--seed", 3)
    words = run(*given, "--html", page)
    assert words.exit_code == 0, words.output
    assert words.stdout.startswith("Monte Carlo:")
    assert f"wrote {page}" in words.stderr
    assert b"echarts" in page.read_bytes()
    assert not re.search(r"\d%", words.stdout), "a percent has its space, as in every report"
    one, other = run(*given, "--format", "json"), run(*given, "--format", "json")
    assert one.stdout == other.stdout
    assert json.loads(one.stdout)["method"] == method


@pytest.mark.parametrize(
    "given",
    [("--runs", "0"), ("--noise", "-1"), ("--ruin", "200%"), ("--block", "nan"), ("--seed", "-1"), ("--html", "")],
)
def test_absurd_options_are_refused(run: Run, strategy_file: Path, candles: Path, given: tuple[str, str]) -> None:
    """An option outside its range ends with exit code 2 before anything runs."""
    assert run("montecarlo", strategy_file, "--candles", candles, *given).exit_code == 2


def test_a_portfolio_is_refused_in_words(run: Run, candles: Path, tmp_path: Path) -> None:
    """A file that is no strategy is a diagnostic."""
    path = tmp_path / "p.yaml"
    path.write_text("stratrun: 2\nkind: portfolio\nname: p\n")
    outcome = run("montecarlo", path, "--candles", candles)
    assert outcome.exit_code in (1, 2)
    assert "Traceback" not in outcome.output
