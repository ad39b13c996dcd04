"""On a terminal of 80 columns no line of a view is longer; what is not read on a terminal has whole lines."""

from __future__ import annotations

import os
import random
import re
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from stratrun.engine.commands.data_text import table_lines

pytest.importorskip("termios", reason="the system has no pseudo-terminals")

COLUMNS = 80
_COLOUR = re.compile("\x1b\\[[0-9;]*m")
STRATEGY = """stratrun: 2
name: Long words
description: A strategy whose description is long enough that it has to go on in a second line of a narrow terminal.
symbols: [BTC/USDT:USDT]
market: perp
timeframe: 1h
long:
  enter: {rule}
  exit: {{stop: 3%, target: 2R}}
size: {{risk: 1%}}
"""
DEPLOYMENT = """stratrun: 2
kind: deployment
name: Desk
venue: binance
market: perp
account: nobody_has_keys_for_it
ledger: ./desk.db
endpoint: http://127.0.0.1:9
leverage: 1
strategies: [{strategy: ./old.yaml, name: a_name_that_takes_its_room}]
limits: {max_open: 3, daily_loss: {limit: 3%, then: stop_until_next_day}, drawdown: {limit: 15%, then: halt}}
"""
TEST = """stratrun: 2
kind: test
strategy: ./old.yaml
tests:
  - {name: buys, candles: {close: 100+1x60 160-3x13 121.123456789+4x20}, expect: [{trades: 1}]}
"""
VIEWS = {
    "why-not": "why-not old.yaml --candles BTCUSDT-1h.csv",
    "explain a strategy": "explain old.yaml",
    "explain a deployment": "explain desk.yaml",
    "explain a diagnostic": "explain SR208",
    "explain a decision": "explain DRAWDOWN",
    "new": "new --list",
    "graph": "graph old.yaml",
    "diff": "diff old.yaml new.yaml --candles BTCUSDT-1h.csv",
    "preflight": "preflight desk.yaml",
    "luck": "luck returns.csv",
    "data": "data list --store store",
    "indicators": "indicators",
    "a test that fails": "test old.test.yaml",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two versions of a strategy, a deployment, candles, a table of returns and a store."""
    place, chance = tmp_path_factory.mktemp("views"), random.Random(1)
    rule = "close > ema(close, 20) and rsi(close, 14) crosses above 40 and volume > 0.5 * sma(volume, 20)"
    (place / "old.yaml").write_text(STRATEGY.format(rule=rule))
    (place / "new.yaml").write_text(STRATEGY.format(rule=f"{rule} and close > lowest(low, 20) * 1.01"))
    (place / "desk.yaml").write_text(DEPLOYMENT)
    (place / "old.test.yaml").write_text(TEST)
    rows, price = ["time,open,high,low,close,volume"], 100.0
    for k in range(400):
        before, price = price, price * (1 + chance.gauss(0, 0.01))
        high, low = max(before, price), min(before, price)
        rows.append(f"{1_704_067_200_000 + k * 3_600_000},{before},{high},{low},{price},{chance.random()}")
    (place / "BTCUSDT-1h.csv").write_text("\n".join(rows))
    table = [",".join(f"{chance.gauss(0.0005, 0.01):.6f}" for _ in range(3)) for _ in range(60)]
    (place / "returns.csv").write_text("\n".join(["a,b,c", *table]))
    words = "data import BTCUSDT-1h.csv --venue binanceusdm --symbol BTC/USDT:USDT --store store"
    subprocess.run([sys.executable, "-m", "stratrun", *words.split()], cwd=place, check=True, capture_output=True)
    return place


@pytest.mark.parametrize("view", VIEWS)
def test_it_fits(folder: Path, view: str) -> None:
    """No line is longer than the terminal is wide, but for a word that is."""
    told = on_a_terminal(folder, VIEWS[view])
    assert not told[0].startswith("error"), told
    assert [line for line in told if len(line) > COLUMNS and len(line.split()) > 1] == []
    assert max(map(len, told)) > COLUMNS // 2


def test_a_narrow_table_lacks_columns_and_no_letters() -> None:
    """What is needed least goes first; what is wrong with a series is told all the same."""
    row = dict.fromkeys(("timeframe", "from", "to", "rows", "gaps", "size", "source"), "?")
    row |= {"from": "2024-01-01T00:00Z", "venue": "binanceusdm", "symbol": "BTC/USDT:USDT"}
    row |= {"source": "damaged: look", "trouble": "damaged: look"}
    wide, narrow = (list(table_lines([row], width)) for width in (None, 70))
    assert wide[0].split() == ["venue", "symbol", "timeframe", "from", "to", "rows", "gaps", "size", "source"]
    assert narrow[0].split() == ["venue", "symbol", "timeframe", "from", "to", "rows", "gaps"]
    assert "2024-01-01  ?" in narrow[1]
    assert (len(wide), narrow[2:]) == (2, ["  damaged: look"])


def on_a_terminal(folder: Path, words: str) -> list[str]:
    """The lines that a command prints on a real terminal of 80 columns."""
    import fcntl
    import pty
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, COLUMNS, 0, 0))
    environment = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "FORCE_COLOR")}
    ran = subprocess.Popen(
        [sys.executable, "-m", "stratrun", *words.split()], cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs,
        env=environment | {"NO_COLOR": "1", "TERM": "dumb"},
    )  # fmt: skip
    os.close(theirs)
    found = b""
    with os.fdopen(ours, "rb", buffering=0) as stream:
        while piece := _read(stream.fileno()):
            found += piece
    ran.wait()
    return _COLOUR.sub("", found.decode()).replace("\r\n", "\n").rstrip("\n").split("\n")


def _read(handle: int) -> bytes:
    try:
        return os.read(handle, 65_536)
    except OSError:  # as Linux tells that the other side is closed
        return b""
