"""Targets: the whole position at one price, or a ladder of shares; a candle's volume may cap what they fill."""

from __future__ import annotations

import math

from ..kernel import kernel, rare
from ..market.steps import on_step
from .book import Book, Position
from .columns import VOLUME, Signals, Tape
from .fills import close_position, reduce_position
from .rules import InstrumentRules, Rules
from .trades import ExitReason

TARGET = int(ExitReason.TARGET)
_ROUNDING = 1e-12
_WHOLE = 1.0 + 1e-9


@kernel
def take_target(signals: Signals, rules: Rules, book: Book, tape: Tape, symbol: int, price: float) -> int:
    """Fill the present target at `price`, as a limit order; 1 where a further one may fill in the same candle."""
    policy, instrument, position = rules.policies[0], rules.instruments[symbol], book.positions[symbol]
    side_rules = rules.sides[0 if position.quantity > 0.0 else 1]
    if side_rules.rungs == 0 and policy.volume_share == 0.0:
        close_position(policy, instrument, book.wallets[0], position, tape, symbol, price, 1, TARGET)
        return 0
    return take_rung(signals, rules, book, tape, symbol, price)


@rare
def take_rung(signals: Signals, rules: Rules, book: Book, tape: Tape, symbol: int, price: float) -> int:
    """The same where a target may fill for a part only."""
    policy, instrument, position = rules.policies[0], rules.instruments[symbol], book.positions[symbol]
    wallet = book.wallets[0]
    if position.capped == position.time:
        return 0
    held = abs(position.quantity)
    k = 0 if position.quantity > 0.0 else 1
    rungs = rules.sides[k].rungs
    share = 0.0 if position.rung + 1 > rungs else rules.rungs[2, 2 * position.rung + k]
    quantity = rung_quantity(instrument, position, share, price)
    most = policy.volume_share * signals.numbers[VOLUME, position.at] if policy.volume_share > 0.0 else math.inf
    capped = quantity > most * _WHOLE
    if capped:
        quantity = on_step(most, instrument.quantity_step, -1)
        quantity = quantity if sellable(instrument, quantity, price) else 0.0
        position.capped = position.time
    elif quantity >= held:
        close_position(policy, instrument, wallet, position, tape, symbol, price, 1, TARGET)
        return 0
    if quantity > 0.0:
        reduce_position(policy, instrument, wallet, position, tape, symbol, quantity, price, 1, TARGET)
        position.sold += quantity
    if capped:
        return 0
    next_rung(instrument, book, symbol, rungs)
    return 1 if position.rung < rungs else 0


@kernel
def next_rung(instrument: InstrumentRules, book: Book, symbol: int, rungs: int) -> None:
    """The present target is done: the next one of `rungs`, if there is one."""
    position = book.positions[symbol]
    position.rung += 1
    position.sold = 0.0
    side = 1 if position.quantity > 0.0 else -1
    level = position.opened + side * book.ladders[symbol, position.rung]
    position.target = on_step(level, instrument.price_tick, side) if position.rung < rungs else math.nan


@kernel
def sellable(instrument: InstrumentRules, quantity: float, price: float) -> bool:
    return quantity > 0.0 and quantity >= instrument.min_quantity and quantity * price >= instrument.min_cost


@kernel
def rung_quantity(instrument: InstrumentRules, position: Position, share: float, price: float) -> float:
    """Base units a target sells: its share of all that was entered (0 = the rest), everything where too little would
    stay to be sold later, and nothing where it is too little itself."""
    held = abs(position.quantity)
    if share == 0.0:
        return held
    quantity = on_step(share * position.entered, instrument.quantity_step, -1) - position.sold
    rest = held - quantity
    if rest <= _ROUNDING * held or not sellable(instrument, rest, price):
        return held
    return quantity if sellable(instrument, quantity, price) else 0.0
