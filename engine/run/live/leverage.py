"""Leverage and margin mode, set at the venue before anything is sent, and read back where it tells them."""

from __future__ import annotations

from decimal import Decimal

from ...brokers.outcome import BrokerError
from ...brokers.protocol import Broker
from ...diagnostics.diagnostic import InputError
from ...language.deployment import Deployment, Margin


async def set_leverage(broker: Broker, deployment: Deployment) -> None:
    """Of every symbol that is traded; nothing on spot. The broker is open.

    Raises InputError where the venue refuses, or tells afterwards that it is another.
    """
    if deployment.leverage is None:
        return
    wanted, isolated = Decimal(repr(deployment.leverage)), deployment.margin is Margin.ISOLATED
    told = f"{deployment.leverage:g}x {deployment.margin} margin"
    problems = []
    for symbol in deployment.symbols:
        try:
            await broker.set_leverage(symbol, wanted, isolated)
        except BrokerError as error:
            problems.append(f"{symbol}: {error.words}")
    try:
        rows = await broker.positions(deployment.symbols)
    except BrokerError as error:
        raise InputError(f"whether {told} is set cannot be read: {error.words}", help="start again") from None
    for row in rows:
        other = (row.leverage or wanted, isolated if row.isolated is None else row.isolated) != (wanted, isolated)
        if other:
            problems.append(f"{row.symbol} has {row.leverage}x {'isolated' if row.isolated else 'cross'}")
    unproven = [row.symbol for row in rows if row.leverage is None]
    if problems and (unproven or len(rows) < len(deployment.symbols) or any(" has " in one for one in problems)):
        raise InputError(f"{told} could not be set: {'; '.join(problems)}", help="close what is open there, or set it by hand")
