"""The log: every line is JSON with its ids, no secret in any, and nothing that happens to it reaches who logs."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import os
import stat
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratrun.engine.brokers.secret import Redactor, Secret
from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.ledger.values import Side
from stratrun.engine.run.logs import Logs, LogSettings, following

KEY = "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zv"
REDACTOR = Redactor([Secret(KEY)])


class Clock:
    def now(self) -> int:
        return 1_800_000_000_123

    async def sleep(self, seconds: float) -> None:
        raise AssertionError


def opened(path: Path | None, **more: Any) -> Logs:
    return Logs(LogSettings(path, **more), REDACTOR.clean, Clock())


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_a_line_says_when_what_and_whose(tmp_path: Path) -> None:
    """Each line is one JSON object: time, level and event first, then what was bound and given."""
    path = tmp_path / "a.log"
    with opened(path) as logs:
        logs.logger(session="s1").info(
            "order sent", quantity=Decimal("0.10"), side=Side.BUY, tags=("a", 1), more={"x": None}
        )
    (text,) = path.read_text().splitlines()
    assert text.startswith('{"time": "2027-01-15T08:00:00.123Z", "level": "info", "event": "order sent"')
    assert json.loads(text) == {
        "time": "2027-01-15T08:00:00.123Z", "level": "info", "event": "order sent", "session": "s1",
        "quantity": "0.10", "side": "buy", "tags": ["a", 1], "more": {"x": None},
    }  # fmt: skip


def test_ids_follow_from_candle_to_fill(tmp_path: Path) -> None:
    """What happens inside bears the ids around it, also in tasks started there, and none of others."""
    path = tmp_path / "a.log"

    async def sent(logs: Logs, name: str) -> None:
        with following(intent=f"i{name}", order=f"o{name}"):
            await asyncio.sleep(0)
            logs.logger().info("sent")
            with following(fill=f"f{name}"):
                logs.logger().info("filled")

    async def session(logs: Logs) -> None:
        with following(session="s1", strategy="dip", symbol="BTC/USDT", candle=7, decision="d1"):
            await asyncio.gather(sent(logs, "1"), sent(logs, "2"))
        logs.logger().info("quiet")

    with opened(path) as logs:
        asyncio.run(session(logs))
    found = lines(path)
    assert {(row["decision"], row["order"], row["intent"]) for row in found[:-1]} == {
        ("d1", "o1", "i1"), ("d1", "o2", "i2"),
    }  # fmt: skip
    assert [row["order"][1:] == row["fill"][1:] for row in found if "fill" in row] == [True, True]
    assert found[-1].keys() == {"time", "level", "event"}


SPOTS = ["event", "text", "list", "nested", "key", "exception", "url", "object", "named", "bytes"]


@pytest.mark.parametrize("spot", SPOTS)
def test_no_secret_is_written(tmp_path: Path, spot: str) -> None:
    """Wherever a key stands - words, values, names, tracebacks, URLs, objects - the line does not have it."""
    path, console = tmp_path / "a.log", io.StringIO()
    with opened(path, console=console) as logs:
        log = logs.logger()
        try:
            raise ValueError(f"GET https://x?apiKey={KEY}&signature=abc")
        except ValueError:
            if spot == "exception":
                log.exception("failed", exc_info=True)
        given: dict[str, Any] = {
            "event": {}, "text": {"words": f"key {KEY}"}, "list": {"a": [KEY]}, "nested": {"a": {"b": {"c": KEY}}},
            "key": {"a": {KEY: 1}}, "exception": {}, "url": {"url": f"https://x/?signature={KEY}"},
            "object": {"a": Secret(KEY)}, "named": {"api_secret": "something else", "a": {"password": "hunter2"}},
            "bytes": {"a": KEY.encode()},
        }[spot]  # fmt: skip
        log.error(f"it was {KEY}" if spot == "event" else "x", **given)
    for text in (path.read_text(), console.getvalue()):
        assert text
        for secret in (KEY, "signature=abc", "something else", "hunter2"):
            assert secret not in text


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text() | st.binary() | st.decimals(allow_nan=False),
                    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=15))  # fmt: skip
def test_anything_can_be_logged(value: Any) -> None:
    """Whatever a value is, the line is one JSON object."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.log"
        with opened(path) as logs:
            logs.logger().info("x", value=value, other=object())
        (row,) = lines(path)
        assert row["event"] == "x"
        assert logs.lost == 0


def test_the_file_is_kept_in_parts(tmp_path: Path) -> None:
    """Beyond its size a file is put aside, and only so many are kept."""
    path = tmp_path / "a.log"
    with opened(path, size=2_000, keep=2) as logs:
        for number in range(200):
            logs.logger().info("tick", number=number)
    assert sorted(part.name for part in tmp_path.iterdir()) == ["a.log", "a.log.1", "a.log.2"]
    assert all(part.stat().st_size <= 2_000 for part in tmp_path.iterdir())
    assert lines(path)[-1]["number"] == 199


@pytest.mark.skipif(os.name != "posix", reason="file modes are of POSIX systems")
def test_the_file_is_its_owners(tmp_path: Path) -> None:
    """Nobody else may read a log, of any part."""
    path = tmp_path / "a.log"
    with opened(path, size=200, keep=1) as logs:
        for _ in range(5):
            logs.logger().info("tick")
    assert {stat.S_IMODE(part.stat().st_mode) for part in tmp_path.iterdir()} == {0o600}


def test_levels_below_are_left_out(tmp_path: Path) -> None:
    """What is less grave than the level is not written."""
    path = tmp_path / "a.log"
    with opened(path, level=logging.WARNING) as logs:
        logs.logger().info("no")
        logs.logger().warning("yes")
    assert [row["event"] for row in lines(path)] == ["yes"]


def test_people_get_words(tmp_path: Path) -> None:
    """On a terminal a line is words, without colours where it is none."""
    console = io.StringIO()
    with opened(None, console=console) as logs, following(symbol="BTC/USDT"):
        logs.logger().warning("stop replaced", price=Decimal(58000))
    text = console.getvalue()
    assert "stop replaced" in text
    assert "symbol=BTC/USDT" in text
    assert "\x1b" not in text


def test_libraries_are_taken_in_and_let_go(tmp_path: Path) -> None:
    """What a library logs is a line like any other, until the log is closed."""
    path = tmp_path / "a.log"
    other = logging.getLogger("stratrun.test.library")
    with opened(path) as logs:
        logs.adopt(other.name)
        other.warning("slow callback %s", KEY)
    other.handlers.clear()
    (row,) = lines(path)
    assert row["event"].startswith("slow callback ***")
    assert row["level"] == "warning"


def test_a_full_disk_costs_lines_and_nothing_else(tmp_path: Path) -> None:
    """Where nothing can be written, who logs does not notice, and the loss is counted."""

    class Full(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(28, "No space left on device")

    with opened(tmp_path / "a.log", console=Full()) as logs:
        for _ in range(3):
            logs.logger().info("tick")
    assert logs.lost == 3
    assert len(lines(tmp_path / "a.log")) == 3


def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    """At the start, with the file's name."""
    with pytest.raises(InputError, match=r"the log cannot be written"):
        opened(tmp_path / "nowhere" / "a.log")


def test_logging_leaves_the_writing_to_another(tmp_path: Path) -> None:
    """A sink that hangs does not hold up who logs; what does not fit is counted."""
    import threading

    gate = threading.Event()

    class Slow(io.StringIO):
        def write(self, text: str) -> int:
            gate.wait(20)
            return len(text)

    logs = opened(None, console=Slow())
    log = logs.logger()
    for _ in range(30_000):
        log.info("tick")
    assert logs.lost >= 9_000
    gate.set()
    logs.close()
