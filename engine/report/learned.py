"""What models came to over a run -> JSON, and what a reader must know of it.

Every figure of a prediction is of one that was made before its outcome was known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..learning.scores import BINS, Score
from ..learning.walk import Learned
from .tables import iso_time

By = Mapping[str, Sequence[Learned]]
"""By symbol."""


def learned_json(learned: By) -> dict[str, Any]:
    """Per symbol and model: estimator; score (of all predictions: rows, mean_squared_error, skill against the training
    mean, calibration: bins with from, to, predictions, mean, came_true - empty for a return); skipped (why to count);
    trainings (time of the candle at whose close it was, rows, base, artifact, importance and drift by feature, score
    of its own predictions)."""
    return {symbol: {one.told.name: _one(one) for one in models} for symbol, models in learned.items()}


def _one(learned: Learned) -> dict[str, Any]:
    names = learned.told.features
    return {
        "estimator": learned.spec.estimator,
        "score": {**_score(learned.score), "calibration": calibration(learned.score)},
        "skipped": learned.skipped,
        "trainings": [
            {
                "time": iso_time(fit.time),
                "rows": fit.rows,
                "base": fit.base,
                "artifact": fit.digest,
                "importance": dict(zip(names, fit.importance, strict=True)),
                "drift": dict(zip(names, fit.moved, strict=False)),
                "score": _score(fit.score),
            }
            for fit in learned.fits
        ],
    }


def _score(score: Score) -> dict[str, Any]:
    return {"rows": score.rows, "mean_squared_error": score.mean_error, "skill": score.skill}


def calibration(score: Score) -> list[dict[str, float]]:
    """Bins of predictions that hold any: how often what they foretold came true."""
    return [
        {
            "from": k / BINS, "to": (k + 1) / BINS, "predictions": int(count), "mean": total / count,
            "came_true": hits / count,
        }
        for k, (count, total, hits) in enumerate(score.bins)
        if count
    ]  # fmt: skip


def notes(learned: By) -> list[str]:
    """What a reader must know of the models before believing a figure."""
    found = []
    for symbol, models in learned.items():
        for one in models:
            name = f"`{one.told.name}` on {symbol}"
            if not one.fits:
                found.append(f"The model {name} was never trained: what it foretells was unknown throughout.")
            elif one.score.skill is not None and one.score.skill <= 0.0:
                found.append(f"The model {name} foretold no better than the mean of what it was trained on.")
    return found
