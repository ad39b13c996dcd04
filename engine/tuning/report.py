"""Findings -> words for a terminal and plain data for programs."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from typing import Any

from ..luck.text import verdict_text
from ..report import wording as say
from ..report.curve import Curve
from ..report.grids import Grid
from ..report.text import beside, console_on, plain
from .findings import Findings
from .search import Study
from .stability import picture
from .trial import Trial

SHOWN = 10


def print_findings(found: Findings) -> None:
    """Print what was found, from the best trials to the question whether it is luck."""
    console = console_on()
    study = found.study
    console.print(headline(study))
    for part in beside(_best(found)):
        console.print(part)
    for part in beside(_baselines(found)):
        console.print(part)
    if found.walked:
        for part in beside(_folds(found)):
            console.print(part)
    for part in _words(found, console.options.ascii_only, console.width):
        console.print("")
        for line in part.splitlines():
            console.print(plain(line, console), soft_wrap=True)


def headline(study: Study) -> str:
    """How the search was made, and how many trials count."""
    failed = sum(not trial.counts for trial in study.trials)
    pruned = sum(trial.pruned for trial in study.trials)
    return (
        f"{say.counted(len(study.trials), 'trial')} of {study.plan.space.size:,} points by {study.plan.method.value}, "
        f"seed {study.plan.seed}; {failed:,} do not count" + (f", {pruned:,} of them pruned" if pruned else "")
    )


def _best(found: Findings) -> Grid | None:
    study = found.study
    shown = (study.front if len(study.plan.goal.targets) > 1 else study.ranked)[:SHOWN]
    if not shown:
        return None
    names = [axis.name for axis in study.plan.space.axes]
    heads = [*names, *(target.figure for target in study.plan.goal.targets), "trades"]
    rows = [[f"{k + 1}", *t.point.values(), *map(say.ratio, t.values), f"{t.trades:,}"] for k, t in enumerate(shown)]
    return Grid("Pareto front" if len(study.plan.goal.targets) > 1 else "Best", heads, rows)


def _baselines(found: Findings) -> Grid | None:
    """The chosen point beside doing nothing clever."""
    if found.chosen is None or found.dearer is None:
        return None
    rows = [
        ("Chosen", *_line(found.chosen.metrics.curve)),
        ("  at twice the costs", *_line(found.dearer.metrics.curve)),
    ]
    if found.outside is not None:
        rows.append(("Walk-forward tests", *_line(found.outside)))
    if found.hold is not None:
        rows.append(("Buy and hold", *_line(found.hold)))
    if found.entered_by_chance:
        rows.append(("Random entries (median)", say.percent(median(found.entered_by_chance), signed=True), "", ""))
    return Grid("Beside it", ["Return", "Sharpe", "Max drawdown"], rows)


def _line(curve: Curve) -> tuple[str, str, str]:
    return say.percent(curve.total_return, signed=True), say.ratio(curve.sharpe), say.percent(curve.max_drawdown)


def _folds(found: Findings) -> Grid:
    names = [axis.name for axis in found.study.plan.space.axes]
    rows = []
    for each in found.walked:
        point = each.best.point if each.best else {}
        kept = each.kept
        rows.append([
            f"{each.fold.number}  {say.when(each.fold.test[0])[:10]} to {say.when(each.fold.test[1])[:10]}",
            *(point.get(name, say.NONE) for name in names),
            say.percent(kept.in_sample, signed=True), say.percent(kept.out_of_sample, signed=True),
            say.ratio(kept.efficiency),
        ])  # fmt: skip
    return Grid("Test", [*names, "Train a year", "Test a year", "Kept"], rows)


def _words(found: Findings, ascii_only: bool, columns: int) -> Iterator[str]:
    study = found.study
    if found.importance:
        shares = ", ".join(f"{name} {say.percent(share, places=0)}" for name, share in found.importance.items())
        yield f"How much of the goal each parameter explains by itself: {shares}."
    lines = picture(study, ascii_only)
    if lines:
        yield "\n".join(lines)
    beaten = sum(
        1 for each in found.entered_by_chance if found.chosen and each >= found.chosen.metrics.curve.total_return
    )
    if found.entered_by_chance:
        yield f"{beaten} of {len(found.entered_by_chance)} runs with random entries and the same exits did as well."
    if found.verdict is not None:
        yield verdict_text(found.verdict, columns)
    if study.best is None:
        yield "No trial counts. " + why_none(study)


def why_none(study: Study) -> str:
    """What kept trials from counting, the commonest first."""
    reasons: dict[str, int] = {}
    for trial in study.trials:
        reasons[trial.failed] = reasons.get(trial.failed, 0) + 1
    common = sorted(reasons.items(), key=lambda item: -item[1])[:3]
    return "; ".join(f"{count:,} x {reason}" for reason, count in common) or "No point fulfils what the file requires."


def to_json(found: Findings, stated: dict[str, Any]) -> dict[str, Any]:
    """The findings as plain data; undefined figures are null."""
    study, near = found.study, found.plateau
    return {
        "data_hash": stated["data"],
        "receipt": stated,
        "interrupted": study.interrupted,
        "chosen": None if study.best is None else _trial(study.best, study),
        "front": [_trial(trial, study) for trial in study.front] if len(study.plan.goal.targets) > 1 else None,
        "figures": found.chosen.metrics.figures() if found.chosen else None,
        "baselines": {
            "buy_and_hold": found.hold.total_return if found.hold else None,
            "twice_the_costs": found.dearer.metrics.curve.total_return if found.dearer else None,
            "random_entries": list(found.entered_by_chance),
        },
        "importance": found.importance,
        "plateau": None if near is None else {"kept": near.kept, "neighbours": list(near.neighbours)},
        "folds": [
            {"number": w.fold.number, "train": list(w.fold.train), "test": list(w.fold.test), "trials": w.trials,
             "params": dict(w.best.point) if w.best else None, "in_sample": w.kept.in_sample,
             "out_of_sample": w.kept.out_of_sample, "efficiency": w.kept.efficiency}
            for w in found.walked
        ],
        "walk_forward_return": found.outside.total_return if found.outside else None,
        "verdict": found.verdict.to_json() if found.verdict else None,
        "trials": [_trial(trial, study) for trial in study.trials],
    }  # fmt: skip


def _trial(trial: Trial, study: Study) -> dict[str, Any]:
    values = {t.figure: value for t, value in zip(study.plan.goal.targets, trial.values, strict=True)}
    return {"number": trial.number, "params": dict(trial.point), **values, "trades": trial.trades,
            "failed": trial.failed or None}  # fmt: skip
