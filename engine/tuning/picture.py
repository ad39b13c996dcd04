"""Findings -> the page of a study as plain values: trials, front, importance, folds, fans and the verdict."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from statistics import median

import numpy as np
from numpy.typing import NDArray

from ..diagnostics.diagnostic import InputError
from ..language.expression.units import read_value
from ..luck.simulated import Method
from ..report import wording as say
from ..report.curve import DAY, Curve
from ..report.html import research_data as page
from ..research.chance import Wanted, simulate
from ..research.inputs import AnyInputs
from ..research.study_pictures import checks_of, evidence_of, fans_of
from .findings import Findings
from .report import headline
from .space import Space
from .trial import Trial

PASTS = 2_000
"""Other pasts in the fans of the chosen point."""
BINS = 12
PLACES = 6
"""Decimals of growth: a page needs no more."""


def study_page(found: Findings, inputs: AnyInputs) -> page.Study:
    """What `research_page` draws; parts that the study has no figures for stay empty."""
    study = found.study
    plan = study.plan
    several = len(plan.goal.targets) > 1
    verdict = found.verdict
    pasts = _pasts(found, inputs)
    behind = [] if verdict is None else evidence_of(verdict)
    return page.Study(
        f"Study: {inputs.subject.name}",
        list(_header(found)),
        "" if verdict is None else verdict.words,
        [] if verdict is None else checks_of(verdict),
        [page.Goal(target.figure, target.sign > 0) for target in plan.goal.targets],
        [_point(trial, plan.space, len(plan.goal.targets)) for trial in study.trials],
        None if study.best is None else study.best.number,
        [trial.number for trial in study.front] if several else [],
        found.importance,
        list(_folds(found)),
        pasts.fans if pasts else [],
        [*behind, *_by_chance(found), *(pasts.histograms if pasts else [])],
        list(_notes(found)),
    )


def _header(found: Findings) -> Iterator[str]:
    study = found.study
    yield headline(study)
    if study.best is None or found.chosen is None:
        return
    values = ", ".join(f"{name} {text}" for name, text in study.best.point.items())
    yield f"Chosen: {values}; {_line(found.chosen.metrics.curve)}"
    beside = {
        "At twice the costs": found.dearer.metrics.curve if found.dearer else None,
        "Walk-forward tests": found.outside,
        "Buy and hold": found.hold,
    }
    yield from (f"{name}: {_line(curve)}" for name, curve in beside.items() if curve is not None)
    if found.entered_by_chance:
        yield f"Random entries (median): {say.percent(median(found.entered_by_chance), signed=True)}"


def _line(curve: Curve) -> str:
    return (f"return {say.percent(curve.total_return, signed=True)}, Sharpe ratio {say.ratio(curve.sharpe)}, "
            f"max drawdown {say.percent(curve.max_drawdown)}")  # fmt: skip


def _notes(found: Findings) -> Iterator[str]:
    if found.study.interrupted:
        yield "The search was interrupted: what is shown is what there was by then."
    if found.study.best is None:
        yield "No trial counts."


def _point(trial: Trial, space: Space, goals: int) -> page.TrialPoint:
    """A trial that does not count has no goals, so that no map and no front shows them."""
    values = trial.values if trial.counts else (None,) * goals
    params: dict[str, page.Value] = {}
    for axis in space.axes:
        name, value = _number(axis.name, trial.point[axis.name])
        params[name] = value
    return page.TrialPoint(trial.number, params, values)


def _number(name: str, text: str) -> tuple[str, page.Value]:
    """A value as a number, so that an axis has its order; its unit goes to the name: 3% is 3 of `stop (%)`."""
    value = read_value(text)
    if value is None:
        return name, text
    number = Decimal(repr(value.number)) * (100 if value.unit == "%" else 1)
    shown = int(number) if number == number.to_integral_value() else float(number)
    return (f"{name} ({value.unit})" if value.unit else name), shown


def _folds(found: Findings) -> Iterator[page.FoldCurve]:
    """Each fold's test from its start on, a point per day."""
    for fold in found.walked:
        if fold.tested is None or not len(fold.tested.time):
            continue
        curve, kept = fold.tested.metrics.curve, fold.kept
        rows = _daily(curve.time)
        time = [curve.start, *curve.time[rows].tolist()]
        growth = [1.0, *np.round(curve.equity[rows] / curve.capital, PLACES).tolist()]
        yield page.FoldCurve(f"fold {fold.fold.number}", time, growth, kept.in_sample, kept.out_of_sample)


def _daily(time: NDArray[np.int64]) -> NDArray[np.int64]:
    """The last row of each day."""
    return np.flatnonzero(np.append(np.diff((time - 1) // DAY) > 0, True))


def _pasts(found: Findings, inputs: AnyInputs) -> page.Study | None:
    """Growth and falls of the chosen point's days drawn again in blocks; None where there are too few."""
    if found.chosen is None:
        return None
    wanted = Wanted(Method.BLOCKS, PASTS, found.study.plan.seed)
    try:
        return fans_of(inputs.subject.name, simulate(inputs, found.chosen, wanted))
    except InputError:
        return None


def _by_chance(found: Findings) -> Iterator[page.Histogram]:
    """Where the same exits ended after random entries, and where the chosen point did."""
    ends = np.array(found.entered_by_chance) * 100
    if found.chosen is None or len(ends) < 2 or float(np.ptp(ends)) <= 0:
        return
    mark = found.chosen.metrics.curve.total_return * 100
    counts, edges = np.histogram(ends, BINS, (min(mark, *ends), max(mark, *ends)))
    words = f"{len(ends)} runs with the same exits and sizes, entered at random times as often."
    yield page.Histogram("Are the entries better than chance?", words, "return, %", edges.tolist(), counts.tolist(),
                         {"chosen": mark})  # fmt: skip
