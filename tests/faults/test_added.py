"""What is added to a script's faults in the middle of a rehearsal."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

from stratrun.engine.exchange.faults import Action, Call, Faults, Written, parse
from stratrun.engine.run.rehearsal.acts_venue import flap


def test_what_is_over_is_dropped() -> None:
    """What struck for the last time goes when another is added, and only that."""
    stage: Any = SimpleNamespace(faults=Faults(parse("submit 1 before_accept drop")))
    for nth in range(50):
        asyncio.run(flap(stage, ()))
        stage.faults.counts[Call.USER_STREAM] += 10
        schedule = stage.faults.schedule
        assert isinstance(schedule.second, Written)
        assert len(schedule.second.faults) == min(nth + 1, 3)
        assert [fault.action for fault in schedule.of(Call.SUBMIT, 1)] == [Action.DROP]
