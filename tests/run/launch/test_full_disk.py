"""A full disk: an operator's halt holds at once, and nothing is sent until there is room and somebody resumes."""

from __future__ import annotations

import asyncio
import errno
from pathlib import Path

import pytest

from stratrun.engine.ledger.events_control import OperatorCommanded
from stratrun.engine.ledger.refusal import LedgerError
from stratrun.engine.run.control.commands import Halt
from stratrun.engine.run.control.controlled import Ordered
from stratrun.engine.run.halt_marker import HaltMarker
from stratrun.engine.run.live.controls import Controls
from stratrun.engine.run.live.launch import Launch

from .ground import Ground


def test_a_halt_does_not_wait_for_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is refused by the ledger at once, and held by the marker."""

    async def act(ground: Ground, launch: Launch) -> None:
        await ground.clock.sleep(30)
        writer = launch._outside.writer
        with monkeypatch.context() as full:
            full.setattr(writer, "post", _refuse)
            command = OperatorCommanded("c1", "ann", "odd", "halt", ())
            with pytest.raises(LedgerError):
                await asyncio.wait_for(launch._record(command), 1)
            marker = HaltMarker(tmp_path / "ledger.db.halt")
            outcome = await Controls(launch._session, marker).act(Ordered("c1", "ann", "odd", Halt()))
            assert outcome.done
            assert "the halt marker holds the whole account" in outcome.words
            assert marker.present
        launch.ask_to_stop("over")
        told.append(outcome.words)

    told: list[str] = []
    Ground(tmp_path, minutes=5).play(act)
    assert told


def test_a_marker_without_room_for_words_halts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where not a byte can be written the marker is there, and empty."""

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("stratrun.engine.report.atomic.os.fsync", full)
    marker = HaltMarker(tmp_path / "l.db.halt")
    assert marker.write("ann", "odd").who == "ann"
    assert marker.present
    assert HaltMarker(marker.path).read() is not None
    assert marker.path.read_bytes() == b""


def _refuse(events: object) -> object:
    raise LedgerError("the disk is full")
