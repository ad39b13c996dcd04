"""Leverage is set and proven before anything is sent, or the start is refused."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from stratrun.engine.brokers.clock import LoopClock
from stratrun.engine.brokers.outcome import RejectedError
from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.exchange.direct import DirectBroker
from stratrun.engine.exchange.exchange import Exchange
from stratrun.engine.exchange.market_data import Print
from stratrun.engine.exchange.spec import Spec
from stratrun.engine.exchange.virtual_loop import run_virtual
from stratrun.engine.language.deployment import Deployed, Deployment, Margin
from stratrun.engine.language.document import loads
from stratrun.engine.language.strategy import Market
from stratrun.engine.market.venue import Kind
from stratrun.engine.run.live.leverage import set_leverage

START = 1_700_000_000_000
SYMBOL = "BTC/USDT:USDT"
TEXT = f"""
stratrun: 2
name: Up
symbols: [{SYMBOL}]
market: perp
timeframe: 1m
long: {{enter: close > 0, exit: {{stop: 3%}}}}
size: {{equity: 50%}}
"""


class Stubborn(DirectBroker):
    """Refuses to change what it has."""

    async def set_leverage(self, symbol: str, leverage: Decimal, isolated: bool) -> None:
        raise RejectedError("LEVERAGE", "not now")


def started(folder: Path, leverage: float, stubborn: bool = False, before: Decimal | None = None) -> tuple[object, ...]:
    """The leverage and mode at the venue after a start."""
    deployed = (Deployed("up", 1.0, loads(TEXT), 60_000),)
    given = Deployment("d.yaml", "D", "binance", "main", Market.PERP, "USDT", str(folder / "l.db"), deployed)
    given = replace(given, leverage=leverage, margin=Margin.ISOLATED)

    async def main(clock: LoopClock) -> tuple[object, ...]:
        exchange = Exchange(clock)
        exchange.list(Spec(SYMBOL), [Print(START - 1, Decimal(100))])
        account = exchange.open_account("me", {"USDT": Decimal(1_000)})
        broker = (Stubborn if stubborn else DirectBroker)(exchange, "me", Kind.PERP)
        await broker.open([SYMBOL])
        if before is not None:
            exchange.set_leverage(account, SYMBOL, before, True)
        await set_leverage(broker, given)
        (row,) = await broker.positions([SYMBOL])
        return row.leverage, row.isolated

    return run_virtual(main, START)


def test_it_is_set(tmp_path: Path) -> None:
    """What the deployment says is what the venue has."""
    assert started(tmp_path, 7.0) == (Decimal(7), True)


def test_a_refusal_is_told(tmp_path: Path) -> None:
    """The venue refuses and has another: no start."""
    with pytest.raises(InputError, match="7x isolated margin could not be set: BTC/USDT:USDT"):
        started(tmp_path, 7.0, stubborn=True, before=Decimal(3))


def test_what_is_right_already_may_be_refused(tmp_path: Path) -> None:
    """A venue that will not be told again what it has is content."""
    assert started(tmp_path, 7.0, stubborn=True, before=Decimal(7)) == (Decimal(7), True)
