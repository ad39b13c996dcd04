"""Interpreted and as machine code, the same functions give the same bytes."""

from __future__ import annotations

import random

import pytest

from .case import in_pieces, make_case, one_pass, told

SEEDS = range(14)


@pytest.mark.machine_code
@pytest.mark.parametrize("seed", SEEDS)
def test_machine_code_gives_the_same_bytes(seed: int) -> None:
    """A whole run as machine code, in one pass and in pieces, is the interpreted one bit for bit."""
    case = make_case(random.Random(seed))
    interpreted = told(one_pass(case))
    assert told(one_pass(case, machine_code=True)) == interpreted
    assert told(in_pieces(case, case.cuts, machine_code=True)) == interpreted


def test_the_seeds_trade() -> None:
    """Most of these cases trade, on both sides of the market."""
    results = [one_pass(make_case(random.Random(seed))) for seed in SEEDS]
    assert sum(len(r.trades) > 0 for r in results) >= len(SEEDS) // 2
    assert any((r.trades.side < 0).any() for r in results)
