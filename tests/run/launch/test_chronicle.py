"""Whatever the ledger records can be told: in words for people, in fields for the log, as JSON lines."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratrun.engine.commands.run_view import JsonLines, Lines, Nothing, viewer_of
from stratrun.engine.ledger.events import KINDS, Entry
from stratrun.engine.orders.state import State
from stratrun.engine.orders.wanted import Alert
from stratrun.engine.run.live.chronicle import Chronicle

from ...ledger.test_codec import events


@given(st.one_of(*(events(cls) for cls in KINDS.values())))
def test_every_event_can_be_told(event: Any) -> None:
    """One happening with its kind, one line of words, one object of JSON; its fields are names that a log takes."""
    it = Chronicle(State("main")).tell(Entry(7, 1_700_000_000_000, event))
    assert KINDS[it.kind] is type(event)
    assert not {"seq", "event", "time", "level"} & {*it.ids, *it.fields}
    lines: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("stratrun.engine.commands.run_view._out", lambda text, err=False: lines.append(text))
        JsonLines(lambda: 0).happened(it)
        Lines("USDT", lambda: 0).happened(it)
    found = json.loads(lines[0])
    assert (found["event"], found["time"], found["seq"]) == (it.kind, "2023-11-14T22:13:20.000Z", 7)
    assert lines[1].startswith("2023-11-14 22:13:20  ")


def test_views_are_chosen(capsys: pytest.CaptureFixture[str]) -> None:
    """JSON on standard output for programs; words on standard error; nothing beside a log that is there already."""
    alert = Alert(1_700_000_000_000, "DRIFT", "BTC/USDT", "they differ")
    views = [viewer_of("json", None, "USDT", lambda: 0), viewer_of("text", None, "USDT", lambda: 0)]
    for view in views:
        view.alerted(alert)
        view.closed(1_700_000_000_000, 1234.5)
        view.said("hello")
    out, err = capsys.readouterr()
    assert [json.loads(line)["event"] for line in out.splitlines()] == ["alert", "close_decided", "session"]
    assert "! DRIFT BTC/USDT: they differ" in err
    assert "equity 1,234.50 USDT" in err
    assert isinstance(viewer_of("text", "json", "USDT", lambda: 0), Nothing)
    assert isinstance(viewer_of("text", "some.log", "USDT", lambda: 0), Lines)
