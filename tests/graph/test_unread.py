"""Outputs that nobody reads: named by the plan, kept in one column."""

from __future__ import annotations

from stratrun.engine.graph.bank import Bank, Memory

from .bench import plan


def test_only_what_is_read_has_a_column_of_its_own() -> None:
    """Four of the five outputs of `bb` share one array where a rule reads the upper band alone."""
    found = plan("close > bb(close, 20, 2).upper")
    assert sorted(found.columns[k].label.partition(").")[2] for k in found.unread) == [
        "basis", "lower", "percent", "width",
    ]  # fmt: skip
    bank = Bank(found, Memory.of(found), 10, machine_code=False)
    assert len({id(bank.columns[k]) for k in found.unread}) == 1
    assert len({id(column) for column in bank.columns}) == len(bank.columns) - 3


def test_a_root_and_a_lagged_output_are_read() -> None:
    """What another step looks back at, and what was asked for, is never shared."""
    found = plan("macd(close, 12, 26, 9).hist[1] > macd(close, 12, 26, 9).signal")
    assert [found.columns[k].label for k in found.unread] == ["macd(close, 12, 26, 9).macd"]
