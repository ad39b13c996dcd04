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
    refused: dict[str, str] = {}
    for symbol in deployment.symbols:
        try:
            await broker.set_leverage(symbol, wanted, isolated)
        except BrokerError as error:
            refused[symbol] = error.words
    try:
        rows = await broker.positions(deployment.symbols)
    except BrokerError as error:
        raise InputError(f"the leverage cannot be read: {error.words}", help="start again") from None
    for row in rows:
        if row.leverage not in (None, wanted) or row.isolated not in (None, isolated):
            refused[row.symbol] = f"it is {row.leverage}x {'isolated' if row.isolated else 'cross'} at the venue"
        elif row.leverage == wanted and row.isolated == isolated:
            refused.pop(row.symbol, None)  # it has what was asked for, and refused to be told again
    if refused:
        told = "; ".join(f"{symbol}: {words}" for symbol, words in refused.items())
        raise InputError(f"{deployment.leverage:g}x {deployment.margin} margin could not be set: {told}",
                         help="close what is open there, or set it by hand at the venue")  # fmt: skip
