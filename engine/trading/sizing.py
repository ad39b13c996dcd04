"""How much to order: the declared size at the signal's close, cut to `max` and, for relative sizes, to free funds.

The Kelly stake is the mean of the last trades' R over their variance: the share of the equity to risk at the stop.
"""

from __future__ import annotations

import math

from ..kernel import Column, kernel, rare
from ..market.steps import on_step
from .book import Wallet
from .guard import Guards
from .rules import InstrumentRules, Policy

_QUANTITY, _COST, _EQUITY, _RISK, _VOLATILITY, _ATR, _KELLY = range(7)
_DUST = 1e-9


@kernel
def worth(perp: int, quantity: float, entry_price: float, mark: float) -> float:
    """What a position adds to cash: what it could be sold for, or what a contract has made."""
    return quantity * (mark - entry_price) if perp == 1 else quantity * mark


@kernel
def mark_equity(policy: Policy, wallet: Wallet, positions: Column) -> float:
    """Equity at the last closes: spot holds what it bought, a perp wallet holds only what it made."""
    equity = wallet.cash
    for s in range(len(positions)):
        position = positions[s]
        if position.quantity != 0.0:
            equity += worth(policy.perp, position.quantity, position.entry_price, position.mark)
    return equity


@kernel
def free_funds(
    policy: Policy, instrument: InstrumentRules, wallet: Wallet, positions: Column, s: int, symbols: int, rotates: int
) -> float:
    """Quote units an entry of symbol `s` may use: neither held as margin nor promised to another order.

    A position of `s` itself is being reversed: it counts as closed, less what closing it costs. So does, where it
    `rotates`, every position that leaves at the next open. What roundings leave of spent funds is nothing: an order of
    a billionth of the account would be a trade in every count.
    """
    if policy.perp == 0:
        free = wallet.cash - wallet.reserved
        if rotates == 1:
            for other in range(symbols):
                position = positions[other]
                if position.quantity != 0.0 and position.exit_order != 0:
                    free += position.quantity * position.mark * (1.0 - instrument.taker - policy.slippage)
        return free if free > _DUST * wallet.equity else 0.0
    free = wallet.equity - wallet.reserved
    for other in range(symbols):
        position = positions[other]
        if position.quantity != 0.0:
            cost = abs(position.quantity) * position.mark
            closes = other == s or (rotates == 1 and position.exit_order != 0)
            free -= cost * (instrument.taker + policy.slippage) if closes else cost / policy.leverage
    return free if free > _DUST * wallet.equity else 0.0


@kernel
def unit_funds(policy: Policy, instrument: InstrumentRules, price: float) -> float:
    """Quote units to reserve for each base unit ordered at `price`: cost (or margin), buffer and fee."""
    return price * (1.0 + policy.buffer) * (1.0 / policy.leverage + instrument.taker)


@rare
def kelly_stake(policy: Policy, guards: Guards) -> float:
    """The share of the equity to risk: the declared part of mean / variance of R, zero or less without an edge."""
    noted, window = guards.rows[0].results, policy.kelly_window
    if noted < window:
        return policy.kelly_fallback
    mean, squares = 0.0, 0.0
    for k in range(window):
        result = guards.results[(noted + k) % window]
        off = result - mean
        mean += off / (k + 1)
        squares += off * (result - mean)
    if mean <= 0.0:
        return mean
    variance = squares / window
    # Equal results leave no variance, and a stake without bounds.
    stake = policy.size * mean / variance if variance > 0.0 else policy.kelly_most
    return stake if stake < policy.kelly_most else policy.kelly_most


@kernel
def wanted_quantity(
    policy: Policy, guards: Guards, equity: float, price: float, distance: float, measure: float
) -> float:
    """The declared size in base units, before steps and funds; unknown where it cannot be computed.

    `distance`: to the stop; `measure`: the measured volatility or distance of the method.
    """
    if policy.sizing == _QUANTITY:
        quantity = policy.size
    elif policy.sizing == _COST:
        quantity = policy.size / price
    elif policy.sizing == _EQUITY:
        quantity = policy.size * equity / price
    elif policy.sizing == _VOLATILITY:
        quantity = policy.size * equity / (measure * price) if measure > 0.0 else math.nan
    elif policy.sizing == _ATR:
        quantity = policy.size * equity / measure if measure > 0.0 else math.nan
    else:
        stake = kelly_stake(policy, guards) if policy.sizing == _KELLY else policy.size
        quantity = stake * equity / distance if distance > 0.0 else math.nan
    most = policy.size_max * equity / price
    return most if quantity > most else quantity


@kernel
def fitted_quantity(policy: Policy, instrument: InstrumentRules, quantity: float, price: float, free: float) -> float:
    """The quantity on the instrument's steps; a relative size shrinks to what free funds allow."""
    if policy.sizing >= _EQUITY:
        most = free / unit_funds(policy, instrument, price)
        if quantity > most:
            quantity = most
    return on_step(quantity, instrument.quantity_step, -1)
