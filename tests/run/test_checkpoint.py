"""A saved Book and what came after it are the Book made from the ledger's beginning."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stratrun.engine.exchange.virtual_loop import run_virtual
from stratrun.engine.ledger.events_session import CandlesSeen
from stratrun.engine.ledger.opening import open_reader
from stratrun.engine.run.beside import Beside
from stratrun.engine.run.live import checkpoint
from stratrun.engine.run.live.book import SessionBook
from stratrun.engine.run.live.opening import base_of

from .stage import CROSS, START, LoopClock, M, Stage, World

RISK = CROSS.replace("size: {equity: 50%}", "size: {risk: 1%}") + (
    "risk: {daily_loss: {limit: 0.5%, then: stop_until_next_day}}\n"
    "protections: [{cooldown: 3 candles, after: any_exit}]\n"
)
LADDER = CROSS.replace("target: 1%", "target: [{at: 0.2%, close: 40%}, {at: 0.6%}]")
OTHER = CROSS.replace("BTC/USDT", "ETH/USDT").replace("ema(close, 3)", "ema(close, 5)")
PAPER = pytest.mark.parametrize("paper", [False, True], ids=["live", "paper"])


def told(book: SessionBook) -> str:  # type: ignore[type-arg]
    return json.dumps(book.saved(), sort_keys=True)


@PAPER
@pytest.mark.parametrize("texts", [{"a": RISK}, {"a": LADDER}, {"a": CROSS, "b": OTHER}], ids=["risk", "ladder", "two"])
def test_restored_is_rebuilt(tmp_path: Path, texts: dict[str, str], paper: bool) -> None:
    """From every place of a played ledger: saved there, restored and led to the end, the Book is the same."""
    world = Stage(tmp_path, texts, minutes=150, paper=paper).play()
    session, reader = world.session, open_reader(tmp_path / "ledger.db")
    base = base_of(reader.entries(0, kinds={"session_opened"}), session.sessions)
    entries = list(reader.entries(0))
    whole = session.new_book(base)
    kept: dict[int, str] = {}
    for k, entry in enumerate(entries):
        whole.apply(entry)
        following = entries[k + 1].event if k + 1 < len(entries) else None
        inside = isinstance(following, CandlesSeen) and isinstance(entry.event, CandlesSeen)
        if not (inside and len(texts) > 1) and k % 5 == 0:
            kept[k] = told(whole)
    whole.flush()
    assert len(kept) > 20
    for k, text in kept.items():
        again = session.new_book(base)
        again.restore(json.loads(text))
        for entry in entries[k + 1 :]:
            again.apply(entry)
        again.flush()
        assert told(again) == told(whole), f"cut after entry {entries[k].seq}"


@PAPER
def test_a_start_takes_the_checkpoint(tmp_path: Path, paper: bool) -> None:
    """The next start goes on from the file, and decides as it would without; a damaged or foreign one is left aside."""
    stage = Stage(tmp_path, minutes=240, paper=paper)
    path = Beside(tmp_path / "ledger.db").checkpoint
    found: list[bool] = []

    async def main(clock: LoopClock) -> World:
        world = World(stage, clock)
        for damage in ("", "x", "{}", path.read_text() if path.exists() else "again"):
            await world.open()
            book = told(world.session.book)
            stand = world.session.stand(world.writer.read)
            found.append(checkpoint.read(path, stand, world.writer.read) is not None)
            await world.session._rebuild()
            path.unlink(missing_ok=True)
            await world.session._rebuild()
            assert told(world.session.book) == book
            await world.trade(40)
            await world.end()
            if damage in ("x", "{}"):
                path.write_text(damage)
        return world

    run_virtual(main, START + stage.history * M)
    assert found == [False, True, False, False]


def test_another_chain_does_not_fit(tmp_path: Path) -> None:
    """A file whose entry is not in the ledger, or that is of another release or strategy, gives nothing."""
    world = Stage(tmp_path, minutes=60).play()
    path, reader = Beside(tmp_path / "ledger.db").checkpoint, open_reader(tmp_path / "ledger.db")
    stand = world.session.stand(reader)
    assert checkpoint.read(path, stand, reader)
    world.session.version = "another"
    assert not checkpoint.read(path, world.session.stand(reader), reader)
    head, text = path.read_text().splitlines()
    kept = json.loads(head)
    for change in ({"hash": "0" * 64}, {"seq": 10**9}, {"seq": "x"}, {"strategies": ["0"]}, {"digest": ""}, {"new": 1}):
        path.write_text(f"{json.dumps({**kept, **change})}\n{text}\n")
        assert not checkpoint.read(path, stand, reader), change
