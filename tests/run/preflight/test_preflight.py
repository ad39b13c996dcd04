"""Each check before a start fails where it should, tells what to do, and keeps nothing from the others."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from stratrun.engine.brokers.clock import LoopClock
from stratrun.engine.brokers.keys import Keys
from stratrun.engine.brokers.secret import Secret
from stratrun.engine.brokers.words import Ticket
from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.exchange.direct import DirectBroker
from stratrun.engine.exchange.exchange import Exchange
from stratrun.engine.exchange.faults import Faults, parse
from stratrun.engine.exchange.market_data import Print
from stratrun.engine.exchange.spec import Spec
from stratrun.engine.exchange.virtual_loop import run_virtual
from stratrun.engine.language.deployment import Capital, Deployed, Deployment, Endpoint, Margin, Notify
from stratrun.engine.language.document import loads
from stratrun.engine.language.strategy import Market, Risk, Size, SizeMethod
from stratrun.engine.ledger.events_control import Noted
from stratrun.engine.ledger.events_session import SessionOpened
from stratrun.engine.ledger.opening import open_reader, open_writer
from stratrun.engine.ledger.values import Mode, OrderType, Side
from stratrun.engine.market.venue import Kind
from stratrun.engine.run.beside import Beside
from stratrun.engine.run.halt_marker import HaltMarker
from stratrun.engine.run.preflight.books import WHO
from stratrun.engine.run.preflight.check import Check, Preflight, Verdict
from stratrun.engine.run.preflight.here import FULL, Here
from stratrun.engine.run.preflight.look import Look

START = 1_700_000_040_000
D = Decimal
TEXT = """
stratrun: 2
name: Up
symbols: [BTC/USDT]
timeframe: 1m
long: {enter: close > 0, exit: {stop: 3%}}
size: {equity: 50%}
risk: {max_open: 2}
"""
PERP = TEXT.replace("BTC/USDT", "BTC/USDT:USDT").replace("timeframe", "market: perp\ntimeframe")
KEYS = Keys("main", Secret("the-key-12345"), Secret("the-secret-12345"), None, "a test")
Prepare = Callable[[Exchange], Any]


def deployment(folder: Path, text: str = TEXT, **changes: Any) -> Deployment:
    deployed = (Deployed("up", 1.0, loads(text), 60_000),)
    market = Market.PERP if text is PERP else Market.SPOT
    made = Deployment("d.yaml", "Desk", "binance", "main", market, "USDT", str(folder / "l.db"), deployed)
    return replace(made, **{"notify": Notify(log=str(folder / "alerts")), **changes})


def look(
    given: Deployment, prepare: Prepare = lambda exchange: None, faults: str = "", skew: int = 0, **here: Any
) -> Preflight:
    """All checks of a deployment at an exchange with 10,000 USDT, prepared first."""

    async def main(clock: LoopClock) -> Preflight:
        exchange = Exchange(clock, skew)
        for symbol in ("BTC/USDT", "BTC/USDT:USDT"):
            exchange.list(Spec(symbol), [Print(START - 600_000, D(100)), Print(START - 1, D(100))])
        exchange.open_account("me", {"USDT": D(10_000)})
        kind = Kind.PERP if given.market is Market.PERP else Kind.SPOT
        broker = DirectBroker(exchange, "me", kind, Faults(parse(faults)))
        pending = prepare(exchange)
        if pending is not None:
            await pending
        reader = open_reader(given.ledger) if Path(given.ledger).exists() else None
        settings = {"find": lambda account: KEYS, "free": lambda folder: 10 * FULL * 100} | here
        local = Here(given, Beside.of(given.ledger), **settings)
        return await Look(local, Mode.LIVE, lambda: broker, clock, reader).look()

    return run_virtual(main, START)


def one(found: Preflight, name: str) -> Check:
    (check,) = [check for check in found.checks if check.name == name]
    return check


def refused(found: Preflight) -> list[str]:
    assert all(check.mend for check in found.failed)
    return [check.name for check in found.failed]


def test_all_is_well(tmp_path: Path) -> None:
    """A sound deployment is ready, with not one warning."""
    found = look(deployment(tmp_path))
    assert found.ready
    assert {check.verdict for check in found.checks} == {Verdict.OK}, found.checks


def test_contracts_are_well(tmp_path: Path) -> None:
    """Leverage that is not set yet is no reason against a start: the start sets it."""
    found = look(deployment(tmp_path, PERP, leverage=3.0))
    assert found.ready, found.failed
    assert one(found, "leverage").verdict in (Verdict.OK, Verdict.WARN)
    assert one(found, "positions").verdict is Verdict.OK


def test_a_leverage_has_to_be_named_where_orders_say_it(tmp_path: Path) -> None:
    """Where the venue would take 1 for granted, a start without a leverage is refused; elsewhere it is not."""
    failed = [check for check in look(deployment(tmp_path, PERP, venue="kucoin")).failed if check.name == "orders"]
    assert failed
    assert "`leverage: 1`" in failed[0].mend
    for given in ({"venue": "kucoin", "leverage": 2.0}, {"venue": "okx"}):
        assert "orders" not in refused(look(deployment(tmp_path, PERP, **given)))


def missing(account: str) -> Keys:
    raise InputError("there are no keys", help="set them")


def broken(folder: Path) -> int:
    raise OSError(5, "Input/output error")


@pytest.mark.parametrize(
    ("here", "name"),
    [({"find": missing}, "keys"), ({"free": lambda folder: FULL - 1}, "disk"), ({"free": broken}, "disk")],
)
def test_what_fails_here(tmp_path: Path, here: dict[str, Any], name: str) -> None:
    """No keys, a full disk, a disk that cannot be asked."""
    assert refused(look(deployment(tmp_path), **here)) == [name]


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"endpoint": Endpoint("http://example.com")}, "venue"),
        ({"venue": "gate"}, "orders of up"),
        ({"notify": Notify(log="no/such/folder/alerts")}, "alerts"),
        ({"notify": Notify(http="STRATRUN_TEST_NO_SUCH_ADDRESS")}, "alerts"),
        ({"capital": Capital(amount=D(3))}, "size of up"),
        ({"currency": "EUR"}, "money"),
    ],
)
def test_what_the_deployment_gets_wrong(tmp_path: Path, changes: dict[str, Any], name: str) -> None:
    """Each mistake fails its own check, and all others are still made."""
    found = look(deployment(tmp_path, **changes))
    assert refused(found) == [name]


@pytest.mark.parametrize(
    ("faults", "name"),
    [
        ("instruments 1.. before_accept cut", "answers"),
        ("balances 1.. before_accept error 503", "money"),
        ("permissions 1.. before_accept error 503", "permissions"),
        ("open_orders 1.. before_accept cut", "open orders"),
        ("candles 1.. before_accept cut", "candles"),
    ],
)
def test_what_the_venue_does_not_answer(tmp_path: Path, faults: str, name: str) -> None:
    """A question without an answer is a failure, never an assumption."""
    found = look(deployment(tmp_path), faults=faults)
    assert refused(found) == [name]


def revoke(exchange: Exchange) -> None:
    exchange.accounts["me"].revoked = True


def forbid(exchange: Exchange) -> None:
    exchange.accounts["me"].may_trade = False


def permit(exchange: Exchange) -> None:
    exchange.accounts["me"].may_withdraw = True


@pytest.mark.parametrize(
    ("prepare", "verdict", "words"),
    [
        (revoke, Verdict.FAIL, "not known"),
        (forbid, Verdict.FAIL, "may not trade"),
        (permit, Verdict.WARN, "may withdraw"),
    ],
)
def test_what_the_keys_allow(tmp_path: Path, prepare: Prepare, verdict: Verdict, words: str) -> None:
    """Keys that may not trade are refused; keys that may withdraw are warned of."""
    check = one(look(deployment(tmp_path), prepare), "permissions")
    assert (check.verdict, bool(check.mend)) == (verdict, True)
    assert words in check.words


@pytest.mark.parametrize(
    ("skew", "verdict"),
    [(0, Verdict.OK), (999, Verdict.OK), (-5_000, Verdict.WARN), (60_000, Verdict.FAIL), (-3_600_000, Verdict.FAIL)],
)
def test_clocks_that_differ(tmp_path: Path, skew: int, verdict: Verdict) -> None:
    """Seconds are warned of, minutes refused."""
    assert one(look(deployment(tmp_path), skew=skew), "clock").verdict is verdict


def test_unknown_symbols_are_all_named(tmp_path: Path) -> None:
    """A symbol that the venue does not list fails, and the rest goes on."""
    found = look(deployment(tmp_path, TEXT.replace("BTC/USDT", "NO/USDT")))
    assert "instruments" in refused(found)
    assert "NO/USDT" in one(found, "instruments").words
    assert one(found, "permissions").verdict is Verdict.OK


def test_maintenance(tmp_path: Path) -> None:
    """A venue that says it is not at work is not traded at."""

    def stop(exchange: Exchange) -> None:
        exchange.maintenance = True

    assert "answers" in refused(look(deployment(tmp_path), stop))


def test_orders_of_others_are_told(tmp_path: Path) -> None:
    """Somebody else's order on a symbol is warned of, and named."""

    async def order(exchange: Exchange) -> None:
        broker = DirectBroker(exchange, "me")
        await broker.open(["BTC/USDT"])
        ticket = Ticket("web1", "BTC/USDT", Side.BUY, OrderType.LIMIT, D(1), D(50))
        await broker.submit(broker.wire(ticket))

    check = one(look(deployment(tmp_path), order), "open orders")
    assert check.verdict is Verdict.WARN
    assert "buy 1 BTC/USDT" in check.words


def test_a_position_of_others_refuses(tmp_path: Path) -> None:
    """A contract that the ledger knows nothing of would be closed and counted as ours."""

    async def hold(exchange: Exchange) -> None:
        broker = DirectBroker(exchange, "me", Kind.PERP)
        await broker.open(["BTC/USDT:USDT"])
        await broker.set_leverage("BTC/USDT:USDT", D(3), True)
        await broker.submit(broker.wire(Ticket("web1", "BTC/USDT:USDT", Side.BUY, OrderType.MARKET, D(1))))

    found = look(deployment(tmp_path, PERP, leverage=3.0), hold)
    assert refused(found) == ["positions"]
    other = look(deployment(tmp_path, PERP, leverage=5.0, margin=Margin.CROSS), hold)
    assert refused(other) == ["leverage", "positions"]


def test_a_halt_is_told(tmp_path: Path) -> None:
    """The start is not refused: what is open may need its exits."""
    given = deployment(tmp_path)
    HaltMarker(Path(given.ledger + ".halt")).write("ann", "odd fills")
    found = look(given)
    assert found.ready
    assert "odd fills" in one(found, "halt").words


@pytest.mark.skipif(os.name != "posix", reason="a file's mode says nothing on Windows")
@pytest.mark.parametrize(
    ("rights", "words"),
    [
        ({"": 0o644}, "every user of this machine may read "),
        ({"": 0o640}, "every user of its group may read "),
        ({"": 0o660}, "every user of its group may read and change "),
        ({"": 0o602, "-wal": 0o644}, "every user of this machine may read and change "),
        ({"-shm": 0o640}, "every user of its group may read "),
    ],
)
def test_a_ledger_that_others_may_open_is_told(tmp_path: Path, rights: dict[str, int], words: str) -> None:
    """It is a warning with the files that are meant, and a group may be meant to: nothing is changed."""
    given = deployment(tmp_path)
    with open_writer(given.ledger, lambda: START):
        assert "rights" not in [check.name for check in look(given).checks]
        files = {Path(given.ledger + part): mode for part, mode in rights.items()}
        for path, mode in files.items():
            path.chmod(mode)
        found = look(given)
        assert found.ready
        told = one(found, "rights")
        assert told.verdict is Verdict.WARN
        assert told.words.startswith(f"{words}{given.ledger}, ")
        assert f"`chmod 600 {' '.join(map(str, files))}`" in told.mend
        assert {path: path.stat().st_mode & 0o777 for path in files} == files


def test_a_ledger_on_a_server_has_no_rights_here(tmp_path: Path) -> None:
    """Nothing is said of a file where there is none."""
    here = Here(deployment(tmp_path, ledger="postgresql://desk@db/desk"), None, find=lambda account: KEYS)
    assert "rights" not in [check.name for check in here.checks()]


def test_no_limits_and_no_alerts_are_told(tmp_path: Path) -> None:
    """Both are warnings."""
    given = replace(deployment(tmp_path, TEXT.replace("risk: {max_open: 2}", "")), notify=Notify())
    found = look(given)
    assert found.ready
    assert {c.name for c in found.checks if c.verdict is Verdict.WARN} == {"limits of up", "alerts"}


def test_a_ledger_of_another_use_refuses(tmp_path: Path) -> None:
    """Of another mode of the same account, or of orders that went elsewhere."""
    given = deployment(tmp_path)
    with open_writer(given.ledger, lambda: START) as writer:
        writer.append(Noted(WHO, "orders go to binance, test network"))
    assert refused(look(given)) == ["ledger"]
    other = replace(given, ledger=str(tmp_path / "other.db"))
    with open_writer(other.ledger, lambda: START) as writer:
        writer.append(SessionOpened("s", Mode.REHEARSAL, "main", "up", "h", "d", ("BTC/USDT",), "1m", 0, "v"))
    assert refused(look(other)) == ["ledger"]
    mine = replace(given, ledger=str(tmp_path / "mine.db"))
    with open_writer(mine.ledger, lambda: START) as writer:
        writer.append(SessionOpened("s", Mode.PAPER, "main (paper)", "up", "h", "d", ("BTC/USDT",), "1m", 0, "v"))
    assert look(mine).ready


def test_a_restart_is_not_refused_for_money_in_positions(tmp_path: Path) -> None:
    """Sessions that are gone on with have the capital they began with, wherever it is now."""

    def spend(exchange: Exchange) -> None:
        exchange.outside.withdraw("me", "USDT", D(10_000))

    given = deployment(tmp_path)
    assert refused(look(given, spend)) == ["money"]
    with open_writer(given.ledger, lambda: START) as writer:
        settings = (("capital", "5000.0"),)
        writer.append(
            SessionOpened("s", Mode.LIVE, "main", "up", "h", "d", ("BTC/USDT",), "1m", 0, "v", settings)
        )  # fmt: skip
    found = look(given, spend)
    assert found.ready
    assert "5,000.00 for the strategies" in one(found, "money").words


@pytest.mark.parametrize(
    ("size", "risk", "verdict"),
    [
        (Size(SizeMethod.COST, 4.0), Risk(), Verdict.FAIL),
        (Size(SizeMethod.COST, 6.0), Risk(), Verdict.WARN),
        (Size(SizeMethod.COST, 50.0), Risk(), Verdict.OK),
        (Size(SizeMethod.EQUITY, 0.5), Risk(max_cost=4.0), Verdict.FAIL),
        (Size(SizeMethod.RISK, 0.01), Risk(max_position=0.0001), Verdict.FAIL),
        (Size(SizeMethod.RISK, 0.01, max=0.0001), Risk(), Verdict.FAIL),
    ],
)
def test_sizes_below_the_minimum(tmp_path: Path, size: Size, risk: Risk, verdict: Verdict) -> None:
    """What can never reach the venue's minimum cost (5 here) is refused, what may not is warned of."""
    strategy = replace(loads(TEXT), size=size, risk=risk)
    given = replace(deployment(tmp_path), strategies=(Deployed("up", 1.0, strategy, 60_000),))
    assert one(look(given), "size of up").verdict is verdict


def test_no_secret_is_shown(tmp_path: Path) -> None:
    """Not in words, not in data."""
    found = look(deployment(tmp_path))
    assert "12345" not in repr(found) + str(found.as_data())
