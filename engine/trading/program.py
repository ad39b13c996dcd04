"""Exit conditions that mix candles and the position: a small postfix program, run where the position lives.

`position.profit > 2% and rsi14 > 80` keeps its candle-only parts as columns; the rest is opcodes.
"""

from __future__ import annotations

import math
from enum import IntEnum

from ..graph.operators import finite
from ..kernel import Column, kernel
from .book import Position
from .columns import PROGRAM_CONDITIONS, PROGRAM_SERIES, Signals
from .rules import Rules


class Opcode(IntEnum):
    """Numbers push and combine floats (NaN = unknown); conditions are 0.0, 1.0 and 2.0 = unknown."""

    END = 0
    CONSTANT = 1
    SERIES = 2
    CONDITION = 3
    PROFIT = 4
    CANDLES = 5
    ENTRY_PRICE = 6
    BEST = 7
    NEG = 8
    NOT = 9
    ADD = 10
    SUB = 11
    MUL = 12
    DIV = 13
    LT = 14
    LE = 15
    GT = 16
    GE = 17
    EQ = 18
    NE = 19
    AND = 20
    OR = 21


@kernel
def leaf(op: int, value: float, position: Position, signals: Signals) -> float:
    """What a leaf opcode pushes."""
    if op == 1:
        return value
    if op == 2:
        return signals.numbers[PROGRAM_SERIES + int(value), position.at]
    if op == 3:
        return float(signals.conditions[PROGRAM_CONDITIONS + int(value), position.at])
    if op == 5:
        return float(position.candles)
    if op == 6:
        return position.entry_price
    if op == 7:
        return position.best
    gross = (position.mark - position.entry_price) * position.quantity
    fee = position.entry_fee
    if position.left != 0.0:
        fee = fee * (abs(position.quantity) / position.entered)
    return (gross - fee) / (position.entry_price * abs(position.quantity))


@kernel
def compared(op: int, a: float, b: float) -> float:
    if a != a or b != b:
        return 2.0
    if op == 14:
        return 1.0 if a < b else 0.0
    if op == 15:
        return 1.0 if a <= b else 0.0
    if op == 16:
        return 1.0 if a > b else 0.0
    if op == 17:
        return 1.0 if a >= b else 0.0
    if op == 18:
        return 1.0 if a == b else 0.0
    return 1.0 if a != b else 0.0


@kernel
def combined(op: int, a: float, b: float) -> float:
    """What a two-handed opcode leaves."""
    if op == 10:
        return finite(a + b)
    if op == 11:
        return finite(a - b)
    if op == 12:
        return finite(a * b)
    if op == 13:
        return math.nan if b == 0.0 else finite(a / b)
    if op < 20:
        return compared(op, a, b)
    decisive = 0.0 if op == 20 else 1.0
    if a == decisive or b == decisive:
        return decisive
    return 1.0 - decisive if a != 2.0 and b != 2.0 else 2.0


@kernel
def run_program(rules: Rules, k: int, position: Position, signals: Signals, stack: Column) -> float:
    """The value of side `k`'s exit program for the position: 0.0, 1.0 or 2.0 = unknown."""
    code, numbers = rules.program_code, rules.program_value
    top = 0
    at = 0
    op = code[k, at]
    while op != 0:
        if op < 8:
            stack[top] = leaf(op, numbers[k, at], position, signals)
            top += 1
        elif op == 8:
            stack[top - 1] = -stack[top - 1]
        elif op == 9:
            value = stack[top - 1]
            stack[top - 1] = 2.0 if value == 2.0 else 1.0 - value
        else:
            top -= 1
            stack[top - 1] = combined(op, stack[top - 1], stack[top])
        at += 1
        op = code[k, at]
    return stack[0]
