"""The document that states every rule of money and time runs, however its candles arrive."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from stratrun.engine.language.document import load
from stratrun.engine.trading.account import Account

from .case import Case, in_pieces, on_paper, one_by_one, one_pass, told
from .markets import instruments, market

EVERY_RULE = Path(__file__).parents[1] / "documents" / "valid" / "every_rule.yaml"


@pytest.mark.machine_code
def test_every_rule_runs_alike() -> None:
    """In one pass, in pieces, candle by candle, on paper and as machine code the same happens, and something does."""
    rng = random.Random(5)
    strategy = load(EVERY_RULE)
    candles = market(rng, strategy.symbols, strategy.timeframe, 700)
    venue = instruments(rng, strategy.symbols)
    case = Case("", frozenset(), strategy, candles, venue, Account(100_000.0), (100, 333, 500))
    whole = told(one_pass(case))
    assert len(one_pass(case).trades) >= 3
    assert told(in_pieces(case, case.cuts)) == whole
    assert told(one_by_one(case)) == whole
    assert told(on_paper(case)[0]) == whole
    assert told(one_pass(case, machine_code=True)) == whole
