"""What models came to over a run -> small tables of words, the same for the terminal and the page."""

from __future__ import annotations

from collections.abc import Sequence

from ..learning.scores import furthest
from ..learning.walk import Fit, Learned
from . import wording as say
from .grids import Grid
from .learned import By, calibration

LAST_FITS = 6
MOST_FEATURES = 12
FAR = 0.25
"""Population stability from which a feature counts as another one than it was."""


def model_grids(learned: By) -> list[tuple[Grid, ...]]:
    """Per model, beside each other: its predictions, their calibration, what it looked at, its last trainings."""
    several = len(learned) > 1
    found = []
    for symbol, models in learned.items():
        for one in models:
            name = f"Model {one.told.name}" + (f", {symbol}" if several else "")
            parts = (_figures(name, one), _calibrated(one), _looked_at(one), _trainings(one))
            found.append(tuple(part for part in parts if part is not None))
    return found


def _figures(name: str, one: Learned) -> Grid:
    score = one.score
    rows = [
        ("Trainings", f"{len(one.fits):,}"),
        *((f"  left out: {why}", f"{count:,}") for why, count in one.skipped.items()),
        ("Predictions judged", f"{score.rows:,}"),
        ("Brier score" if one.spec.chances else "Mean squared error", _small(score.mean_error)),
        ("Skill", say.percent(score.skill, signed=True)),
    ]
    return Grid(name, [""], rows)


def _calibrated(one: Learned) -> Grid | None:
    rows = [
        (f"{b['from'] * 100:.0f} to {b['to'] * 100:.0f} %", f"{b['predictions']:,.0f}",
         say.percent(b["came_true"], places=1))
        for b in calibration(one.score)
    ]  # fmt: skip
    return Grid("Foretold", ["Times", "Came true"], rows) if rows else None


def _looked_at(one: Learned) -> Grid | None:
    """The features of most weight, on average over the trainings."""
    if not one.fits:
        return None
    count = len(one.fits)
    shares = [sum(fit.importance[k] for fit in one.fits) / count for k in range(len(one.told.features))]
    order = sorted(range(len(shares)), key=lambda k: -shares[k])[:MOST_FEATURES]
    return Grid("Learned from", ["Weight"], [(one.told.features[k], say.percent(shares[k], places=1)) for k in order])


def _trainings(one: Learned) -> Grid | None:
    rows = [_training(one, fit) for fit in one.fits[-LAST_FITS:]]
    return Grid("Trained", ["Candles", "Skill", "Moved most", "Drift"], rows) if rows else None


def _training(one: Learned, fit: Fit) -> Sequence[str]:
    feature, moved = furthest(one.told.features, fit.moved) if fit.moved else (say.NONE, None)
    drift = say.NONE if moved is None else f"{moved:.2f}{' far' if moved > FAR else ''}"
    return say.when(fit.time), f"{fit.rows:,}", say.percent(fit.score.skill, signed=True, places=1), feature, drift


def _small(value: float | None) -> str:
    return say.NONE if value is None else f"{value:.4g}"
