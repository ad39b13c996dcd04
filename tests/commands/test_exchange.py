"""`stratrun exchange`: ccxt's own class trades at it, what it prints is enough, and mistakes are one message."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from decimal import Decimal
from itertools import islice, pairwise
from typing import Any

import pytest
from click.testing import CliRunner

from stratrun.engine.brokers.budget import Budget
from stratrun.engine.brokers.ccxt_broker import CcxtBroker
from stratrun.engine.brokers.connect import connect
from stratrun.engine.brokers.keys import from_environment
from stratrun.engine.brokers.local_session import Endpoint
from stratrun.engine.brokers.words import Ticket
from stratrun.engine.commands.group import LazyGroup
from stratrun.engine.exchange.clocks import HandClock
from stratrun.engine.ledger.values import OrderType, Side
from stratrun.engine.market.sample import sample_candles
from stratrun.engine.market.timeframe import Timeframe
from stratrun.engine.market.venue import Kind
from stratrun.engine.run.rehearsal.stand import Stand, keys_for, prices, shifted

NOW = 1_704_067_230_000


def stand(**changes: Any) -> Stand:
    given = {"prices": {"BTC/USDT": Decimal(60_000)}, "balances": {"USDT": Decimal(1_000)}}
    return Stand(**{**given, "keys": keys_for("trial", "okx"), **changes})


def ticket(side: Side, client_id: str) -> Ticket:
    return Ticket(client_id=client_id, symbol="BTC/USDT", side=side, type=OrderType.MARKET, quantity=Decimal("0.01"),
                  price=None)  # fmt: skip


async def round_trip(endpoint: str) -> None:
    keys = from_environment("trial")
    assert keys is not None
    budget = Budget(1e5, 1e5)
    broker = CcxtBroker(connect("binance", Kind.SPOT, keys, endpoint=Endpoint.parse(endpoint), budget=budget))
    try:
        await broker.open(["BTC/USDT"])
        for side in (Side.BUY, Side.SELL):
            await broker.submit(broker.wire(ticket(side, f"trial-{side}")))
    finally:
        await broker.close()


def test_a_round_trip_through_ccxt(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the command prints is all that ccxt's class needs to trade, and the truth at its end has every fill."""
    command = [sys.executable, "-m", "stratrun", "exchange", "binance", "--symbols", "BTC/USDT=60000", "--port", "0"]
    command += ["--account", "trial", "--format", "json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(os.environ))
    try:
        assert process.stdout is not None
        serving = json.loads(process.stdout.readline())
        for name, value in serving["environment"].items():
            monkeypatch.setenv(name, value)
        asyncio.run(asyncio.wait_for(round_trip(serving["endpoint"]), 60))
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=60)
    finally:
        process.kill()
    lines = [json.loads(line) for line in rest.splitlines()]
    truth = lines[-1]
    assert process.returncode == 0
    assert truth["event"] == "ended"
    assert [fill["side"] for fill in truth["fills"]] == ["buy", "sell"]
    assert [line["fill"] for line in lines if line["event"] == "fill"] == [fill["fill"] for fill in truth["fills"]]
    fees = sum(Decimal(fill["fee"]) for fill in truth["fills"])
    assert fees > 0
    assert Decimal(truth["balances"]["BTC"]["total"]) == 0


def test_there_is_a_past() -> None:
    """Candles of every kept timeframe reach back without a hole, and end at the price that was asked for."""
    market = stand().exchange(HandClock(NOW)).markets["BTC/USDT"]
    assert market.last == 60_000
    for name, least in {"1m": 1_000, "1h": 2_500, "4h": 500, "1d": 100}.items():
        book = market.candles(Timeframe.parse(name))
        assert len(book.closed) >= least
        assert all(after.time - before.time == book.timeframe.ms for before, after in pairwise(book.closed))


def test_equal_seeds_give_equal_prices() -> None:
    """The walk, its past and what comes, is a matter of the seed alone."""
    first, again, other = (list(islice(prices(seed, NOW, Decimal(100), Decimal("0.01")), 20_000)) for seed in (1, 1, 2))
    assert first == again
    assert first != other
    assert all(one.time < after.time for one, after in pairwise(first))
    assert max(one.time for one in first) > NOW


def test_candles_are_played() -> None:
    """The first half of a tape is the past, its middle opens now, and a speed makes its candles shorter."""
    candles = sample_candles("BTC/USDT", Timeframe.parse("1h"), 0, 100)
    played = shifted(candles, NOW, 60)
    assert played.timeframe.name == "1m"
    assert played.time[len(played) // 2] == Timeframe.parse("1m").floor(NOW)
    clock = HandClock(NOW)
    exchange = stand(tapes={"BTC/USDT": candles}, speed=60).exchange(clock)
    clock.time += 10 * 60_000
    exchange.advance()
    closed = {row.time: row.close for row in exchange.markets["BTC/USDT"].books["1m"].closed}
    expected = dict(zip(played.time.tolist(), played.close.tolist(), strict=True))
    assert len(closed) > len(candles) // 2
    assert all(expected[at] == close for at, close in closed.items() if at in expected)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["kraken"], "kraken"),
        (["binance", "--symbols", "BTCUSDT"], "BTCUSDT"),
        (["binance", "--symbols", "BTC/USDT,BTC/USDT"], "twice"),
        (["binance", "--symbols", "BTC/USDT:USDT"], "not a spot market"),
        (["binance", "--symbols", "BTC/USDT=1e10"], "price"),
        (["binance", "--symbols", "BTC/USDT=nan"], "no amount"),
        (["binance", "--balance", "USDT"], "no amount"),
        (["binance", "--balance", "USDT=-1"], "no amount"),
        (["binance", "--faults", "nothing"], "no such file"),
        (["binance", "--faults", "at 5m crash"], "stratrun rehearse"),
        (["binance", "--account", "My Keys"], "name of an account"),
        (["binance", "--candles", "/nowhere.csv"], "nowhere.csv"),
        (["binance", "--candles", "x.csv", "--timeframe", "soon"], "timeframe"),
    ],
)
def test_mistakes_are_one_message(arguments: list[str], words: str) -> None:
    """Whatever is wrong is told before anything is served, with exit code 2."""
    result = CliRunner().invoke(LazyGroup(), ["exchange", *arguments])
    assert result.exit_code == 2, result.output
    assert words in result.output
    assert "Traceback" not in result.output


def test_a_port_in_use_is_told() -> None:
    """A port that is taken is one message and exit code 2."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        result = CliRunner().invoke(LazyGroup(), ["exchange", "binance", "--port", port])
    assert result.exit_code == 2
    assert f"port {port}" in result.output
