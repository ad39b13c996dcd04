"""The verdict: what each line says, and what hostile tables come to."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from stratrun.engine.luck.efficiency import Fold, efficiency
from stratrun.engine.luck.plateau import Plateau
from stratrun.engine.luck.text import verdict_text
from stratrun.engine.luck.verdict import Outcome, judge

from .noise import noise, planted

GOOD = [Fold(0.4, 0.3), Fold(0.5, 0.4)]


def test_noise_fails() -> None:
    """The best of many trials without skill is called luck."""
    table = noise(1)
    verdict = judge(table, int((table.mean(axis=0) / table.std(axis=0)).argmax()), 40)
    assert verdict.outcome is Outcome.FAIL
    assert verdict.lines[0].outcome is Outcome.FAIL
    assert "luck" in verdict_text(verdict)


def test_a_planted_edge_passes_when_everything_is_known() -> None:
    """A strong trial with good folds and a plateau passes every line."""
    verdict = judge(planted(1), 7, 60, folds=GOOD, plateau=Plateau(2.0, (1.9, 1.8, 1.7)))
    assert [line.outcome for line in verdict.lines] == [Outcome.PASS] * 4
    assert verdict.outcome is Outcome.PASS


def test_what_was_not_done_is_unknown_not_passed() -> None:
    """Without folds and neighbours a strong trial is not called good."""
    assert judge(planted(1), 7).outcome is Outcome.UNKNOWN


def test_tries_without_returns_count() -> None:
    """Trials that left no column still make the winner less surprising."""
    few, many = (judge(planted(1, 0.0012), 7, counted).lines[0].figure for counted in (40, 100_000))
    assert few is not None
    assert many is not None
    assert many < few


@settings(max_examples=40, deadline=None)
@given(
    arrays.arrays(
        np.float64, st.tuples(st.integers(0, 70), st.integers(1, 5)), elements=st.floats(-1e6, 1e6) | st.just(0.0)
    )
)
def test_any_table_of_numbers_has_a_verdict_in_json(table: np.ndarray) -> None:
    """Whatever the numbers, the verdict is written as JSON without NaN, and as text."""
    verdict = judge(table, 0, folds=[Fold(None, 0.1)], plateau=Plateau(float("nan"), ()))
    json.dumps(verdict.to_json(), allow_nan=False)
    assert verdict_text(verdict).startswith("Is it luck?")


@pytest.mark.parametrize(
    ("table", "chosen", "told"),
    [
        ([[np.nan, 0.1]], 0, "row 0, trial 0: nan"),
        ([[0.1, np.inf]], 0, "row 0, trial 1: inf"),
        ([[1e300]], 0, "no return"),
        ([0.1, 0.2], 0, "shape"),
        (np.zeros((5, 0)), 0, "shape"),
        ([[0.1]], 1, "0 to 0"),
        ([[0.1]], -1, "0 to 0"),
    ],
)
def test_what_is_no_table_of_returns_is_refused(table: object, chosen: int, told: str) -> None:
    """The refusal says which cell or shape was received."""
    with pytest.raises(ValueError, match=told):
        judge(table, chosen)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("folds", "expected"),
    [
        ([], None),
        ([Fold(0.4, 0.2)], 0.5),
        ([Fold(0.4, 0.2), Fold(0.0, 0.2)], 1.0),
        ([Fold(-0.1, 0.2)], None),
        ([Fold(None, 0.2), Fold(0.4, -0.4)], -1.0),
        ([Fold(float("nan"), 0.2)], None),
    ],
)
def test_efficiency(folds: list[Fold], expected: float | None) -> None:
    """It is kept over promised, undefined where nothing was promised."""
    assert efficiency(folds) == (None if expected is None else pytest.approx(expected))


@pytest.mark.parametrize(
    ("chosen", "near", "expected"),
    [(2.0, (1.0, 1.5, 9.0), 0.75), (2.0, (1.0,), None), (0.0, (1.0, 1.0), None), (2.0, (float("nan"), 1.0), None)],
)
def test_plateau(chosen: float, near: tuple[float, ...], expected: float | None) -> None:
    """One lucky neighbour does not make a plateau, and too few say nothing."""
    assert Plateau(chosen, near).kept == expected
