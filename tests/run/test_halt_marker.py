"""The halt marker: there or not, whatever is in it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.run.halt_marker import HaltMarker
from stratrun.engine.run.live.halt_seen import HaltSeen


def test_it_is_written_once_and_taken_away(tmp_path: Path) -> None:
    """The first halt stands until it is cleared."""
    marker = HaltMarker(tmp_path / "l.db.halt")
    assert (marker.present, marker.read(), marker.clear()) == (False, None, False)
    first = marker.write("ann", "fills")
    assert marker.write("bob", "me too") == first == marker.read()
    assert (first.who, first.why) == ("ann", "fills")
    assert marker.present
    assert (marker.clear(), marker.present) == (True, False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"\xff", b"[]", b"{}", b'{"who":1}', b"[" * 9_999, b"x" * 100_000])
def test_whatever_is_in_it_halts(tmp_path: Path, content: bytes) -> None:
    """A marker that cannot be read is a halt by nobody known."""
    path = tmp_path / "l.db.halt"
    path.write_bytes(content)
    found = HaltMarker(path).read()
    assert found is not None
    assert HaltMarker(path).present
    assert "cannot be read" in found.why


def test_what_cannot_be_looked_at_is_there(tmp_path: Path) -> None:
    """Where the system does not say, nothing is sent."""
    (tmp_path / "file").write_text("")
    assert HaltMarker(tmp_path / "file" / "l.db.halt").present
    assert HaltMarker(tmp_path / ("x" * 300)).present


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """Writing fails with words, not silently."""
    with pytest.raises(InputError):
        HaltMarker(tmp_path / "nowhere" / "l.db.halt").write("a", "b")
    if os.name == "posix" and os.geteuid():
        tmp_path.chmod(0o500)
        with pytest.raises(InputError):
            HaltMarker(tmp_path / "l.db.halt").write("a", "b")


def test_each_halt_is_told_once(tmp_path: Path) -> None:
    """A marker is told when it is first seen, and so is one that comes after it was taken away."""
    marker, told = HaltMarker(tmp_path / "l.db.halt"), list[str]()
    halted = HaltSeen(marker, told.append)
    assert halted() is None
    marker.write("ann", "fills")
    assert [halted(), halted()] == ["halted by ann: fills"] * 2
    assert told == ["HALTED by ann: fills; nothing but exits is sent until `stratrun resume`"]
    marker.clear()
    assert halted() is None
    marker.write("bob", "again")
    assert halted() == "halted by bob: again"
    assert len(told) == 2


def test_a_session_without_a_place_for_a_marker_is_not_halted() -> None:
    """A ledger in a database without a deployment's file has no marker."""
    assert HaltSeen(None, pytest.fail)() is None
