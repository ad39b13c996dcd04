"""The proof: it must fail where a migrated file is not what the old one was."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from stratrun.engine.diagnostics.diagnostic import DocumentError, InputError
from stratrun.engine.migrating.look import Move, look
from stratrun.engine.migrating.prove import prove

from .case import HERE


@pytest.fixture
def move(tmp_path: Path) -> Move:
    shutil.copy(HERE / "documents" / "ema_crossover.json", tmp_path)
    found = look(tmp_path / "ema_crossover.json").move
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("written", "wrong", "words"),
    [
        ("ema(close, 12)", "ema(close, 13)", "`definitions` differs|`long` differs"),
        ("rsi < 70", "rsi <= 70", "`long` differs"),
        ("within 3 candles", "within 4 candles", "`long` differs"),
        ("trail: {by: 2%}", "trail: {by: 3%}", "`long` differs"),
        ("equity: 10%", "equity: 11%", "`size` differs"),
        ("max_open: 3", "max_open: 4", "`risk` differs"),
        ("losses: 4", "losses: 5", "`protections` differs"),
        ("[BTC/USD]", "[ETH/USD]", "`symbols` differs"),
        ("timeframe: 5m", "timeframe: 15m", "differs"),
    ],
)
def test_a_wrong_word_is_found(move: Move, written: str, wrong: str, words: str) -> None:
    """One wrong word in the new file is refused, with what differs."""
    text = move.new.decode()
    assert written in text
    with pytest.raises(InputError, match=words) as raised:
        prove(replace(move, new=text.replace(written, wrong).encode()))
    assert raised.value.code == "SR808"


def test_the_differing_node_is_named(move: Move) -> None:
    """Where only the graph tells, the message names both nodes."""
    from stratrun.engine.language.document import loads
    from stratrun.engine.migrating.prove import _difference
    from stratrun.engine.trading.wiring import wire

    text = 'stratrun: 2\nname: a\nsymbols: [BTC/USDT]\ntimeframe: 1h\nlong: {enter: "close > ema(close, 20)"}\n'
    text += "size: {equity: 10%}\n"
    one, other = (wire(loads(t)).plan for t in (text, text.replace("20", "21")))
    assert _difference(one, other) == "the node `ema(close, 20)` has become `ema(close, 21)`"


def test_a_new_file_that_cannot_be_read_is_refused(move: Move) -> None:
    """Broken bytes are told as the mistakes they are."""
    with pytest.raises(DocumentError):
        prove(replace(move, new=b"stratrun: 2\nname: ["))
