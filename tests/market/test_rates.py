"""Files of funding rates, sound and not."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.market.rates import read_rates

TIMES = [1_704_067_200_000, 1_704_096_000_000]


@pytest.mark.parametrize(
    "text",
    [
        "time,rate\n2024-01-01T00:00:00Z,0.0001\n2024-01-01T08:00:00Z,-2e-4\n",
        "fundingTime,fundingRate,symbol\n1704067200000,0.0001,X\n1704096000000,-0.0002,X\n",
        "Timestamp, Funding_Rate\n1704067200, 0.0001\n1704096000, -0.0002\n",
    ],
)
def test_csv(tmp_path: Path, text: str) -> None:
    """Times of any usual form and rates as fractions are read, whatever else the file holds."""
    path = tmp_path / "rates.csv"
    path.write_text(text)
    time, rate = read_rates(path)
    assert time.tolist() == TIMES
    assert rate.tolist() == [0.0001, -0.0002]


def test_parquet(tmp_path: Path) -> None:
    """Parquet is read likewise."""
    path = tmp_path / "rates.parquet"
    pl.DataFrame({"time": pl.Series(TIMES).cast(pl.Datetime("ms", "UTC")), "rate": [0.0001, -0.0002]}).write_parquet(
        path
    )
    assert read_rates(path)[0].tolist() == TIMES


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.csv", "", "empty"),
        ("a.csv", "time,rate\n", "no rows"),
        ("a.csv", "time,price\n1704067200000,1\n", "no column rate"),
        ("a.csv", "when,rate\n1704067200000,1\n", "no column time"),
        ("a.csv", "time,rate\n1704067200000,\n", "no number"),
        ("a.csv", "time,rate\n1704067200000,abc\n", "no number"),
        ("a.csv", "time,rate\n1704067200000,inf\n", "no number"),
        ("a.csv", "time,rate\n1704067200000,0.5\n", "50% of the position"),
        ("a.csv", "time,rate\n1704096000000,0\n1704067200000,0\n", "row 2 .*must increase"),
        ("a.csv", "time,rate\n12,0\n", "no time"),
        ("a.csv", "time,rate\n,0\n", "no time"),
        ("a.parquet", "time,rate\n", "not Parquet"),
        ("a.txt", "time,rate\n1704067200000,0\n", "ends in"),
        ("folder.csv", None, "cannot be read"),
        ("missing.csv", None, "cannot be read"),
    ],
)
def test_unsound_files(tmp_path: Path, name: str, text: str | None, words: str) -> None:
    """Whatever is wrong with a file is one message that names it and the place."""
    (tmp_path / "folder.csv").mkdir()
    if text is not None:
        (tmp_path / name).write_text(text)
    with pytest.raises(InputError, match=words) as caught:
        read_rates(tmp_path / name)
    assert str(tmp_path / name) in caught.value.message


def test_a_path_is_no_pattern(tmp_path: Path) -> None:
    """Brackets and asterisks in a folder's name are letters of it."""
    folder = tmp_path / "a[1]*"
    folder.mkdir()
    (folder / "rates.csv").write_text("time,rate\n1704067200000,0.0001\n")
    assert read_rates(folder / "rates.csv")[1].tolist() == [0.0001]
    pl.read_csv(folder / "rates.csv", glob=False).write_parquet(folder / "rates.parquet")
    assert read_rates(folder / "rates.parquet")[1].tolist() == [0.0001]
