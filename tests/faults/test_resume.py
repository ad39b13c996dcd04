"""An operator who halts a session and lets it trade again."""

from __future__ import annotations

from stratrun.engine.run.rehearsal.script import Happening, Script

from .ground import check, performed, rehearsal


def test_what_is_halted_trades_again() -> None:
    """Nothing is bought while the halt stands, and entries go on once it is taken back."""
    halt, resume = Happening("halt", (), 60.0), Happening("resume", (), 3_600.0)
    whole = performed(rehearsal(Script(), minutes=120))
    halted = performed(rehearsal(Script(happenings=(halt,)), minutes=120))
    resumed = performed(rehearsal(Script(happenings=(halt, resume)), minutes=120))
    for outcome in (whole, halted, resumed):
        check(outcome)
    assert not halted.trades
    assert 0 < len(resumed.trades) < len(whole.trades)
