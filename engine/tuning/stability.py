"""Is the best point a plateau or a spike, and which parameters matter: from the trials that were made."""

from __future__ import annotations

import math
from collections import defaultdict

import numpy as np

from ..luck.plateau import Plateau
from .goal import Goal
from .search import Study
from .space import Point
from .trial import Trial

SHADES = " ░▒▓█"
PLAIN = " .:*#"
WIDEST = 60


def neighbours(study: Study, best: Trial) -> list[Point]:
    """The points a step from the best in one parameter; of one without steps, a twentieth of its range."""
    space = study.plan.space
    places, found = space.places(best.point), []
    for k, axis in enumerate(space.axes):
        step = 1 if axis.stepped else max(1, len(axis) // 20)
        for place in (places[k] - step, places[k] + step):
            if 0 <= place < len(axis):
                found.append(space.point([*places[:k], place, *places[k + 1 :]]))
    if len(found) == 1:
        found += [point for point in (_further(study, best, found[0]),) if point != found[0]]
    return found


def _further(study: Study, best: Trial, near: Point) -> Point:
    """One step on from the only neighbour, at the end of the only parameter; the neighbour where there is none."""
    space = study.plan.space
    steps = zip(space.places(best.point), space.places(near), space.axes, strict=True)
    places = [min(max(2 * b - a, 0), len(axis) - 1) for a, b, axis in steps]
    return space.point(places)


def plateau(study: Study, best: Trial, around: list[Trial]) -> Plateau:
    """The goal at the best point and beside it; a neighbour that does not count is worth nothing."""
    goal = study.plan.goal
    return Plateau(_worth(best, goal), tuple(_worth(trial, goal) for trial in around))


def _worth(trial: Trial, goal: Goal) -> float:
    """More is better, and above zero where it can be: a figure to make small counts by its inverse."""
    score = trial.score(goal)
    if score is None or goal.targets[0].sign > 0:
        return score or 0.0
    return -1.0 / score if score < 0 else math.inf


def importance(study: Study) -> dict[str, float]:
    """The share of the goal's variance that each parameter explains by itself (0 to 1), the largest first.

    The variance of the means of up to eight groups of its values, over the whole variance.
    """
    goal, space = study.plan.goal, study.plan.space
    good = [trial for trial in study.trials if trial.counts]
    scores = np.array([trial.score(goal) for trial in good], np.float64)
    whole = float(scores.var()) if len(scores) else 0.0
    if whole <= 0.0 or len(scores) < 8:
        return {}
    places = np.array([space.places(trial.point) for trial in good])
    found = {}
    for k, axis in enumerate(space.axes):
        group = places[:, k] * min(8, len(axis)) // len(axis)
        between = sum(
            np.count_nonzero(group == g) * (float(scores[group == g].mean()) - float(scores.mean())) ** 2
            for g in np.unique(group)
        )
        found[axis.name] = between / len(scores) / whole
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def picture(study: Study, ascii_only: bool = False) -> list[str]:
    """The goal over the two first tuned parameters, darkest where it is best; empty for fewer than two.

    Each cell is the median of its trials, whatever the other parameters were; `+` marks the chosen point.
    """
    space, goal, best = study.plan.space, study.plan.goal, study.best
    if len(space.axes) < 2 or best is None:
        return []
    across, down = space.axes[1], space.axes[0]
    width, height = min(len(across), WIDEST), min(len(down), 20)
    cells: dict[tuple[int, int], list[float]] = defaultdict(list)
    for trial in study.ranked:
        at = space.places(trial.point)
        cells[at[0] * height // len(down), at[1] * width // len(across)].append(trial.score(goal) or 0.0)
    known = {cell: float(np.median(values)) for cell, values in cells.items()}
    low, high = min(known.values()), max(known.values())
    spread = (high - low) or math.inf
    marks = PLAIN if ascii_only else SHADES
    chosen = space.places(best.point)
    mark = (chosen[0] * height // len(down), chosen[1] * width // len(across))
    label = max(len(text) for text in down.texts)
    wide = 2 if width <= WIDEST // 2 else 1
    lines = [
        f"{down.name} down, {across.name} across ({across.texts[0]} to {across.texts[-1]}); "
        f"{goal.targets[0].figure} from {low * goal.targets[0].sign:.4g} (light) to "
        f"{high * goal.targets[0].sign:.4g} (dark)"
    ]
    for row in range(height):
        shades = [
            "+" if (row, column) == mark else
            "·" if (row, column) not in known and not ascii_only else
            " " if (row, column) not in known else
            marks[1 + min(3, int((known[row, column] - low) / spread * 4))]
            for column in range(width)
        ]  # fmt: skip
        text = down.texts[min(len(down) - 1, row * len(down) // height)]
        lines.append(f"{text:>{label}}  " + "".join(shade * wide for shade in shades))
    return lines
