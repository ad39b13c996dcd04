"""Test files as values: what `load_tests` makes of them."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from stratrun.engine.diagnostics.diagnostic import DocumentError
from stratrun.engine.language.document import load, validate
from stratrun.engine.language.scenario import TestFile
from stratrun.engine.language.scenarios.load import load_tests

VALID = Path(__file__).parents[2] / "documents" / "valid"


def read_cases(folder: Path, *cases: dict[str, Any], **more: Any) -> TestFile:
    """What a file with these cases is read as."""
    whole = [{"name": f"case {k}", "expect": [{"trades": 0}], **case} for k, case in enumerate(cases)]
    path = folder / "tests.json"
    path.write_text(
        json.dumps({"stratrun": 2, "kind": "test", "strategy": "./s.yaml", "tests": whole, **more}), "utf-8"
    )
    return load_tests(path)


def test_defaults(tmp_path: Path) -> None:
    """What a file leaves out has the value that its key's description names."""
    found = read_cases(tmp_path, {"candles": {"close": "100x2"}})
    assert (found.strategy, found.capital, found.fee, found.slippage) == ("./s.yaml", 10_000.0, 0.0, 0.0)
    (case,) = found.cases
    assert case.start == datetime(2024, 1, 1, tzinfo=UTC).timestamp() * 1000
    assert case.overrides == {}
    assert list(case.candles) == [""]


@pytest.mark.parametrize(("text", "share"), [("0.1%", 0.001), ("5bps", 0.0005), ("0.07%", 0.0007), ("0%", 0.0)])
def test_shares_of_the_price(tmp_path: Path, text: str, share: float) -> None:
    """Percents and basis points are exact fractions."""
    found = read_cases(tmp_path, {"candles": {"close": "100x2"}}, fee=text, slippage=text)
    assert (found.fee, found.slippage) == (share, share)


def test_a_case_overrides_the_whole_file(tmp_path: Path) -> None:
    """Parameters of a case stand above those of the file, both as texts of `--set`."""
    cases = {"candles": {"close": "1x2"}, "set": {"fast": "3%", "slow": -2}}, {"candles": {"close": "1x2"}}
    found = read_cases(tmp_path, *cases, set={"fast": 12, "half": 0.5})
    assert found.cases[0].overrides == {"fast": "3%", "half": "0.5", "slow": "-2"}
    assert found.cases[1].overrides == {"fast": "12", "half": "0.5"}


def test_the_forms_of_candles() -> None:
    """Columns, rows, files and symbols are told apart, and missing candles are no number."""
    columns, lists, rows, file, several = load_tests(VALID / "test_everything.yaml").cases
    series = columns.candles[""]
    assert series.columns is not None
    assert {len(values) for values in series.columns.values()} == {8}
    assert math.isnan(series.columns["close"][3])
    assert series.columns["close"][5] == 104
    assert series.count() == 5
    assert lists.candles[""].count() == 3
    assert rows.candles[""].rows == ((100, 102, 99, 101, 5), (101, 103, 100, 102.5, 0))
    stored = file.candles[""]
    assert (stored.file, stored.count()) == ("./btc-1h.csv", 0)
    assert stored.begin == datetime(2024, 1, 1, tzinfo=UTC).timestamp() * 1000
    assert stored.end == datetime(2024, 3, 1, 12, tzinfo=UTC).timestamp() * 1000
    assert file.start == datetime(2023, 12, 31, 22, tzinfo=UTC).timestamp() * 1000
    assert list(several.candles) == ["BTC/USDT", "ETH/USDT", "SOL/USDT:USDT"]


def test_the_forms_of_expectations() -> None:
    """Each kind carries its candles, its value and what was given of it."""
    columns, lists, rows, _, several = load_tests(VALID / "test_everything.yaml").cases
    entered, quiet, filtered, _ = columns.expect
    assert (entered.kind, entered.first, entered.last, entered.value) == ("signal", 4, 4, "enter_long")
    assert entered.because == "close crosses above 100"
    assert (quiet.first, quiet.last, quiet.value) == (0, 3, "none")
    assert (filtered.kind, filtered.value) == ("decision", "filtered")
    first, second, count = lists.expect
    assert (first.kind, first.value) == ("trade", "1")
    assert first.figures == {"side": "long", "entered": 1, "exited": 2, "reason": "stop", "within": 0.01}
    assert second.figures["profit"] == -12.5
    assert (count.kind, count.value, count.figures) == ("trades", "2", {})
    assert rows.expect[0].figures == {"is": 2500.5, "within": 1e-9}
    assert several.expect[0].symbol == "ETH/USDT"


def test_a_strategy_is_no_test_and_a_test_no_strategy() -> None:
    """Each loader refuses the other kind by name, and `validate` takes both."""
    for loader, name in ((load_tests, "minimal.yaml"), (load, "test_minimal.yaml")):
        assert validate(VALID / name) == []
        with pytest.raises(DocumentError) as raised:
            loader(VALID / name)
        assert [d.code for d in raised.value.diagnostics] == ["SR117"]


def test_mistakes_are_told_all_at_once(tmp_path: Path) -> None:
    """A broken case does not hide the mistakes of the others."""
    cases = {"candles": {"close": "5*3"}}, {"candles": {"close": "0x3"}}, {"candles": {"close": "1x3", "high": "1x2"}}
    with pytest.raises(DocumentError) as raised:
        read_cases(tmp_path, *cases)
    assert [d.code for d in raised.value.diagnostics] == ["SR701", "SR702", "SR703"]


def test_a_file_has_a_budget(tmp_path: Path) -> None:
    """Many long series are refused once, before they fill the memory."""
    with pytest.raises(DocumentError) as raised:
        read_cases(tmp_path, *({"candles": {"close": "1x999999"}} for _ in range(20)))
    assert [d.code for d in raised.value.diagnostics] == ["SR705"]
