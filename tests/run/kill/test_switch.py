"""The kill switch against a scripted venue: what it cancels, closes and tells, whatever fails around it."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from stratrun.cli import main
from stratrun.engine.brokers.outcome import NotFoundError, NotSentError, ReadError, RejectedError, UnclearError
from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.ledger.events_account import PrefixMade
from stratrun.engine.ledger.events_orders import OrderAccepted, OrderSubmitted
from stratrun.engine.ledger.events_session import IntentPlanned, SessionOpened
from stratrun.engine.ledger.opening import open_writer
from stratrun.engine.ledger.values import Mode, OrderType, Role, Side
from stratrun.engine.market.venue import Kind
from stratrun.engine.run import connect
from stratrun.engine.run.halt_marker import HaltMarker
from stratrun.engine.run.kill import known as reading
from stratrun.engine.run.kill.report import Did, KillReport
from stratrun.engine.run.kill.switch import Kill, KillSwitch

from .scripted import D, ScriptedBroker, SilentBroker, order

OURS, THEIRS = "sabcde000000000001", "web_1234"
SYMBOL, PERP = "BTC/USDT", "BTC/USDT:USDT"


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """A ledger that knows our prefix, one open order of each role, and a position of 0.4 BTC."""
    path = tmp_path / "ledger.db"
    with open_writer(path, lambda: 1_800_000_000_000) as writer:
        writer.append(PrefixMade("main", "sabcde"))
        writer.append(SessionOpened("s1", Mode.LIVE, "main", "dip", "h", "desk", (SYMBOL,), "1h", 0, "1"))
        for name, role, side in ((OURS, Role.ENTRY, Side.BUY), ("sabcde000000000002", Role.STOP, Side.SELL)):
            kind = OrderType.LIMIT if role is Role.ENTRY else OrderType.STOP
            prices = {"price": D(1)} if role is Role.ENTRY else {"trigger": D(1)}
            writer.append(
                IntentPlanned(f"i{name}", "s1", "main", "dip", SYMBOL, role, side, D(1), "rule"),
                OrderSubmitted(name, f"i{name}", 0, kind, D(1), (), 1, **prices),
                OrderAccepted(name, f"v{name}"),
            )
    return path


def position(ledger: Path, quantity: str, strategy: str = "dip") -> None:
    from stratrun.engine.ledger.events_account import PositionAdjusted

    with open_writer(ledger, lambda: 1_800_000_000_000) as writer:
        writer.append(PositionAdjusted("main", SYMBOL, strategy, D(quantity), D(50_000), "taken over"))


@pytest.fixture
def kill(ledger: Path) -> Kill:
    return Kill("main", str(ledger), "ann", "test", (SYMBOL,), patience=0.2)


def pulled(kill: Kill, broker: ScriptedBroker) -> KillReport:
    marker = HaltMarker(Path(kill.ledger + ".halt"))
    return asyncio.run(KillSwitch(kill, marker, lambda: broker).run())


def entries() -> tuple[Any, ...]:
    """One of each kind: our entry, our stop, and somebody else's order."""
    return (
        order("v1", OURS), order("v2", "sabcde000000000002", Side.SELL, trigger=D(40_000)), order("v3", THEIRS),
    )  # fmt: skip


def test_entries_are_canceled_and_exits_stay(kill: Kill) -> None:
    """Our entry goes, our stop and other people's orders stay, and the marker is there."""
    broker = ScriptedBroker.of(*entries())
    report = pulled(kill, broker)
    assert set(broker.book) == {"v2", "v3"}
    assert report.complete
    assert broker.closed
    assert broker.called()["submit"] == 0
    halted = HaltMarker(Path(kill.ledger + ".halt")).read()
    assert halted is not None
    assert (halted.who, halted.why) == ("ann", "test")


def test_all_takes_everybodys(kill: Kill) -> None:
    """With `everything` other people's entries go as well."""
    broker = ScriptedBroker.of(*entries())
    pulled(replace(kill, everything=True), broker)
    assert set(broker.book) == {"v2"}


def test_spot_is_flattened_without_selling_what_is_not_ours(kill: Kill, ledger: Path) -> None:
    """Our orders go first, then what the strategies hold is sold, and no more than is free."""
    position(ledger, "0.4")
    broker = ScriptedBroker.of(*entries(), free={"BTC": D("3.9"), "USDT": D(5)})
    report = pulled(replace(kill, flatten=True), broker)
    (sold,) = [what for name, what in broker.calls if name == "submit"]
    assert (sold["side"], sold["quantity"], sold["symbol"]) == ("sell", "0.4", SYMBOL)
    assert sold["client_id"].startswith("sabcde")
    assert len(sold["client_id"]) == 18
    assert set(broker.book) == {"v3"}
    assert [name for name, _ in broker.calls].index("submit") > 2
    assert report.complete


def test_coins_of_no_strategy_are_not_sold(kill: Kill, ledger: Path) -> None:
    """What somebody bought by hand beside the strategies stays his."""
    position(ledger, "0.4")
    position(ledger, "3", strategy="")
    broker = ScriptedBroker.of(free={"BTC": D("3.9")})
    pulled(replace(kill, flatten=True), broker)
    assert [what["quantity"] for name, what in broker.calls if name == "submit"] == ["0.4"]


def test_a_wallet_that_is_short_sells_what_is_there(kill: Kill, ledger: Path) -> None:
    """Of 0.4 held only 0.3999 are free: that is sold, rounded down to the venue's step."""
    position(ledger, "0.4")
    broker = ScriptedBroker.of(free={"BTC": D("0.3999")})
    pulled(replace(kill, flatten=True), broker)
    assert [what["quantity"] for name, what in broker.calls if name == "submit"] == ["0.399"]


def test_contracts_are_closed_reduce_only_before_their_stops_go(kill: Kill) -> None:
    """Long and short are closed by what the venue holds; only then are the stops canceled."""
    stop = order("v2", "sabcde000000000009", Side.SELL, PERP, True, D(1))
    broker = ScriptedBroker.of(order("v1", "sabcde000000000008", symbol=PERP), stop, kind=Kind.PERP,
                               held={PERP: D("0.5"), "ETH/USDT:USDT": D(-2)})  # fmt: skip
    report = pulled(replace(kill, flatten=True, symbols=(PERP,)), broker)
    sent = {what["symbol"]: what for name, what in broker.calls if name == "submit"}
    assert (sent[PERP]["side"], sent[PERP]["quantity"]) == ("sell", "0.5")
    assert (sent["ETH/USDT:USDT"]["side"], sent["ETH/USDT:USDT"]["quantity"]) == ("buy", "2")
    assert {what["reduce_only"] for what in sent.values()} == {"True"}
    names = [(name, getattr(what, "venue_id", None)) for name, what in broker.calls]
    assert names.index(("cancel", "v1")) < names.index(("submit", None)) < names.index(("cancel", "v2"))
    assert report.complete


def test_a_position_that_was_not_closed_keeps_its_stop(kill: Kill) -> None:
    """Where the closing order is refused the stop stays at the venue, and the report says so."""
    stop = order("v2", "sabcde000000000009", Side.SELL, PERP, True, D(1))
    broker = ScriptedBroker.of(stop, kind=Kind.PERP, held={PERP: D(1)},
                               failures={"submit": [RejectedError("MARGIN", "no margin")]})  # fmt: skip
    report = pulled(replace(kill, flatten=True), broker)
    assert set(broker.book) == {"v2"}
    assert not report.complete
    assert any("no margin" in step.words for step in report.steps)


def test_a_closing_order_is_never_sent_twice(kill: Kill) -> None:
    """An unclear answer is told, not repeated: it might fill twice."""
    broker = ScriptedBroker(kind=Kind.PERP, held={PERP: D(1)}, failures={"submit": [UnclearError("no answer")]})
    report = pulled(replace(kill, flatten=True), broker)
    assert broker.called()["submit"] == 1
    assert [step.did for step in report.steps if step.subject == PERP] == [Did.UNCLEAR]


@pytest.mark.parametrize("trouble", ["missing", "garbage", "locked", "hangs"])
def test_it_works_without_the_ledger(kill: Kill, ledger: Path, trouble: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the ledger's state, orders of our ids' shape are canceled."""
    holder: Any = None
    if trouble == "missing":
        ledger.unlink()
    elif trouble == "garbage":
        ledger.write_bytes(b"x" * 5_000)
    elif trouble == "locked":
        holder = sqlite3.connect(ledger, isolation_level=None)
        holder.execute("PRAGMA locking_mode=EXCLUSIVE")
        holder.execute("BEGIN EXCLUSIVE")
    else:
        import threading

        monkeypatch.setattr(reading, "_read", lambda *_: threading.Event().wait(30))
        monkeypatch.setattr(reading.read_known, "__defaults__", (0.05,))
    broker = ScriptedBroker.of(*entries())
    report = pulled(kill, broker)
    if holder is not None:
        holder.close()
    assert "v1" not in broker.book
    assert "v3" in broker.book
    assert report.complete


def test_without_the_ledger_nothing_is_sold_that_may_not_be_ours(kill: Kill, ledger: Path) -> None:
    """On spot only the ledger knows which coins are ours; `everything` sells them all."""
    ledger.unlink()
    broker = ScriptedBroker(free={"BTC": D(2)})
    assert not pulled(replace(kill, flatten=True), broker).complete
    assert broker.called()["submit"] == 0
    assert pulled(replace(kill, flatten=True, everything=True), broker).complete
    assert [what["quantity"] for name, what in broker.calls if name == "submit"] == ["2"]


def test_every_failure_is_told_and_none_stops_the_others(kill: Kill) -> None:
    """Of five orders one is gone, one refused, one unclear to the end, one a fault; the rest is canceled."""
    errors: dict[str, Exception] = {
        "v1": NotFoundError("gone"), "v3": RejectedError("PERMISSION", "no right"), "v4": UnclearError("cut"),
        "v5": KeyError("a fault of ours"),
    }  # fmt: skip

    class Failing(ScriptedBroker):
        async def cancel(self, order: Any) -> None:
            if order.venue_id in errors:
                raise errors[order.venue_id]
            await super().cancel(order)

    broker = Failing.of(*(order(f"v{k}", f"sabcde00000000010{k}") for k in range(1, 6)))
    report = pulled(kill, broker)
    did = {step.subject: step.did for step in report.steps if step.subject in ("v1", "v2", "v3", "v4", "v5")}
    assert did == {"v1": Did.UNCLEAR, "v2": Did.DONE, "v3": Did.FAILED, "v4": Did.UNCLEAR, "v5": Did.UNCLEAR}
    assert not report.complete


def test_a_cancel_that_is_unclear_is_repeated(kill: Kill) -> None:
    """Canceling twice does no harm, so an unclear cancel is sent again."""
    broker = ScriptedBroker.of(order("v1", OURS), failures={"cancel": [UnclearError("cut"), NotSentError("throttle")]})
    assert pulled(kill, broker).complete
    assert broker.called()["cancel"] == 3


def test_orders_are_listed_by_symbol_where_not_at_once(kill: Kill) -> None:
    """A venue that cannot list all orders is asked for each symbol."""
    broker = ScriptedBroker.of(*entries(), failures={"open_orders": [ReadError("which symbol?")] * 9})
    report = pulled(kill, broker)
    assert set(broker.book) == {"v2", "v3"}
    assert report.complete


def test_a_failed_list_is_not_an_empty_one(kill: Kill) -> None:
    """Where nothing can be listed the report is not complete."""
    failures: dict[str, list[Exception | None]] = {
        "open_orders": [ReadError("x")] * 9, "open_orders_of": [ReadError("maintenance")] * 9,
    }  # fmt: skip
    report = pulled(kill, ScriptedBroker.of(*entries(), failures=failures))
    assert not report.complete
    assert "maintenance" in report.as_text()


def test_a_venue_that_never_answers_is_told(kill: Kill) -> None:
    """Cancels that get no answer are unclear, and the switch ends."""
    report = pulled(replace(kill, patience=0.02), SilentBroker.of(order("v1", OURS)))
    assert not report.complete
    assert "no answer in time" in report.as_text()


def test_an_unlisted_symbol_does_not_keep_it_out(kill: Kill) -> None:
    """A symbol that the venue no longer lists is left out of the opening."""
    broker = ScriptedBroker.of(*entries(), unlisted=frozenset({"LUNA/USDT"}))
    assert pulled(replace(kill, symbols=("LUNA/USDT", SYMBOL)), broker).reached
    assert "v1" not in broker.book


def test_an_entry_that_was_on_its_way_is_canceled_as_well(kill: Kill) -> None:
    """What the session had sent just before the marker shows in the second list, and goes too."""

    class Late(ScriptedBroker):
        async def open_orders(self, symbol: str | None = None) -> list[Any]:
            found = await super().open_orders(symbol)
            if self.called()["open_orders"] == 1:
                self.book["v9"] = order("v9", "sabcde000000000999")
            return found

    broker = Late.of(*entries())
    assert pulled(kill, broker).complete
    assert set(broker.book) == {"v2", "v3"}


def test_two_symbols_of_one_coin_do_not_sell_it_twice(kill: Kill) -> None:
    """What is free of a coin is sold once, whatever it is paid in."""
    broker = ScriptedBroker(free={"BTC": D(2)})
    pulled(replace(kill, flatten=True, everything=True, symbols=(SYMBOL, "BTC/EUR")), broker)
    assert [what["quantity"] for name, what in broker.calls if name == "submit"] == ["2"]


@pytest.mark.parametrize("error", [InputError("no keys"), OSError("no route"), ReadError("down")])
def test_an_unreachable_venue_leaves_the_marker(kill: Kill, error: Exception) -> None:
    """Without the venue the session is halted all the same."""

    def fails() -> ScriptedBroker:
        raise error

    marker = HaltMarker(Path(kill.ledger + ".halt"))
    report = asyncio.run(KillSwitch(kill, marker, fails).run())
    assert marker.present
    assert (report.reached, report.complete) == (False, False)


def test_a_marker_that_cannot_be_written_does_not_stop_it(kill: Kill, tmp_path: Path) -> None:
    """On a full or read-only disk the orders are canceled all the same, and the marker's failure is told."""
    broker = ScriptedBroker.of(*entries())
    report = asyncio.run(KillSwitch(kill, HaltMarker(tmp_path / "no" / "x.halt"), lambda: broker).run())
    assert "v1" not in broker.book
    assert not report.complete
    assert "no halt marker" in report.as_text()


def test_many_orders_are_canceled_at_once(kill: Kill) -> None:
    """Two hundred cancels that each take a while do not wait for one another."""
    book = [order(f"v{k}", f"sabcde{k + 100:012d}") for k in range(200)]
    most = 0

    class Slow(ScriptedBroker):
        running = 0

        async def cancel(self, order: Any) -> None:
            nonlocal most
            self.running += 1
            most = max(most, self.running)
            await asyncio.sleep(0)
            self.running -= 1
            await super().cancel(order)

    broker = Slow.of(*book)
    assert pulled(kill, broker).complete
    assert not broker.book
    assert most > 4


@pytest.fixture
def desk(tmp_path: Path, ledger: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Writes a deployment whose venue is a scripted broker, which it returns beside the path."""
    member = Path(__file__).parents[2] / "documents" / "members" / "trend.yaml"

    def made(broker: ScriptedBroker, **more: Any) -> Path:
        monkeypatch.setattr(connect, "broker_of", lambda access, **_: broker)
        data = {"stratrun": 2, "kind": "deployment", "name": "d", "venue": "binance", "account": "main",
                "ledger": "./ledger.db", "strategies": [{"strategy": str(member)}]}  # fmt: skip
        path = tmp_path / "desk.json"
        path.write_text(json.dumps(data | more))
        return path

    return made


def test_the_command_tells_what_it_did(desk: Callable[..., Path]) -> None:
    """In words and as JSON, with exit code 0 when all is done."""
    path = desk(ScriptedBroker.of(*entries()))
    ran = CliRunner().invoke(main, ["kill", "--deployment", str(path), "--yes"])
    assert ran.exit_code == 0
    assert "canceled: buy 1 BTC/USDT" in ran.stdout
    assert "all is done" in ran.stdout
    ran = CliRunner().invoke(main, ["kill", "--deployment", str(path), "--yes", "--format", "json"])
    assert json.loads(ran.stdout)["complete"] is True


def test_the_command_asks_first(desk: Callable[..., Path], tmp_path: Path) -> None:
    """Without --yes and without a terminal nothing happens."""
    broker = ScriptedBroker.of(*entries())
    ran = CliRunner().invoke(main, ["kill", "--deployment", str(desk(broker))])
    assert ran.exit_code == 2
    assert "--yes" in ran.stderr
    assert len(broker.book) == 3
    assert not (tmp_path / "ledger.db.halt").exists()


def test_a_deployment_with_mistakes_elsewhere_is_stopped(desk: Callable[..., Path]) -> None:
    """A broken strategy or an unknown key does not keep the switch from the venue."""
    broker = ScriptedBroker.of(*entries())
    path = desk(broker, strategies=[{"strategy": "./gone.yaml"}], limits={"max_opne": 3}, nonsense=1)
    ran = CliRunner().invoke(main, ["kill", "--deployment", str(path), "--yes"])
    assert ran.exit_code == 0
    assert "v1" not in broker.book


@pytest.mark.parametrize("more", [{"venue": None}, {"account": 5}, {"endpoint": "http://10.0.0.1"}, {"market": "fx"}])
def test_a_deployment_that_leads_nowhere_is_refused(desk: Callable[..., Path], more: dict[str, Any]) -> None:
    """Where the account or the venue cannot be told, its mistakes are, and nothing was done: 2, not 1."""
    ran = CliRunner().invoke(main, ["kill", "--deployment", str(desk(ScriptedBroker(), **more)), "--yes"])
    assert ran.exit_code == 2
    assert "error[SR" in ran.stderr


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe", b"kind: deployment\n: [", b"stratrun: 2\nname: x\n"])
@pytest.mark.parametrize("form", ["text", "json"])
def test_a_file_that_is_no_deployment_is_refused(tmp_path: Path, content: bytes | None, form: str) -> None:
    """Missing, empty, not UTF-8, broken or of another kind: its mistakes, and exit code 2. No marker is left."""
    path = tmp_path / "desk.yaml"
    if content is not None:
        path.write_bytes(content)
    ran = CliRunner().invoke(main, ["kill", "--deployment", str(path), "--yes", "--format", form])
    assert ran.exit_code == 2
    told = json.loads(ran.stdout)["diagnostics"] if form == "json" else ran.stderr
    assert told
    assert [one.name for one in tmp_path.iterdir()] == ([] if content is None else ["desk.yaml"])


def test_what_is_left_is_an_exit_code(desk: Callable[..., Path]) -> None:
    """1 where something is not known to be done, 2 where the venue was not reached."""
    path = desk(ScriptedBroker.of(*entries(), failures={"cancel": [RejectedError("X", "no right")] * 9}))
    assert CliRunner().invoke(main, ["kill", "--deployment", str(path), "--yes"]).exit_code == 1
    path = desk(ScriptedBroker(failures={"open": [ReadError("down")] * 9}))
    assert CliRunner().invoke(main, ["kill", "--deployment", str(path), "--yes"]).exit_code == 2
