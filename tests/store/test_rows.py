"""Rows merged into rows: what counts as the same candle, and what as another one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.market.columns import Columns
from stratrun.engine.store.rows import OnDuplicate, merge

from .conftest import equal, hours

HELD = hours(48)


def other(rows: Columns, part: float) -> Columns:
    """The same candles, their volumes off by a part of them."""
    return rows._replace(volume=rows.volume * (1 + part))


@given(st.permutations(list(HELD.volume[:24])))
def test_a_sum_in_another_order_is_the_same(volumes: list[float]) -> None:
    """Volumes that were added up in another order are no other candle, and what is stored stays."""
    one, two = np.array([sum(HELD.volume[:24])]), np.array([sum(volumes)])
    held = Columns._make(column[:1] for column in HELD)._replace(volume=one)
    merged, changed = merge(held, held._replace(volume=two), OnDuplicate.REFUSE, "x")
    assert changed == 0
    assert equal(merged, held)


@pytest.mark.parametrize("rule", list(OnDuplicate))
@pytest.mark.parametrize("part", [1e-13, -1e-13])
def test_rounding_is_no_difference(rule: OnDuplicate, part: float) -> None:
    """Whatever the rule, rounding changes nothing."""
    merged, changed = merge(HELD, other(HELD, part), rule, "x")
    assert changed == 0
    assert equal(merged, HELD)


def test_a_difference_that_shows_is_one() -> None:
    """Candles that differ where anyone can see it are refused, both told in unlike digits; the other rules choose."""
    given_ = other(HELD, 1e-9)
    with pytest.raises(InputError, match="48 candles are stored already with other numbers") as told:
        merge(HELD, given_, OnDuplicate.REFUSE, "x")
    stored, _, theirs = told.value.message.partition("(stored ")[2].rstrip(")").partition(", given ")
    assert stored != theirs
    assert equal(merge(HELD, given_, OnDuplicate.REPLACE, "x")[0], given_)
    assert equal(merge(HELD, given_, OnDuplicate.KEEP, "x")[0], HELD)


def test_zero_is_only_zero() -> None:
    """A candle without volume is not one with a little."""
    held = HELD._replace(volume=np.zeros(48))
    with pytest.raises(InputError):
        merge(held, held._replace(volume=np.full(48, 1e-300)), OnDuplicate.REFUSE, "x")
    assert merge(held, held, OnDuplicate.REFUSE, "x")[1] == 0
