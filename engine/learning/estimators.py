"""The estimators a strategy may name: their settings with defaults and bounds. No library is imported here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Setting:
    name: str
    integer: bool
    default: float
    low: float
    high: float
    doc: str


@dataclass(frozen=True, slots=True)
class Estimator:
    name: str
    title: str
    library: str
    settings: tuple[Setting, ...]


_TREES = Setting("trees", True, 100, 1, 1000, "how many trees")
_DEPTH = Setting("max_depth", True, 3, 1, 12, "questions from a tree's root to its leaves, at most")
_RATE = Setting("learning_rate", False, 0.1, 0.001, 1.0, "how much of each tree counts")
_ROWS = Setting("min_rows", True, 20, 1, 10_000, "candles a leaf holds at least")
_SHARE = Setting("row_share", False, 1.0, 0.1, 1.0, "share of the candles each tree sees, drawn by the seed")

ESTIMATORS: Mapping[str, Estimator] = MappingProxyType({
    one.name: one
    for one in (
        Estimator(
            "linear", "ridge regression; for a yes or no, logistic regression", "scikit-learn",
            (Setting("penalty", False, 1.0, 1e-6, 1e6, "how strongly large weights are held back"),),
        ),
        Estimator(
            "gradient_boosting", "gradient-boosted trees", "scikit-learn", (_TREES, _DEPTH, _RATE, _ROWS, _SHARE)
        ),
        Estimator("random_forest", "a random forest", "scikit-learn", (_TREES, _DEPTH, _ROWS)),
        Estimator(
            "lightgbm", "gradient-boosted trees by LightGBM", "lightgbm",
            (
                _TREES, _DEPTH, _RATE, _ROWS, _SHARE,
                Setting("leaves", True, 15, 2, 255, "leaves of a tree, at most"),
                Setting("l2", False, 0.0, 0.0, 1e6, "how strongly large leaves are held back"),
            ),
        ),
    )
})  # fmt: skip
"""By name."""
