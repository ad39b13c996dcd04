"""The session's gate is asked and the order recorded in one step: orders asked for at once see each other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from stratrun.engine.ledger.events_control import StateChanged
from stratrun.engine.ledger.rows import StateRow
from stratrun.engine.ledger.values import OrderState, OrderType, Role, Scope, TradingState
from stratrun.engine.orders.state import State
from stratrun.engine.orders.wanted import REDUCING, Denial, Wanted

from .stage import SPOT, D, Stage, play

S = OrderState
MOST = D(2)


def at_most(wanted: Wanted, state: State) -> Denial | None:
    """One limit for the whole account: what is held and what may still be bought."""
    if wanted.role in REDUCING:
        return None
    held = sum((row.quantity for row in state.positions()), D(0))
    waits = sum((row.quantity - row.filled for row in state.live() if row.role not in REDUCING), D(0))
    return Denial("MAX_POSITION") if held + waits + wanted.quantity > MOST else None


def from_two_sources(stage: Stage) -> list[Wanted]:
    """An entry of the strategy and an order by hand, which together break the limit."""
    entry = stage.wanted(quantity="1.5", key="its entry")
    return [entry, replace(entry, strategy="by hand", role=Role.ADJUST, key="by hand")]


def test_two_sources_do_not_pass_one_limit_together() -> None:
    """Two orders asked for at once, each of which the limit allows alone: one is sent, the other denied."""

    async def scenario(stage: Stage) -> None:
        rows = await asyncio.gather(*(stage.desk.place(one) for one in from_two_sources(stage)))
        assert sorted(row.evidence or "sent" for row in rows) == ["MAX_POSITION", "sent"]
        await stage.wait(5)
        assert stage.desk.state.held(SPOT) == D("1.5")

    play(scenario, gate=at_most)


def test_they_do_not_behind_a_slow_disk_either() -> None:
    """While an append waits for the disk another order is asked for: it sees what is being written."""

    async def scenario(stage: Stage) -> None:
        journal, run = stage.desk._parts.journal, stage.desk._parts.journal.run

        async def slow(call: Callable[[], Any]) -> Any:
            await stage.wait(2)
            return await run(call)

        journal.run = slow  # type: ignore[method-assign]  # a fault put in its place
        entry, by_hand = from_two_sources(stage)
        first = asyncio.create_task(stage.desk.place(entry))
        await stage.wait(1)
        assert (await stage.desk.place(by_hand)).evidence == "MAX_POSITION"
        await first
        journal.run = run  # type: ignore[method-assign]  # as it was

    play(scenario, gate=at_most)


def test_a_hold_that_was_recorded_first_counts() -> None:
    """An operator's hold is on its way into the ledger when an entry is asked for: the entry sees it."""

    def held_back(wanted: Wanted, state: State) -> Denial | None:
        return Denial("MANUAL_HOLD") if any(True for _ in state.all(StateRow)) else None

    async def scenario(stage: Stage) -> None:
        hold = StateChanged(Scope.SYMBOL, SPOT, TradingState.REDUCING, "MANUAL_HOLD", "me", "news")
        _, row = await asyncio.gather(stage.desk.record(hold), stage.enter())
        assert (row.state, row.evidence) == (S.DENIED, "MANUAL_HOLD")

    play(scenario, gate=held_back)


def test_an_exit_does_not_wait_for_an_entry_that_is_being_sent() -> None:
    """An entry by hand waits for an answer that never comes: an exit is asked for meanwhile, and done at once."""

    async def scenario(stage: Stage) -> None:
        await stage.enter()
        await stage.wait(5)
        by_hand = replace(stage.wanted(Role.ADJUST, side=stage.wanted().side), strategy="by hand")
        entry = asyncio.create_task(stage.desk.place(by_hand))
        await stage.wait(1)
        await stage.leave()
        assert not entry.done()
        assert await stage.until(lambda: not stage.position, 2)
        await entry

    play(scenario, "submit 2 before_response delay 8", gate=at_most)


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([Role.ENTRY, Role.ADJUST, Role.EXIT]),
            st.decimals(min_value=D("0.1"), max_value=D(2), places=1),
            st.sampled_from(["dip", "by hand"]),
            st.booleans(),
        ),
        min_size=2, max_size=8,
    )
)  # fmt: skip
def test_no_order_of_many_at_once_breaks_the_limit(orders: list[tuple[Role, Decimal, str, bool]]) -> None:
    """Whatever is asked for at once, by whomever: what is held and what may be bought stay within the limit."""

    async def scenario(stage: Stage) -> None:
        asked = []
        for k, (role, quantity, strategy, rests) in enumerate(orders):
            adding = role is not Role.EXIT
            more = {"type": OrderType.LIMIT, "price": D(90)} if rests and adding else {}
            side = stage.wanted().side if adding else None
            asked.append(replace(stage.wanted(role, str(quantity), side, key=f"{k}", **more), strategy=strategy))
        await asyncio.gather(*(stage.desk.place(one) for one in asked))
        await stage.wait(5)
        state = stage.desk.state
        held = sum((row.quantity for row in state.positions()), D(0))
        assert held + sum((row.quantity - row.filled for row in state.live()), D(0)) <= MOST

    play(scenario, gate=at_most)
