"""What a start would find held back or unknown is told before it: states of trading, contracts that cannot be read."""

from __future__ import annotations

from pathlib import Path

from stratrun.engine.brokers.protocol import Broker
from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.ledger.events_control import StateChanged
from stratrun.engine.ledger.opening import open_reader, open_writer
from stratrun.engine.ledger.values import Mode, Scope, TradingState
from stratrun.engine.run.beside import Beside
from stratrun.engine.run.preflight.check import Verdict
from stratrun.engine.run.preflight.here import Here
from stratrun.engine.run.preflight.look import Look

from .test_preflight import KEYS, PERP, START, LoopClock, deployment, look, one, refused, run_virtual


def test_what_is_held_back_is_warned_of(tmp_path: Path) -> None:
    """Who halted what and why, and how it is taken back; what is active is not told."""
    given = deployment(tmp_path)
    with open_writer(given.ledger, lambda: START) as writer:
        writer.append(
            StateChanged(Scope.ACCOUNT, "main", TradingState.HALTED, "DRAWDOWN", "the limits", "16 % below"),
            StateChanged(Scope.SYMBOL, "BTC/USDT", TradingState.ACTIVE, "OPERATOR", "ann", "calm"),
        )
    found = look(given)
    assert found.ready
    check = one(found, "states")
    assert check.verdict is Verdict.WARN
    assert check.words == "account main is halted: DRAWDOWN, 16 % below (the limits)"
    assert "stratrun resume" in (check.mend or "")


def test_contracts_that_cannot_be_read_refuse(tmp_path: Path) -> None:
    """Neither leverage nor positions are taken for granted."""
    found = look(deployment(tmp_path, PERP, leverage=3.0), faults="positions 1.. before_accept error 503")
    assert refused(found) == ["leverage", "positions"]


def test_a_venue_that_cannot_be_spoken_to_refuses(tmp_path: Path) -> None:
    """What the connection says is told, with its mend."""

    def none() -> Broker:
        raise InputError("ccxt is not installed", help="pip install it")

    async def main(clock: LoopClock) -> None:
        given = deployment(tmp_path)
        local = Here(given, Beside.of(given.ledger), lambda account: KEYS, lambda folder: 2**40)
        found = await Look(local, Mode.LIVE, none, clock, None).look()
        assert refused(found) == ["answers"]
        assert one(found, "answers").words == "ccxt is not installed"

    run_virtual(main, START)


def test_a_ledger_that_cannot_be_understood_refuses(tmp_path: Path) -> None:
    """The checks of the ledger fail; they end nothing."""
    given = deployment(tmp_path)
    with open_writer(given.ledger, lambda: START):
        pass
    reader = open_reader(given.ledger)
    Path(given.ledger).write_bytes(b"no ledger" * 4_000)
    for rest in ("-wal", "-shm"):
        Path(given.ledger + rest).unlink(missing_ok=True)

    async def main(clock: LoopClock) -> None:
        local = Here(given, Beside.of(given.ledger), lambda account: KEYS, lambda folder: 2**40)

        def none() -> Broker:
            raise InputError("not asked", help="no")

        found = await Look(local, Mode.LIVE, none, clock, reader).look()
        assert "ledger" in refused(found)

    run_virtual(main, START)
