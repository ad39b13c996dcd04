"""`because: EXPR`: whether a signal came for the reason a test gives."""

from __future__ import annotations

from ..diagnostics.diagnostic import DocumentError
from ..diagnostics.report import Report
from ..explaining.replay import Replay, standing
from ..explaining.tree import Held, Node, Trees
from ..language.resolve.resolver import Resolver
from ..language.strategy import Fire, Side
from ..language.term import Term, reads_position
from ..language.text import Text
from .observed import Observed

_TRUTH = {True: "true", False: "false", None: "unknown"}


def not_because(observed: Observed, symbol: str, row: int, signal: str, because: str) -> str | None:
    """What keeps `because` from being the reason of `signal` at a row: it must be true there and, for a rule that fires
    when it turns true, not have been true a candle before. None where it is the reason.

    Raises DocumentError for an expression the strategy's scope cannot read.
    """
    term = _term(observed, because)
    rows = [row - 1, row] if row else [row]
    own, universe = observed.result.candles[symbol], observed.universe
    trees = Trees([term], own, observed.feeds, rows, universe=universe)
    now = trees.node(term, row, _held(observed, symbol, row) if reads_position(term) else None)
    quoted = f"{signal}, but `{' '.join(because.split())}`"
    if now.value is not True:
        return f"{quoted} was {_TRUTH[now.value]} there{_parts(now)}"  # type: ignore[index]  # a condition has one
    if row and _fires_once(observed, signal) and trees.node(term, row - 1).value is True:
        return f"{quoted} was true a candle before already, so it is not what turned"
    return None


def _term(observed: Observed, because: str) -> Term:
    scope = observed.result.strategy.scope
    report = Report("because")
    term = Resolver(scope, report).condition(Text(because), position=True) if scope else None
    if term is None:
        raise DocumentError(report.diagnostics())
    return term


def _held(observed: Observed, symbol: str, row: int) -> Held | None:
    """The position at that close, for an expression that asks for it."""
    result = observed.result
    replay = Replay(result.strategy, observed.candles, result.account, result.instruments)
    return standing(replay.until(int(result.candles[symbol].time[row])), symbol).held


def _parts(node: Node) -> str:
    """What each of the joined conditions was, where there are several."""
    parts = [f"`{part.expression}` {_TRUTH[part.value]}" for part in node.parts if part.condition]  # type: ignore[index]  # a condition has one
    return f" ({', '.join(parts)})" if len(parts) > 1 else ""


def _fires_once(observed: Observed, signal: str) -> bool:
    strategy = observed.result.strategy
    side: Side | None = strategy.long if signal.endswith("long") else strategy.short
    return signal.startswith("enter") and side is not None and side.fire is Fire.ONCE
