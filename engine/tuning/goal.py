"""What makes one trial better than another: figures to make large or small, and what no trial may break."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

import numpy as np

from ..diagnostics.diagnostic import InputError
from ..report.curve import Curve
from ..report.metrics import Metrics, closed_figures, curve_figures, tail_figures
from ..report.trade_figures import TradeFigures
from .prune import WINDOWS
from .seat import Keep, Ran

_CURVE = {
    "final_equity": "final", "return": "total_return", "cagr": "cagr", "max_drawdown": "max_drawdown",
    "ulcer": "ulcer", "volatility": "volatility", "sharpe": "sharpe", "sortino": "sortino", "calmar": "calmar",
}  # fmt: skip
"""Figures that the daily curve and the deepest fall give, by the property of Curve that has them."""
_FALLS = {"max_drawdown", "calmar"}
_WHOLE = {"max_drawdown_days", "recovery_days"}
"""Figures that need every point of equity."""
_OTHERS = {"exposure", "turnover", "fees", "funding", "trades_per_month", "open_trades"}


@cache
def figure_names() -> tuple[str, ...]:
    """Every figure a goal may name."""
    none = np.zeros(0)
    curve = Curve(np.zeros(0, np.int64), none, 1.0, 0)
    empty = TradeFigures(none, none, none, np.zeros(0, np.int64), np.zeros(0, np.int64))
    return (*curve_figures(curve), *tail_figures(curve), *sorted(_OTHERS), *closed_figures(empty))


@dataclass(frozen=True, slots=True)
class Target:
    """One figure to make large (`sign` 1) or small (-1)."""

    figure: str
    sign: int

    @classmethod
    def parse(cls, text: str) -> Target:
        """`sharpe`, `maximize sharpe` or `minimize max_drawdown`; a leading `-` is minimize. Raises InputError."""
        word, _, rest = text.strip().replace(":", " ").partition(" ")
        signs = {"maximize": 1, "minimize": -1}
        sign, name = (signs[word], rest.strip()) if word in signs else (1, text.strip())
        if name.startswith("-"):
            sign, name = -1, name[1:]
        if name not in figure_names():
            near = get_close_matches(name, figure_names(), 1)
            guess = f"did you mean `{near[0]}`?" if near else f"such as {', '.join(list(_CURVE)[2:])}"
            raise InputError(f"there is no figure `{name}` to aim at", help=guess)
        return cls(name, sign)

    def __str__(self) -> str:
        return f"{'maximize' if self.sign > 0 else 'minimize'} {self.figure}"


@dataclass(frozen=True, slots=True)
class Goal:
    """`max_drawdown` is a fraction of the peak."""

    targets: tuple[Target, ...]
    min_trades: int = 0
    max_drawdown: float | None = None

    def keep(self) -> Keep:
        """What a trial must keep so that this goal can be judged."""
        names = {target.figure for target in self.targets}
        easy = {*_CURVE, *_WHOLE, *tail_figures_names(), "profit"}
        falls = bool(names & _FALLS) or self.max_drawdown is not None
        return Keep(falls, bool(names & _WHOLE), bool(names - easy - {"trades"}), self.max_drawdown)

    def values(self, ran: Ran) -> tuple[float | None, ...]:
        """The figures of a trial; None where they are undefined, or the trial did not run to its end."""
        if ran.refused or ran.stopped:
            return (None,) * len(self.targets)
        return tuple(_figure(ran, target.figure) for target in self.targets)

    def score(self, curve: Curve) -> float | None:
        """How good a part of a run is, more is better: by the first figure where the curve has it, else its return."""
        target = self.targets[0]
        of_curve = target.figure in _CURVE
        found = getattr(curve, _CURVE[target.figure]) if of_curve else curve.total_return
        return None if found is None or not np.isfinite(found) else float(found) * (target.sign if of_curve else 1)

    def fails(self, ran: Ran, values: tuple[float | None, ...]) -> str:
        """Why a trial does not count, in words; empty where it does."""
        if ran.refused:
            return ran.refused
        if ran.pruned:
            return f"behind the middle trial after {len(ran.steps)} of {WINDOWS} parts"
        most = self.max_drawdown
        if ran.stopped or (most is not None and ran.curve.max_drawdown > most):
            return f"drawdown above {(most or 0) * 100:g} %"
        if ran.closed < self.min_trades:
            return f"{ran.closed} of {self.min_trades} trades"
        undefined = [t.figure for t, value in zip(self.targets, values, strict=True) if value is None]
        return f"{', '.join(undefined)} undefined" if undefined else ""


@cache
def tail_figures_names() -> tuple[str, ...]:
    return tuple(tail_figures(Curve(np.zeros(0, np.int64), np.zeros(0), 1.0, 0)))


def _figure(ran: Ran, name: str) -> float | None:
    found: float | int | None
    if name in _CURVE:
        found = getattr(ran.curve, _CURVE[name])
    elif name == "trades":
        found = ran.closed
    elif name in tail_figures_names():
        found = tail_figures(ran.curve)[name]
    elif name in _WHOLE or name == "profit":
        found = curve_figures(ran.curve)[name]
    else:
        metrics: Metrics = ran.metrics
        found = getattr(metrics, name) if name in _OTHERS else closed_figures(metrics.closed)[name]
    return None if found is None or not np.isfinite(found) else float(found)
