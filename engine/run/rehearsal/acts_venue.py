"""What the venue does to everybody: its terms, its prices, its clock, its streams, and whether it answers at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from ...brokers.words import Quote
from ...exchange.faults import STREAMS, Action, Call, Fault, Hook, Written, at
from .acts import Act, length
from .script import Both
from .stage import Stage


async def steps(stage: Stage, words: Sequence[str]) -> None:
    """The venue changes the quantity step (default 0.01) of what is traded."""
    step = Decimal(words[0] if words else "0.01")
    stage.exchange.outside.respec(stage.symbol(), step=step, min_quantity=step)


async def delist(stage: Stage, words: Sequence[str]) -> None:
    stage.exchange.outside.delist(stage.symbol())


async def relist(stage: Stage, words: Sequence[str]) -> None:
    stage.exchange.outside.respec(stage.symbol(), trading=True)


async def depth(stage: Stage, words: Sequence[str]) -> None:
    """From now on so much trades at one price at one moment; what a market order lacks expires."""
    stage.exchange.outside.respec(stage.symbol(), depth=Decimal(words[0]))


async def fee_in_base(stage: Stage, words: Sequence[str]) -> None:
    """From now on buyers pay their fee in what they buy."""
    stage.exchange.outside.respec(stage.symbol(), fee_in_base=True)


async def outage(stage: Stage, words: Sequence[str]) -> None:
    """Every call is answered with a server's error for so long (default 10 m)."""
    before = stage.faults.schedule
    errors = [at(call, 1, Hook.BEFORE_ACCEPT, Action.ERROR, "503", None) for call in Call if call not in STREAMS]
    stage.faults.schedule = Both(before, Written(tuple(errors)))
    await stage.clock.sleep(length(words, 600))
    stage.faults.schedule = before


async def maintenance(stage: Stage, words: Sequence[str]) -> None:
    stage.exchange.outside.maintenance()
    await stage.clock.sleep(length(words, 300))
    stage.exchange.outside.maintenance(False)


async def revoke(stage: Stage, words: Sequence[str]) -> None:
    """The key works no more for so long (default 5 m)."""
    stage.exchange.outside.revoke(stage.account)
    await stage.clock.sleep(length(words, 300))
    stage.exchange.outside.revoke(stage.account, False)


async def skew(stage: Stage, words: Sequence[str]) -> None:
    """The venue's clock stands so many ms ahead."""
    stage.exchange.skew = int(words[0])


async def price(stage: Stage, words: Sequence[str]) -> None:
    """One trade at so many times the price."""
    symbol = stage.symbol()
    market = stage.exchange.market(symbol)
    level = market.price * Decimal(words[0]) // market.spec.tick * market.spec.tick
    stage.exchange.print(symbol, max(level, market.spec.tick))


async def misquote(stage: Stage, words: Sequence[str]) -> None:
    """For so long (default 60 s) the venue's quotes tell so many times the price."""
    broker, factor = stage.broker, Decimal(words[0])
    usual = broker.quote

    async def wrong(symbol: str) -> Quote:
        told = await usual(symbol)
        prices = {name: getattr(told, name) for name in ("bid", "ask", "last")}
        return replace(told, **{name: price and price * factor for name, price in prices.items()})

    broker.quote = wrong  # type: ignore[method-assign]  # as a venue would
    await stage.clock.sleep(length(words[1:], 60))
    broker.quote = usual  # type: ignore[method-assign]  # back to normal


async def silence(stage: Stage, words: Sequence[str]) -> None:
    """Both streams say nothing for so long, and nothing tells of it."""
    _stream(stage, Action.SILENCE, length(words, 60))


async def flap(stage: Stage, words: Sequence[str]) -> None:
    """The user stream breaks with each of its next 20 messages."""
    nth = stage.faults.counts[Call.USER_STREAM] + 1
    _add(stage, at(Call.USER_STREAM, nth, Hook.MESSAGE, Action.BREAK, 2, nth + 20))


def _stream(stage: Stage, action: Action, length: float) -> None:
    for call in (Call.USER_STREAM, Call.CANDLE_STREAM):
        _add(stage, at(call, stage.faults.counts[call] + 1, Hook.MESSAGE, action, length))


def _add(stage: Stage, *faults: Fault) -> None:
    """Beside those of the script. What struck for the last time is dropped: a long rehearsal adds some each hour."""
    schedule, counts = stage.faults.schedule, stage.faults.counts
    script, added = schedule, tuple[Fault, ...]()
    if isinstance(schedule, Both) and isinstance(schedule.second, Written):
        script, added = schedule.first, schedule.second.faults
    left = [fault for fault in added if fault.last is None or fault.last > counts[fault.call]]
    stage.faults.schedule = Both(script, Written((*left, *faults)))


VENUE: tuple[Act, ...] = (
    steps, delist, relist, depth, fee_in_base, outage, maintenance, revoke, skew, price, misquote, silence, flap,
)  # fmt: skip
