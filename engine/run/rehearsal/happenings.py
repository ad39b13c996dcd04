"""What can happen in a rehearsal besides faults of calls: each action by its name, with the words that follow it.

Strangers and the venue act through `exchange.outside`; the machine locks the ledger or kills the process; the operator
halts, flattens or closes by hand.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from decimal import Decimal

from ...brokers.words import Status
from ...exchange.exchange import is_stop
from ...exchange.faults import STREAMS, Action, Call, Fault, Hook, Written, at
from ...exchange.orders import Order, Request
from ...exchange.refusal import RefusedError
from ...ledger.values import OrderState, OrderType, Role, Side
from ...market.timeline import Chunk
from ...orders.state import State
from ...orders.wanted import Wanted
from .script import Both, Happening, When
from .stage import Stage
from .words import seconds

Act = Callable[[Stage, Sequence[str]], Awaitable[None]]


def is_so(when: When, state: State, held_before: bool) -> bool:
    """Whether a session is in a state now."""
    live = [row for row in state.live() if row.ours]
    match when:
        case When.HELD:
            return bool(state.positions())
        case When.CLOSED:
            return held_before and not state.positions()
        case When.ENTERING:
            return any(row.role is Role.ENTRY and row.state is OrderState.SUBMITTING for row in live)
        case When.STOPPED:
            return any(row.role is Role.STOP and row.state is OrderState.OPEN for row in live)
        case When.EXITING:
            return any(row.role is Role.EXIT and row.state is OrderState.SUBMITTING for row in live)
        case When.UNKNOWN:
            return bool(state.unsure())


class Happenings:
    """Lets each of a script's happenings happen, once; `done` tells them with their time."""

    def __init__(self, stage: Stage, script: Sequence[Happening]) -> None:
        self._stage, self._to_come = stage, list(script)
        self.done: list[tuple[int, str]] = []
        self._failed: list[str] = []
        self._held = False
        self._waiting = [one for one in script if one.when is not None]
        self._tasks = [stage.lives.aside(self._at(one)) for one in script if one.when is None]
        stage.listeners.append(self._look)

    async def end(self) -> None:
        """Nothing more happens."""
        self._stage.listeners.remove(self._look)
        for task in self._tasks:
            task.cancel()
        for one in await asyncio.gather(*self._tasks, return_exceptions=True):
            if isinstance(one, Exception):
                raise one

    @property
    def left(self) -> list[str]:
        """What never came about, and why, where it was tried."""
        return [*self._failed, *map(str, self._to_come)]

    def _look(self) -> None:
        state = self._stage.session.desk.state
        for one in tuple(self._waiting):
            if one.when is not None and is_so(one.when, state, self._held):
                self._waiting.remove(one)
                if one.action == "crash" and not one.after:
                    self._due(one)
                    self._stage.die()  # at this very append: nothing of the process runs on
                    continue
                self._tasks.append(self._stage.lives.aside(self._at(one)))
        self._held = self._held or bool(state.positions())

    async def _at(self, one: Happening) -> None:
        await self._stage.clock.sleep(one.after)
        told = self._due(one)
        try:
            await ACTIONS[one.action](self._stage, one.words)
        except (LookupError, ArithmeticError, RefusedError) as error:  # no order, coin or price that it could happen to
            why = error.words if isinstance(error, RefusedError) else "nothing was there that it could happen to"
            self.done.remove(told)
            self._failed.append(f"{one}: {why}")

    def _due(self, one: Happening) -> tuple[int, str]:
        told = (self._stage.clock.now(), str(one))
        self._to_come.remove(one)
        self.done.append(told)
        return told


def _symbol(stage: Stage) -> str:
    """The symbol that is held, or the first that is traded."""
    held = [row.symbol for row in stage.session.desk.state.positions()]
    return (held or list(stage.rehearsal.deployment.symbols))[0]


def _mine(stage: Stage, role: str) -> list[Order]:
    """Open orders at the venue that the ledger has in a role."""
    names = {row.order_id for row in stage.session.desk.state.live() if row.role.value == role}
    return [order for order in stage.truth().open if order.client_id in names]


async def crash(stage: Stage, words: Sequence[str]) -> None:
    """The process dies."""
    stage.die()


async def restart(stage: Stage, words: Sequence[str]) -> None:
    """The process is asked to end (SIGTERM), and is started again."""
    await stage.stop_and_start()


async def close(stage: Stage, words: Sequence[str]) -> None:
    """Somebody closes the position at the venue: on spot its orders first, as they lock the coins."""
    symbol = _symbol(stage)
    for order in [one for one in stage.truth().open if one.symbol == symbol and ":" not in symbol]:
        stage.exchange.outside.cancel(stage.account, order)
    stage.exchange.outside.close(stage.account, symbol)


async def stranger_buys(stage: Stage, words: Sequence[str]) -> None:
    """Somebody buys for so much of the quote currency (default 50)."""
    symbol = _symbol(stage)
    market = stage.exchange.market(symbol)
    quantity = Decimal(words[0] if words else 50) / market.price // market.spec.step * market.spec.step
    stage.exchange.outside.order(stage.account, Request(symbol, Side.BUY, OrderType.MARKET, quantity))


async def stranger_orders(stage: Stage, words: Sequence[str]) -> None:
    """Somebody leaves a limit order far below the price."""
    symbol = _symbol(stage)
    market = stage.exchange.market(symbol)
    price = market.price * Decimal("0.8") // market.spec.tick * market.spec.tick
    quantity = max(50 / price // market.spec.step * market.spec.step, market.spec.min_quantity)
    stage.exchange.outside.order(stage.account, Request(symbol, Side.BUY, OrderType.LIMIT, quantity, price))


async def venue_cancels(stage: Stage, words: Sequence[str]) -> None:
    """The venue cancels our open orders of a role (default stop)."""
    for order in _mine(stage, words[0] if words else "stop"):
        stage.exchange.outside.cancel(stage.account, order)


async def venue_fills(stage: Stage, words: Sequence[str]) -> None:
    """The venue fills our open orders of a role (default stop) at their price."""
    for order in _mine(stage, words[0] if words else "stop"):
        if order.status is Status.OPEN:
            stage.exchange.outside.fill(stage.account, order, order.remaining)


async def amend(stage: Stage, words: Sequence[str]) -> None:
    """Somebody moves the trigger of our resting stop by a hundredth of the price."""
    for order in [one for one in stage.exchange.accounts[stage.account].open.values() if one.trigger is not None]:
        spec = stage.exchange.market(order.symbol).spec
        order.trigger = order.trigger * Decimal("0.99") // spec.tick * spec.tick if order.trigger else None


async def overfill(stage: Stage, words: Sequence[str]) -> None:
    """An order of ours that ended fills a hundredth more."""
    market = stage.exchange.market(_symbol(stage))
    orders = [one for one in stage.truth().orders if one.filled and one.side is Side.BUY and not is_stop(one)]
    extra = max(orders[-1].quantity / 100 // market.spec.step * market.spec.step, market.spec.step)
    stage.exchange.outside.fill(stage.account, orders[-1], extra)


async def dust(stage: Stage, words: Sequence[str]) -> None:
    """All of the position but less than the venue trades is gone from the wallet."""
    symbol = _symbol(stage)
    for order in [one for one in stage.truth().open if one.symbol == symbol]:
        stage.exchange.outside.cancel(stage.account, order)
    base = stage.exchange.market(symbol).spec.base
    wallet = stage.truth().wallets[base]
    stage.exchange.outside.withdraw(stage.account, base, wallet.total - Decimal("0.00005"))


async def deposit(stage: Stage, words: Sequence[str]) -> None:
    stage.exchange.outside.deposit(stage.account, words[0], Decimal(words[1]))


async def withdraw(stage: Stage, words: Sequence[str]) -> None:
    stage.exchange.outside.withdraw(stage.account, words[0], Decimal(words[1]))


async def short(stage: Stage, words: Sequence[str]) -> None:
    """A part (default 2 %) of what is held is missing from the wallet."""
    base = stage.exchange.market(_symbol(stage)).spec.base
    stage.exchange.outside.short(stage.account, base, Decimal(words[0] if words else "0.02"))


async def liquidate(stage: Stage, words: Sequence[str]) -> None:
    stage.exchange.outside.liquidate(stage.account, _symbol(stage))


async def steps(stage: Stage, words: Sequence[str]) -> None:
    """The venue changes the quantity step (default 0.01) of what is traded."""
    step = Decimal(words[0] if words else "0.01")
    stage.exchange.outside.respec(_symbol(stage), step=step, min_quantity=step)


async def delist(stage: Stage, words: Sequence[str]) -> None:
    stage.exchange.outside.delist(_symbol(stage))


async def relist(stage: Stage, words: Sequence[str]) -> None:
    stage.exchange.outside.respec(_symbol(stage), trading=True)


async def depth(stage: Stage, words: Sequence[str]) -> None:
    """From now on so much trades at one price at one moment; what a market order lacks expires."""
    stage.exchange.outside.respec(_symbol(stage), depth=Decimal(words[0]))


async def fee_in_base(stage: Stage, words: Sequence[str]) -> None:
    """From now on buyers pay their fee in what they buy."""
    stage.exchange.outside.respec(_symbol(stage), fee_in_base=True)


async def outage(stage: Stage, words: Sequence[str]) -> None:
    """Every call is answered with a server's error for so long (default 10 m)."""
    before = stage.faults.schedule
    errors = [at(call, 1, Hook.BEFORE_ACCEPT, Action.ERROR, "503", None) for call in Call if call not in STREAMS]
    stage.faults.schedule = Both(before, Written(tuple(errors)))
    await stage.clock.sleep(_length(words, 600))
    stage.faults.schedule = before


async def maintenance(stage: Stage, words: Sequence[str]) -> None:
    stage.exchange.outside.maintenance()
    await stage.clock.sleep(_length(words, 300))
    stage.exchange.outside.maintenance(False)


async def revoke(stage: Stage, words: Sequence[str]) -> None:
    """The key works no more for so long (default 5 m)."""
    stage.exchange.outside.revoke(stage.account)
    await stage.clock.sleep(_length(words, 300))
    stage.exchange.outside.revoke(stage.account, False)


async def skew(stage: Stage, words: Sequence[str]) -> None:
    """The venue's clock stands so many ms ahead."""
    stage.exchange.skew = int(words[0])


async def leverage(stage: Stage, words: Sequence[str]) -> None:
    """Somebody sets leverage, and cross margin, by hand."""
    stage.exchange.outside.leverage(stage.account, _symbol(stage), Decimal(words[0] if words else 50), isolated=False)


async def price(stage: Stage, words: Sequence[str]) -> None:
    """One trade at so many times the price."""
    symbol = _symbol(stage)
    market = stage.exchange.market(symbol)
    level = market.price * Decimal(words[0]) // market.spec.tick * market.spec.tick
    stage.exchange.print(symbol, max(level, market.spec.tick))


async def silence(stage: Stage, words: Sequence[str]) -> None:
    """Both streams say nothing for so long, and nothing tells of it."""
    _stream(stage, Action.SILENCE, _length(words, 60))


async def flap(stage: Stage, words: Sequence[str]) -> None:
    """The user stream breaks with each of its next 20 messages."""
    nth = stage.faults.counts[Call.USER_STREAM] + 1
    _add(stage, at(Call.USER_STREAM, nth, Hook.MESSAGE, Action.BREAK, 2, nth + 20))


async def lock(stage: Stage, words: Sequence[str]) -> None:
    """Something else locks the ledger for so long (default 20 s)."""
    stage.pen.shut(int(_length(words, 20) * 1_000), "the database is locked")


async def full(stage: Stage, words: Sequence[str]) -> None:
    """The disk is full for so long (default 60 s)."""
    stage.pen.shut(int(_length(words, 60) * 1_000), "the disk is full")


async def halt(stage: Stage, words: Sequence[str]) -> None:
    """The operator halts: nothing but exits is sent."""
    stage.halted = "rehearsed"


async def flatten(stage: Stage, words: Sequence[str]) -> None:
    """The operator closes everything."""
    await stage.hand(stage.session.desk.flatten(None, "rehearsed", 60.0))


async def exit_by_hand(stage: Stage, words: Sequence[str]) -> None:
    """The operator closes the position through the session's own order path."""
    desk = stage.session.desk
    for row in desk.state.positions():
        side = Side.SELL if row.quantity > 0 else Side.BUY
        wanted = Wanted(row.strategy, row.symbol, Role.EXIT, side, abs(row.quantity), reduce_only=True,
                        reason="external", key=f"hand {stage.clock.now()}")  # fmt: skip
        await stage.hand(desk.place(wanted))


async def backup(stage: Stage, words: Sequence[str]) -> None:
    """The operator copies the ledger; a damaged one is replaced by the copy."""
    stage.back_up()


async def throw(stage: Stage, words: Sequence[str]) -> None:
    """The next evaluation of the strategies fails with an error of the program."""
    portfolio = stage.session.book.portfolio
    usual = portfolio.close

    def fails(chunks: object) -> object:
        portfolio.close = usual  # type: ignore[method-assign]  # back to normal
        raise ZeroDivisionError("rehearsed")

    portfolio.close = fails  # type: ignore[method-assign,assignment]  # once


async def slow(stage: Stage, words: Sequence[str]) -> None:
    """The next evaluation holds up everything for so long (default 20 s)."""
    portfolio = stage.session.book.portfolio
    usual, length = portfolio.close, _length(words, 20)

    def late(chunks: Sequence[Chunk]) -> object:
        portfolio.close = usual  # type: ignore[method-assign]  # back to normal
        stage.hold_up(length)
        return usual(chunks)

    portfolio.close = late  # type: ignore[method-assign,assignment]  # once


async def mute(stage: Stage, words: Sequence[str]) -> None:
    """Whoever is to be notified cannot be reached any more."""
    stage.muted = True


async def flood(stage: Stage, words: Sequence[str]) -> None:
    """Our resting stop fills in so many parts (default 1200) within a moment."""
    orders = _mine(stage, "stop")
    step = stage.exchange.market(orders[0].symbol).spec.step
    for _ in range(int(words[0]) if words else 1_200):
        stage.exchange.outside.fill(stage.account, orders[0], step)


async def edit(stage: Stage, words: Sequence[str]) -> None:
    """Somebody edits the strategy's file (its size), and the process is started again."""
    stage.edit()
    await stage.stop_and_start()


async def corrupt(stage: Stage, words: Sequence[str]) -> None:
    """The process dies, and bytes of the ledger's file are damaged."""
    stage.damage()
    stage.die()


async def second(stage: Stage, words: Sequence[str]) -> None:
    """Another process wants the same ledger."""
    stage.try_second()


def _length(words: Sequence[str], default: float) -> float:
    return seconds(words[0]) if words else default


def _stream(stage: Stage, action: Action, length: float) -> None:
    for call in (Call.USER_STREAM, Call.CANDLE_STREAM):
        _add(stage, at(call, stage.faults.counts[call] + 1, Hook.MESSAGE, action, length))


def _add(stage: Stage, *faults: Fault) -> None:
    stage.faults.schedule = Both(stage.faults.schedule, Written(faults))


_ALL: tuple[Act, ...] = (
    amend, backup, close, corrupt, crash, delist, deposit, depth, dust, edit, exit_by_hand, fee_in_base, flap, flatten,
    flood, full, halt, leverage, liquidate, lock, maintenance, mute, outage, overfill, price, relist, restart, revoke,
    second, short, silence, skew, slow, steps, stranger_buys, stranger_orders, throw, venue_cancels, venue_fills,
    withdraw,
)  # fmt: skip
ACTIONS: Mapping[str, Act] = {getattr(act, "__name__", ""): act for act in _ALL}
