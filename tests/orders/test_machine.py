"""Any sequence of orders, prices, strangers, failures and deaths against the simulator's truth."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from stratrun.engine.exchange.faults import Written, parse
from stratrun.engine.ledger.values import OrderType, Role, Side

from .stage import PERP, SPOT, D, Stage, play

FAULTS = ["drop", "cut", "error 503", "error -1006", "html", "cut_body"]
STEPS = st.one_of(
    st.tuples(st.just("buy"), st.sampled_from(["0.1", "1", "2.5"])),
    st.tuples(st.just("limit"), st.sampled_from(["80", "97", "99", "120"])),
    st.tuples(st.just("sell"), st.sampled_from(["0.1", "1", "99"])),
    st.tuples(st.just("cancel"), st.integers(0, 3)),
    st.tuples(st.just("price"), st.sampled_from(["96.5", "98", "100", "104"])),
    st.tuples(st.just("protect"), st.sampled_from(["97", "98.5"])),
    st.tuples(st.just("flatten"), st.none()),
    st.tuples(st.just("stranger"), st.sampled_from(["close", "cancel", "deposit"])),
    st.tuples(st.just("fail"), st.tuples(st.sampled_from(["submit", "cancel", "find", "fills"]),
                                         st.sampled_from(["before_accept", "after_accept"]),
                                         st.sampled_from(FAULTS))),
    st.tuples(st.just("die"), st.none()),
    st.tuples(st.just("wait"), st.sampled_from([0.2, 3, 40])),
)  # fmt: skip


async def take(stage: Stage, number: int, what: str, value: object) -> None:
    """One step of a sequence."""
    desk, live = stage.desk, [row for row in stage.desk.state.live() if row.ours]
    match what:
        case "buy":
            await desk.place(replace(stage.wanted(quantity=str(value)), candle=number))
        case "limit":
            await desk.place(replace(stage.wanted(type=OrderType.LIMIT, price=D(str(value))), candle=number))
        case "sell" if stage.position:
            quantity = min(D(str(value)), abs(stage.position))
            side = Side.SELL if stage.position > 0 else Side.BUY
            await desk.place(replace(stage.wanted(Role.EXIT, str(quantity), side), candle=number))
        case "cancel" if live:
            await desk.cancel(live[int(str(value)) % len(live)].order_id, "test")
        case "price":
            stage.print(str(value))
        case "protect":
            await desk.protect("dip", stage.symbol, D(str(value)))
        case "flatten":
            await desk.flatten(stage.symbol, "test", 20)
        case "stranger":
            _stranger(stage, str(value))
        case "fail":
            call, hook, fault = value  # type: ignore[misc]
            nth = stage.faults.counts[call] + 1
            stage.faults.schedule = parse(f"{call} {nth} {hook} {fault}")
        case "die":
            await stage.again()
        case "wait":
            await stage.wait(float(str(value)))


def _stranger(stage: Stage, what: str) -> None:
    opened = list(stage.truth().open)
    if what == "close":
        stage.exchange.outside.close("main", stage.symbol)
    elif what == "deposit":
        stage.exchange.outside.deposit("main", "USDT", D(10))
    elif opened:
        stage.exchange.outside.cancel("main", opened[0])


@settings(max_examples=25, deadline=None)
@given(st.sampled_from([SPOT, PERP]), st.lists(STEPS, max_size=8))
def test_any_sequence_ends_in_agreement(symbol: str, steps: list[tuple[str, object]]) -> None:
    """Ledger and exchange agree on every order, fill and coin, and every invariant holds."""

    async def scenario(stage: Stage) -> None:
        for number, (what, value) in enumerate(steps):
            await take(stage, number, what, value)
            broken = [words for words in stage.desk.violations() if not words.startswith("6")]
            assert not broken, broken
        stage.faults.schedule = Written()

    play(scenario, symbol=symbol)
