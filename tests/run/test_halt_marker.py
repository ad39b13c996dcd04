"""The halt marker: there or not, whatever is in it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.run.halt_marker import HaltMarker


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
