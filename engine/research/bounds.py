"""How far a result hangs on what candles and costs leave open: the same run again, a little otherwise."""

from __future__ import annotations

from ..report.summary import Variant
from .backtest import Result
from .inputs import AnyInputs, Inputs
from .portfolio import MEETINGS, PortfolioResult

MOST_ROWS = 3_000_000
"""Candles of all symbols up to which a run is repeated without being asked for: about a second."""
COSTS = 2.0


def variants(inputs: AnyInputs, result: Result | PortfolioResult, asked: bool = False) -> list[Variant] | None:
    """The run with ambiguous candles the other way (where it had any) and at twice its costs.

    None where repeating takes long and nobody `asked`.
    """
    most = MOST_ROWS if isinstance(inputs, Inputs) else MOST_ROWS // MEETINGS
    if not asked and sum(len(c) for c in result.candles.values()) > most:
        return None
    optimistic = inputs.account.optimistic
    found = [Variant("as it is", "as reported above", result.metrics)]
    if result.ambiguous:
        name = "pessimistic" if optimistic else "optimistic"
        words = f"every ambiguous candle taken as the {'stop' if optimistic else 'target'}"
        found.append(Variant(name, words, inputs.taken(not optimistic).run().metrics))
    words = f"fees, slippage, spread and impact x {COSTS:g}"
    found.append(Variant("double costs", words, inputs.at_costs(COSTS).run().metrics))
    return found
