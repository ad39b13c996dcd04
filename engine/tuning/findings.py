"""A study -> what a trader needs to know of it: the chosen point beside its baselines, and whether it is luck."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..luck.efficiency import followed
from ..luck.plateau import Plateau
from ..luck.verdict import Verdict, judge
from ..report.curve import Curve
from ..report.hold import buy_and_hold
from ..report.release import release
from ..research.backtest import Result, iso
from ..research.baselines import random_entries
from ..research.inputs import AnyInputs, Inputs, content_hash
from ..research.portfolio import PortfolioResult
from ..research.record import data_hash
from .draft import Drafted
from .folds import Walked, chained
from .samplers import Method
from .search import Plan, Study
from .sharing import Run
from .stability import importance, neighbours, plateau
from .trial import Trial

RANDOM_RUNS = 20
"""Runs with random entries beside the chosen point."""
DEARER = 2.0
MATRIX = 256 << 20
"""Bytes of daily returns beyond which they are handed on in half the precision."""


@dataclass(frozen=True)
class Findings:
    """`entered_by_chance` are the returns of the same exits after random entries; `dearer` is the chosen point at
    twice the costs; None where no trial counted."""

    study: Study
    counted: int
    chosen: Result | PortfolioResult | None = None
    hold: Curve | None = None
    dearer: Result | PortfolioResult | None = None
    entered_by_chance: tuple[float, ...] = ()
    plateau: Plateau | None = None
    importance: dict[str, float] = field(default_factory=dict)
    verdict: Verdict | None = None
    walked: tuple[Walked, ...] = ()

    @property
    def outside(self) -> Curve | None:
        """The chained equity of all walk-forward tests."""
        return chained(self.walked, self.chosen.account.capital) if self.walked and self.chosen else None


def find_out(study: Study, inputs: AnyInputs, draft: Drafted[Any], run: Run, walked: Sequence[Walked] = ()) -> Findings:
    """Look at a study from all sides; the chosen point's neighbours are run where they were not tried."""
    counted = len(study.trials) + sum(fold.trials for fold in walked)
    best = study.best
    if best is None:
        return Findings(study, counted, walked=tuple(walked))
    chosen_inputs = inputs.of(draft.at(best.point))
    chosen = chosen_inputs.run()
    hold = buy_and_hold(chosen.metrics.curve, chosen.candles.values())
    chance: tuple[float, ...] = ()
    if len(chosen.trades):
        drawn = random_entries(chosen_inputs, chosen, RANDOM_RUNS, study.plan.seed)
        chance = tuple(float(growth[-1]) - 1.0 for growth, _ in drawn if len(growth))
    near = plateau(study, best, _around(study, best, run, draft))
    return Findings(
        study, counted, chosen, hold, chosen_inputs.at_costs(DEARER).run(), chance, near, importance(study),
        _verdict(study, best, counted, walked, near), tuple(walked),
    )  # fmt: skip


def _around(study: Study, best: Trial, run: Run, draft: Drafted[Any]) -> list[Trial]:
    """The best point's neighbours. Those run only for this are no candidates, so they do not count as tried."""
    known = {key: trial for key, trial in study.by_point().items() if not trial.pruned}
    points = neighbours(study, best)
    tried = [known[key] for key in (tuple(p.values()) for p in points) if key in known]
    missing = [point for point in points if tuple(point.values()) not in known]
    return tried + run([point for point in missing if draft.fits(point)], len(study.trials))


def _verdict(study: Study, best: Trial, counted: int, walked: Sequence[Walked], near: Plateau) -> Verdict | None:
    whole = [trial for trial in study.trials if len(trial.returns) == len(best.returns)]
    if not len(best.returns):
        return None
    returns = matrix(whole)
    folds = [fold.kept for fold in walked] or followed(returns)
    return judge(returns, whole.index(best), counted, folds=folds, plateau=near, seed=study.plan.seed)


def matrix(trials: Sequence[Trial]) -> NDArray[Any]:
    """Daily returns, (days, trials)."""
    size = sum(trial.returns.nbytes for trial in trials)
    return np.column_stack([t.returns for t in trials]).astype(np.float32 if size > MATRIX else np.float64)


def made_of(inputs: AnyInputs, plan: Plan) -> dict[str, Any]:
    """Everything a trial and the order of trials depend on, as plain data: equal for equal studies."""
    account = asdict(inputs.account)
    instruments = {s: {k: str(v) for k, v in asdict(i).items()} for s, i in inputs.instruments.items()}
    return {
        _kind(inputs): inputs.identity,
        "candles": content_hash(inputs.candles),
        "finer_candles": content_hash(inputs.venue.detail) if inputs.venue.detail else "",
        "range": [inputs.start, inputs.end],
        "costs": [account, instruments],
        "funding": content_hash({}, inputs.venue.funding) if inputs.venue.funding else "",
        "goal": [[str(t) for t in plan.goal.targets], plan.goal.min_trades, plan.goal.max_drawdown],
        "sampler": [plan.method.value, plan.seed, _library(plan.method)],
        **({"pruning": True} if plan.prune else {}),
        "parameters": {axis.name: [len(axis), axis.texts[0], axis.texts[-1]] for axis in plan.space.axes},
        "release": release(),
    }


def _kind(inputs: AnyInputs) -> str:
    return "strategy" if isinstance(inputs, Inputs) else "portfolio"


def receipt(found: Findings, inputs: AnyInputs, draft: Drafted[Any]) -> dict[str, Any]:
    """Where the chosen values came from, for their file."""
    plan, best = found.study.plan, found.study.best
    stated = made_of(inputs, plan)
    result = found.chosen
    return {
        _kind(inputs): inputs.identity,
        "tuned": inputs.of(draft.written(best.point)).identity if best else "",
        "candles": stated["candles"],
        "data": data_hash(inputs, result.candles if result else None),
        "from": iso(int(result.time[0])) if result and len(result.time) else "",
        "to": iso(int(result.time[-1])) if result and len(result.time) else "",
        "capital": inputs.account.capital,
        "slippage": inputs.account.slippage,
        "fees": {symbol: [i.maker, i.taker] for symbol, i in inputs.instruments.items()},
        "goal": ", ".join(str(target) for target in plan.goal.targets),
        "value": list(best.values) if best else [],
        "trials": found.counted,
        "sampler": plan.method.value,
        "seed": plan.seed,
        "interrupted": found.study.interrupted,
        "verdict": found.verdict.outcome.value if found.verdict else "unknown",
        "versions": {"stratrun": release(), "python": platform.python_version(), "numpy": np.__version__,
                     **({"optuna": _library(plan.method)} if _library(plan.method) else {})},
    }  # fmt: skip


def _library(method: Method) -> str:
    """The release of what proposes the points, where that is not this package."""
    if method in (Method.GRID, Method.RANDOM):
        return ""
    import optuna

    return str(optuna.__version__)
