"""Lint never cries wolf: what it calls impossible happens on no candle, of any drawn condition over any market."""

from __future__ import annotations

import random

import numpy as np
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from stratrun.engine.diagnostics.report import Report
from stratrun.engine.language.document import loads
from stratrun.engine.language.lint.bounds import Bounds
from stratrun.engine.language.lint.relations import Relations
from stratrun.engine.language.lint.truth import Truth
from stratrun.engine.language.resolve.resolver import Resolver
from stratrun.engine.language.scope import Scope
from stratrun.engine.language.term import Clock, Dimension, Op, Term
from stratrun.engine.language.text import Text
from stratrun.engine.market.timeframe import Timeframe
from stratrun.engine.research.evaluate import evaluate_terms

from ...parity.generator import strategy_text
from ...parity.markets import market

MANY = settings(max_examples=60, deadline=None, derandomize=True, phases=[Phase.generate])
PRICES = (
    "open", "high", "low", "close", "hl2", "close[1]", "high[2]", "highest(high, {n})", "lowest(low, {n})",
    "highest(close, {n})[1]", "lowest(low, {n})[2]", "donchian({n}).upper", "donchian({n}).lower", "sma(close, {n})",
    "sma(high, {n})", "ema(close, {n})", "bb(close, {n}, 2).upper", "bb(close, {n}, 2).lower",
    "bb(close, {n}, 0).basis",
    "max(open, close)", "min(open, close[1])", "close * 0.99", "highest(high, {n}) * 1.01", "close + atr({n})",
    "close - 2 * atr({n})", "max(high, ema(close, {n}))", "4h.high", "4h.highest(high, 3)", "4h.close[1]",
    "linreg(close, {n})",
    "vwma(close, {n})", "median(low, {n})", "running_max(high)", "abs(close - 5)", "dema(close, {n})", "sum(low, 2)",
)  # fmt: skip
NUMBERS = (
    ("rsi(close, {n})", (0, 30, 50, 70, 100, 120)), ("sma(rsi(close, 3), {n})", (-1, 0, 50, 100, 101)),
    ("stoch({n}, 2, 2).k", (0, 20, 80, 100)), ("percentrank(close, {n})", (0, 50, 100)),
    ("count(close > open, {n})", (0, 1, 3, 14)), ("time.hour", (0, 4, 20, 23, 24)), ("time.weekday", (0, 1, 7, 8)),
    ("roc(close, {n})", (-101, -100, 0)), ("close / open", (0, 1, 2)), ("(close - open) / (high - low)", (-1, 0, 1)),
    ("change(rsi(close, 3), {n})", (-100, 0, 100)), ("correlation(close, volume, {n})", (-1, 0, 1)),
    ("abs(rsi(close, 3) - 50)", (0, 50, 51)), ("-rsi(close, {n})", (-100, -50, 0)), ("volume", (0, 1)),
    ("high - low", (0,)), ("close - highest(high, {n})", (0,)), ("stdev(close, {n})", (0,)),
    ("1 / (close - open)", (0,)),
    ("aroon({n}).osc * 2", (-200, 0, 200)), ("nz(4h.rsi(close, 3), -5)", (-5, 0, 100)), ("close / low", (0.5, 1)),
)  # fmt: skip


def relation(rng: random.Random) -> str:
    n = rng.randrange(2, 9)
    if rng.randrange(2):
        left, right = (rng.choice(PRICES).format(n=rng.randrange(2, 9)) for _ in range(2))
    else:
        text, levels = rng.choice(NUMBERS)
        left, right = text.format(n=n), f"{rng.choice(levels):g}"
    sign = rng.choice(("<", "<=", ">", ">=", "==", "!=", "crosses above", "crosses below"))
    return f"{left} {sign} {right}"


def condition(rng: random.Random, depth: int = 2) -> str:
    kind = rng.randrange(8)
    if depth == 0 or kind < 3:
        return relation(rng)
    if kind < 7:
        word = rng.choice((" and ", " or "))
        parts = [condition(rng, depth - 1) for _ in range(rng.randrange(2, 4))]
        parts.append(rng.choice(parts) if rng.randrange(4) == 0 else relation(rng))
        return word.join(f"({part})" for part in parts)
    return (
        f"not ({condition(rng, depth - 1)})"
        if rng.randrange(2)
        else f"({relation(rng)}) {rng.choice(('for', 'within'))} 2 candles"
    )


def reached(roots: list[Term], own: Clock) -> list[Term]:
    """Every term on the own clock below the roots."""
    seen: dict[Term, None] = {}
    stack = list(roots)
    while stack:
        term = stack.pop()
        if term not in seen:
            seen[term] = None
            stack += term.args
    return [t for t in seen if t.clock == own and t.op is not Op.POSITION]


def hold(roots: list[Term], seed: int, timeframe: Timeframe, feeds: dict[str, str]) -> None:
    """Compare what lint knows about every term with what happens."""
    rng = random.Random(seed)
    terms = {str(k): term for k, term in enumerate(reached(roots, Clock("", timeframe)))}
    candles = market(rng, ("BTC/USDT", *feeds.values()), timeframe, 160)
    given_feeds = {name: candles[symbol] for name, symbol in feeds.items()}
    columns = evaluate_terms(terms, candles["BTC/USDT"], given_feeds, machine_code=False).columns
    truth = Truth(Relations(Bounds({})))
    for name, term in terms.items():
        column = np.asarray(columns[name])
        if term.dimension is Dimension.CONDITION:
            assert not (truth.never(term) and (column == 1).any()), term
            assert not (truth.always(term) and (column == 0).any()), term
        else:
            bounds = truth.relations.bounds.of(term)
            assert all(float(value) in bounds for value in column if value == value), (term, bounds)


@given(st.integers(0, 2**32))
@MANY
def test_conditions_drawn_near_their_bounds(seed: int) -> None:
    """No number leaves its interval, nothing called never true is true, nothing called always true is false."""
    rng = random.Random(seed)
    timeframe = Timeframe.parse("1h")
    report = Report()
    resolver = Resolver(Scope(timeframe), report)
    roots = [resolver.condition(Text(condition(rng))) for _ in range(6)]
    assert report.diagnostics() == []
    hold([root for root in roots if root is not None], seed, timeframe, {})


@given(st.randoms(use_true_random=False))
@settings(MANY, max_examples=25)
def test_drawn_strategies(rng: random.Random) -> None:
    """The same for every term of any strategy the language's grammar gives."""
    text, _ = strategy_text(rng)
    strategy = loads(text)
    sides = [side for side in (strategy.long, strategy.short) if side is not None]
    roots = [side.enter for side in sides] + [side.exit.when for side in sides if side.exit.when is not None]
    roots += [strategy.filters] if strategy.filters is not None else []
    candle_only = [term for term in roots if not any(t.op is Op.POSITION for t in _all(term))]
    hold(candle_only, rng.randrange(2**32), strategy.timeframe, dict(strategy.feeds))


def _all(root: Term) -> list[Term]:
    seen: dict[Term, None] = {}
    stack = [root]
    while stack:
        term = stack.pop()
        if term not in seen:
            seen[term] = None
            stack += term.args
    return list(seen)
