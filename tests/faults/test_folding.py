"""Rehearsals fold their ledger's log as live sessions do, and a process that dies leaves its log as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from stratrun.engine.exchange.faults import Written
from stratrun.engine.run.rehearsal.outcome import Outcome
from stratrun.engine.run.rehearsal.play import play
from stratrun.engine.run.rehearsal.script import HEAVY, Happening, Script, When, at_random
from stratrun.engine.run.rehearsal.stage import Stage

from .ground import check, rehearsal

MINUTES = 40
HELD_AND_DEAD = Script(Written(), (Happening("crash", (), 20.0, When.STOPPED),))


def played(folder: Path, script: Script) -> tuple[Outcome, Stage]:
    folder.mkdir()
    stages: list[Stage] = []
    return play(rehearsal(script, minutes=MINUTES), folder, prepare=stages.append), stages[0]


def test_equal_seeds_give_equal_ledgers_though_they_are_folded(tmp_path: Path) -> None:
    """With faults and deaths, every byte of the ledger's file is the same again, and its log was folded meanwhile."""
    script = at_random(3, MINUTES, HEAVY)
    (one, stage), (other, _) = (played(tmp_path / name, script) for name in ("one", "other"))
    assert one == other
    assert one.restarts
    assert stage.pen.folds
    assert (tmp_path / "one" / "ledger.db").read_bytes() == (tmp_path / "other" / "ledger.db").read_bytes()


def test_a_dead_process_leaves_its_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is started again reads what stands in the log alone: nothing in it was folded by the death itself."""
    sizes: list[int] = []
    kill = Stage.kill

    async def looked(self: Stage) -> None:
        await kill(self)
        sizes.append(self.ledger.with_name("ledger.db-wal").stat().st_size)

    monkeypatch.setattr(Stage, "kill", looked)  # what a death leaves is gone when the rehearsal is over
    outcome, _ = played(tmp_path / "one", HELD_AND_DEAD)
    check(outcome)
    assert outcome.restarts == len(sizes) == 1
    assert sizes[0] > 0


def test_a_checkpoint_that_cannot_be_written_costs_nothing(tmp_path: Path) -> None:
    """It is told, and the session trades on as if nothing were; the next start makes the Book from the ledger."""

    def blocked(stage: Stage) -> None:
        stage.ledger.with_name("ledger.db.checkpoint").mkdir()

    (tmp_path / "one").mkdir()
    outcome = play(rehearsal(HELD_AND_DEAD, minutes=MINUTES), tmp_path / "one", prepare=blocked)
    check(outcome)
    usual, _ = played(tmp_path / "other", HELD_AND_DEAD)
    assert {subject for _, subject, _ in outcome.said} == {"checkpoint"}
    assert (outcome.trades, outcome.restarts, outcome.alerts) == (usual.trades, 1, usual.alerts)
