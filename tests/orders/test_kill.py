"""A process that dies at any durable write: the next one ends with the book of one that never died."""

from __future__ import annotations

import os

import pytest

from .stage import PERP, SPOT, Stage, play
from .trader import round_trip, with_kills

APPENDS = 34
"""More than the round trip makes."""
EVERY = int(os.environ.get("STRATRUN_KILLS", "5"))
"""Every so many appends; 1: each of them."""


def _book(stage: Stage) -> tuple[object, ...]:
    """What was bought and sold, and what is left."""
    fills = stage.truth().fills
    bought = sum(fill.quantity for fill in fills if fill.side == "buy")
    sold = sum(fill.quantity for fill in fills if fill.side == "sell")
    return bought, sold, stage.position, len(stage.truth().open)


@pytest.mark.parametrize("symbol", [SPOT, PERP])
@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("nth", range(1, APPENDS, EVERY))
def test_a_kill_at_any_append(nth: int, late: bool, symbol: str) -> None:
    """Killed before or right after the nth append and started again: the same book, nothing doubled or lost."""

    async def twin(stage: Stage) -> tuple[object, ...]:
        await round_trip(stage)
        return _book(stage)

    async def scenario(stage: Stage) -> tuple[object, ...]:
        await stage.again(nth, late)
        await with_kills(stage)
        return _book(stage)

    assert play(scenario, symbol=symbol) == play(twin, symbol=symbol)


CALLS = [
    "submit 1 after_accept crash",
    "submit 1 before_accept crash",
    "submit 1 after_response crash",
    "submit 2 after_accept crash",
    "cancel 1 after_accept crash",
    "cancel 1 after_response crash",
    "find 1 after_response crash",
    "fills 4 before_response crash",
    "submit 3 after_accept crash",
    "submit 4 before_accept crash",
]


@pytest.mark.parametrize("fault", CALLS)
def test_a_kill_inside_a_call(fault: str) -> None:
    """Killed while a call is on its way, before the venue had it or after: the same book."""

    async def twin(stage: Stage) -> tuple[object, ...]:
        await round_trip(stage)
        return _book(stage)

    async def scenario(stage: Stage) -> tuple[object, ...]:
        await stage.again(10_000)
        mortal = stage.mortal
        assert mortal is not None
        stage.faults.on_crash = mortal.dead.set
        await with_kills(stage)
        return _book(stage)

    assert play(scenario, fault) == play(twin)
