"""When a recorded decision was made: at a close, or inside the candle that opens then."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from stratrun.engine.trading.codes import Decision
from stratrun.engine.trading.moments import made_inside
from stratrun.engine.trading.trades import ExitReason, Trades


def ended(reason: ExitReason) -> Trades:
    """One long of the first symbol that ended at 5."""
    columns: dict[str, Any] = dict.fromkeys(Trades.__dataclass_fields__, np.zeros(1))
    columns |= {"symbols": ("A/B", "C/B"), "symbol": np.array([0]), "side": np.array([1]), "exit_time": np.array([5])}
    return Trades(**(columns | {"reason": np.array([int(reason)])}))


@pytest.mark.parametrize(
    ("reason", "inside"),
    [(ExitReason.STOP, True), (ExitReason.LIQUIDATION, True), (ExitReason.RULE, False), (ExitReason.OPPOSITE, False)],
)
def test_an_order_goes_with_its_position(reason: ExitReason, inside: bool) -> None:
    """It is canceled inside the candle in which a level ended the position, else at the close that decided it."""
    trades = ended(reason)
    assert made_inside(Decision.ORDER_CANCELED, 5, 0, 1, trades) is inside
    assert not made_inside(Decision.ORDER_CANCELED, 6, 0, 1, trades)
    assert not made_inside(Decision.ORDER_CANCELED, 5, 1, 1, trades)
    assert not made_inside(Decision.ORDER_CANCELED, 5, 0, -1, trades)


@pytest.mark.parametrize("code", [Decision.FILL_REDUCED, Decision.FILL_DROPPED, Decision.POST_ONLY])
def test_fills_are_inside(code: Decision) -> None:
    """What is found out when an order fills is no matter of a close."""
    assert made_inside(code, 5, 0, 1, ended(ExitReason.RULE))
