"""Random faults, random orders, random strangers: no order twice, none forgotten, no drift."""

from __future__ import annotations

import os

import pytest

from stratrun.engine.exchange.faults import drawn

from .stage import PERP, SPOT, Stage, play
from .trader import at_random

SCHEDULES = int(os.environ.get("STRATRUN_SCHEDULES", "15"))
"""How many of each kind; each has its seed."""


@pytest.mark.parametrize("symbol", [SPOT, PERP])
@pytest.mark.parametrize("seed", range(SCHEDULES))
def test_random_faults(seed: int, symbol: str) -> None:
    """Whatever fails, ledger and exchange agree in the end on every order, every fill and every coin."""

    async def scenario(stage: Stage) -> None:
        if seed % 2:
            stage.faults.on_crash = lambda: None
        await at_random(stage, seed, steps=10, kills=seed % 2 == 1)

    play(scenario, drawn(seed, 0.1), symbol)
