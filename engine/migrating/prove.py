"""Holds a migrated file to what it was made of: equal meaning, equal graph, equal signals and trades.

1. The old document's content as a strategy, never written; the new file's bytes as a strategy, read again.
2. Their fields, the hash of their meaning and their compiled graphs are compared; the first difference is named.
3. Both trade the same candles, and every signal and trade is compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import zip_longest
from typing import Any

import numpy as np

from ..diagnostics.diagnostic import DocumentError, InputError
from ..diagnostics.report import Report
from ..graph.plan import Plan, Step
from ..language.document import examine, loads
from ..language.identity import meaning_hash
from ..language.strategy import Strategy
from ..language.yaml.source import Source, parse
from ..market.candles import Candles
from ..market.instrument import make_instrument
from ..market.sample import sample_candles
from ..research.backtest import Result, backtest
from ..store.load import load_candles
from ..trading.account import Account
from ..trading.wiring import wire
from .content import document_of
from .look import Move

_START = 1_704_067_200_000
_ROWS = 1_500
_MOST = 10_000
_CAPITAL = 10_000.0
_CODE = "SR808"
_MEND = "nothing was written; please report it with the old file"


@dataclass(frozen=True, slots=True)
class Proof:
    """What was compared: `signals` and `trades` came out equal over `candles` candles."""

    hash: str
    candles: int
    signals: int
    trades: int


def prove(move: Move, specs: Sequence[str] = ()) -> Proof:
    """Compare the old file of a move with its new bytes, over the candles of `specs` or synthetic ones.

    Raises InputError where anything differs, and DocumentError where the new bytes cannot be read.
    """
    before, after = _before(move), _after(move)
    compare(before, after)
    plan = wire(before).plan
    candles = _candles(before, plan.first, specs)
    one, other = _run(before, candles), _run(after, candles)
    replayed(one, other)
    rows = max(len(c.time) for c in candles.values())
    return Proof(plan.hash, rows, len(one.decisions.time), len(one.trades))


def compare(before: Strategy, after: Strategy) -> None:
    """Raises InputError that names the first field or node that differs."""
    for field in fields(Strategy):
        if field.name not in ("path", "scope") and _said(before, field.name) != _said(after, field.name):
            raise _differs(f"`{field.name}` differs")
    one, other = wire(before).plan, wire(after).plan
    if one.hash != other.hash or meaning_hash(before) != meaning_hash(after):
        raise _differs(_difference(one, other))


def replayed(before: Result, after: Result) -> None:
    """Raises InputError where two runs over the same candles differ in a signal or a trade."""
    for what, one, other in (
        ("signal", before.decisions, after.decisions), ("trade", before.trades, after.trades),
    ):  # fmt: skip
        for field in fields(one):
            a, b = np.asarray(getattr(one, field.name)), np.asarray(getattr(other, field.name))
            if not (a.shape == b.shape and (a == b if a.dtype.kind in "OUS" else np.equal(a, b) | _both(a, b)).all()):
                raise _differs(f"a {what} differs in `{field.name}`")
    if not np.array_equal(before.equity, after.equity):
        raise _differs("the equity differs")


def _both(a: Any, b: Any) -> Any:
    """Where both are unknown."""
    return np.isnan(a) & np.isnan(b) if a.dtype.kind == "f" else np.zeros(a.shape, bool)


def _before(move: Move) -> Strategy:
    if move.content is None:
        return loads(move.old.decode("utf-8-sig"), path=str(move.path))
    report = Report(str(move.path))
    strategy = examine(Source(str(move.path), document_of(move.content), report))
    if strategy is None or report.failed:
        raise DocumentError(report.diagnostics())
    return strategy


def _after(move: Move) -> Strategy:
    source = parse(str(move.target), move.new)
    strategy = examine(source)
    if strategy is None or source.report.failed:
        raise DocumentError(source.report.diagnostics())
    return strategy


def _said(strategy: Strategy, name: str) -> str:
    """A field in full: terms say their whole tree, and mappings their order does not matter in."""
    value = getattr(strategy, name)
    return repr(sorted(value.items())) if isinstance(value, Mapping) else repr(value)


def _difference(one: Plan, other: Plan) -> str:
    for a, b in zip_longest(one.steps, other.steps):
        if _step(one, a) != _step(other, b):
            return f"the node {_step(one, a)} has become {_step(other, b)}"
    return "the graphs' columns differ"


def _step(plan: Plan, step: Step | None) -> str:
    return "nothing" if step is None else f"`{', '.join(plan.columns[out].label for out in step.outputs)}`"


def _differs(what: str) -> InputError:
    return InputError(f"the migrated file does not decide as the old one: {what}", _MEND, _CODE)


def _candles(strategy: Strategy, first: int, specs: Sequence[str]) -> Mapping[str, Candles]:
    wanted = list(dict.fromkeys((*strategy.symbols, *strategy.feeds.values())))
    if specs:
        return load_candles(specs, wanted, strategy.timeframe)
    count = min(first + _ROWS, _MOST)
    return {symbol: sample_candles(symbol, strategy.timeframe, _START, count) for symbol in wanted}


def _run(strategy: Strategy, candles: Mapping[str, Candles]) -> Result:
    instruments = {symbol: make_instrument(symbol, {}) for symbol in strategy.symbols}
    return backtest(strategy, candles, account=Account(_CAPITAL, 0.0), instruments=instruments)
