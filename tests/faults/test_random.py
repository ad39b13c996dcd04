"""Random faults, deaths and strangers against whole sessions: no order twice, none forgotten, no drift."""

from __future__ import annotations

import os
import random

import pytest

from stratrun.engine.run.rehearsal.script import HEAVY, LIGHT, at_random

from .ground import CROSS, TRAIL, TURN, check, performed, rehearsal

SCHEDULES = int(os.environ.get("STRATRUN_SCHEDULES", "24"))
"""How many schedules; each is drawn from its number."""
FIRST = int(os.environ.get("STRATRUN_FIRST_SCHEDULE", "0"))
MINUTES = 60


@pytest.mark.parametrize("seed", range(FIRST, FIRST + SCHEDULES))
def test_any_schedule_ends_in_agreement(seed: int) -> None:
    """Whatever is drawn, ledger, Book and venue hold the same in the end and no invariant ever broke."""
    draw = random.Random(f"{seed} session")
    script = at_random(seed, MINUTES, LIGHT if seed % 4 == 0 else HEAVY)
    text, perp = draw.choice([CROSS, TRAIL]), draw.random() < 0.4
    outcome = performed(rehearsal(script, perp=perp, text=text, seed=draw.randint(1, 10_000), minutes=MINUTES))
    check(outcome)


@pytest.mark.parametrize("seed", range(FIRST, FIRST + SCHEDULES // 8))
def test_both_sides_of_a_contract_end_in_agreement(seed: int) -> None:
    """So do positions that turn from long to short and back under heavy faults."""
    script, drawn = at_random(seed, MINUTES, HEAVY), random.Random(seed).randint(1, 10_000)
    check(performed(rehearsal(script, perp=True, text=TURN, seed=drawn, minutes=MINUTES)))
