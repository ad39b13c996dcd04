"""No key and no secret in anything that a rehearsal over the wire writes: ledger, logs, outputs, whatever fails."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from stratrun.engine.run.rehearsal.ground import KEY, SECRET
from stratrun.engine.run.rehearsal.happenings import ACTIONS
from stratrun.engine.run.rehearsal.play import play_wire
from stratrun.engine.run.rehearsal.script import read
from stratrun.engine.run.rehearsal.text import as_json, as_text

from .ground import rehearsal

pytest.importorskip("ccxt.pro")
FAULTS = """
submit 1 after_accept cut
submit 2 before_accept error 503
cancel 1 after_accept html
find 2 before_accept error 504
balances 2 before_accept html
open_orders 3 before_accept error 429
when stopped after 30s crash
when stopped after 60s revoke 20s
"""


def test_nothing_that_is_written_tells_them(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Everything is looked through, byte by byte, for key and secret; signatures are not kept either."""
    caplog.set_level(logging.DEBUG)
    what = rehearsal(read(FAULTS, ACTIONS), minutes=9)
    outcome = play_wire(what, tmp_path, speed=100.0)
    assert outcome.struck
    written = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    told = [
        repr(outcome),
        str(as_json(outcome, what, "")),
        *as_text(outcome, what, ""),
        caplog.text,
        *capfd.readouterr(),
    ]
    assert sum(map(len, written)) > 10_000
    for secret in (KEY, SECRET):
        assert not any(secret.encode() in content for content in written)
        assert not any(secret in text for text in told)
    assert not any(b"signature" in content for content in written)
