"""Rows of features and their outcomes in, a trained model as plain numbers out; one thread, one seed.

The libraries are imported here alone, and only once a strategy that trains is run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..diagnostics.diagnostic import InputError
from ..diagnostics.extras import install
from .estimators import ESTIMATORS
from .fitted import Fitted, Linear, Numbers, Trees
from .spec import Spec, settings_of


@dataclass(frozen=True, slots=True)
class Grown:
    """A trained model and what each feature gave it: shares that add up to 1 (all 0 where none did)."""

    model: Fitted
    importance: tuple[float, ...]


Trainer = Callable[[Numbers, Numbers], Grown]
"""(rows, features) and their outcomes, all known, in; a yes or no has both kinds of outcome."""


def library(name: str) -> Any:
    """A module that trains or runs models. Raises InputError where it is not installed."""
    try:
        return import_module(name)
    except ImportError:
        raise InputError(
            f"this strategy holds a model, and {name.partition('.')[0]} is not installed", help=install("models")
        ) from None


def trainer_of(spec: Spec) -> Trainer:
    """What trains such a model. Raises InputError where its library is not installed."""
    if spec.estimator == "lightgbm":
        return _lightgbm(spec)
    make = {"linear": _linear, "gradient_boosting": _boosted, "random_forest": _forest}[spec.estimator]
    return make(spec)


def _alone() -> Any:
    """A context in which numerical libraries use one thread: sums of several are not always the same."""
    return library("threadpoolctl").threadpool_limits(limits=1)


def _linear(spec: Spec) -> Trainer:
    models = library("sklearn.linear_model")
    penalty, yes = settings_of(spec)["penalty"], spec.chances

    def train(x: Numbers, y: Numbers) -> Grown:
        mean, scale = x.mean(axis=0), x.std(axis=0)
        scale[~(scale > 0.0)] = 1.0
        found = models.LogisticRegression(C=1.0 / penalty, max_iter=1000) if yes else models.Ridge(alpha=penalty)
        with _alone():
            found.fit((x - mean) / scale, y.astype(np.int64) if yes else y)
        weights = np.array(found.coef_, np.float64).ravel()
        bias = float(np.asarray(found.intercept_).ravel()[0])
        return Grown(Linear(mean, scale, weights, bias, int(yes)), _shares(np.abs(weights)))

    return train


def _boosted(spec: Spec) -> Trainer:
    ensemble = library("sklearn.ensemble")
    s, yes = settings_of(spec), spec.chances
    rate = s["learning_rate"]
    kind = ensemble.GradientBoostingClassifier if yes else ensemble.GradientBoostingRegressor

    def train(x: Numbers, y: Numbers) -> Grown:
        found = kind(
            n_estimators=int(s["trees"]), max_depth=int(s["max_depth"]), learning_rate=rate,
            min_samples_leaf=int(s["min_rows"]), subsample=s["row_share"], random_state=spec.seed,
        )  # fmt: skip
        with _alone():
            found.fit(x, y)
        share = float(y.mean())
        bias = float(np.log(share / (1.0 - share))) if yes else float(found.init_.constant_.ravel()[0])
        trees = [_tree(row[0].tree_, lambda value: rate * value[:, 0, 0]) for row in found.estimators_]
        return Grown(_side_by_side(trees, bias, yes, single=True), _shares(found.feature_importances_))

    return train


def _forest(spec: Spec) -> Trainer:
    ensemble = library("sklearn.ensemble")
    s, yes = settings_of(spec), spec.chances
    count = int(s["trees"])
    kind = ensemble.RandomForestClassifier if yes else ensemble.RandomForestRegressor

    def mean(value: Numbers) -> Numbers:
        whole = value[:, 0, :]
        return (whole[:, 1] / whole.sum(axis=1) if yes else whole[:, 0]) / count

    def train(x: Numbers, y: Numbers) -> Grown:
        found = kind(
            n_estimators=count, max_depth=int(s["max_depth"]), min_samples_leaf=int(s["min_rows"]),
            random_state=spec.seed, n_jobs=1,
        )  # fmt: skip
        with _alone():
            found.fit(x, y)
        trees = [_tree(one.tree_, mean) for one in found.estimators_]
        return Grown(_side_by_side(trees, 0.0, False, single=True), _shares(found.feature_importances_))

    return train


def _lightgbm(spec: Spec) -> Trainer:
    lightgbm = library("lightgbm")
    s, yes = settings_of(spec), spec.chances
    params = {
        "objective": "binary" if yes else "regression", "max_depth": int(s["max_depth"]),
        "num_leaves": int(s["leaves"]), "learning_rate": s["learning_rate"], "lambda_l2": s["l2"],
        "min_data_in_leaf": int(s["min_rows"]), "bagging_fraction": s["row_share"],
        "bagging_freq": int(s["row_share"] < 1.0), "seed": spec.seed, "deterministic": True, "force_row_wise": True,
        "num_threads": 1, "use_missing": False, "verbosity": -1,
    }  # fmt: skip

    def train(x: Numbers, y: Numbers) -> Grown:
        found = lightgbm.train(params, lightgbm.Dataset(x, y), num_boost_round=int(s["trees"]))
        trees = [_read_tree(info["tree_structure"]) for info in found.dump_model()["tree_info"]]
        importance = np.array(found.feature_importance("gain"), np.float64)
        return Grown(_side_by_side(trees, 0.0, yes, single=False), _shares(importance))

    return train


_Node = tuple[int, float, int, int, float]
"""Feature, threshold, left, right, value; a leaf's left is -1."""


def _tree(tree: Any, values: Callable[[Numbers], Numbers]) -> list[_Node]:
    parts = (tree.feature, tree.threshold, tree.children_left, tree.children_right, values(tree.value))
    return list(zip(*(part.tolist() for part in parts), strict=True))


def _read_tree(root: dict[str, Any]) -> list[_Node]:
    nodes: list[_Node] = [(0, 0.0, -1, -1, 0.0)]
    stack = [(root, 0)]
    while stack:
        node, at = stack.pop()
        if "split_feature" not in node:
            nodes[at] = (0, 0.0, -1, -1, float(node["leaf_value"]))
            continue
        left = len(nodes)
        nodes += [(0, 0.0, -1, -1, 0.0)] * 2
        nodes[at] = (int(node["split_feature"]), float(node["threshold"]), left, left + 1, 0.0)
        stack += [(node["left_child"], left), (node["right_child"], left + 1)]
    return nodes


def _side_by_side(trees: Sequence[list[_Node]], bias: float, yes: bool, single: bool) -> Trees:
    shape = (len(trees), max(len(nodes) for nodes in trees))
    whole: list[NDArray[np.int64]] = [np.zeros(shape, np.int64) for _ in range(3)]
    threshold, value = np.zeros(shape), np.zeros(shape)
    for t, nodes in enumerate(trees):
        for n, (feature, limit, left, right, found) in enumerate(nodes):
            leaf = left < 0
            at, below, above = (0, n, n) if leaf else (feature, left, right)
            whole[0][t, n], whole[1][t, n], whole[2][t, n] = at, below, above
            threshold[t, n], value[t, n] = (0.0 if leaf else limit), found
    depth = max(map(_depth, trees))
    return Trees(whole[0], threshold, whole[1], whole[2], value, depth, bias, int(yes), int(single))


def _depth(nodes: list[_Node]) -> int:
    deepest, level = 0, [0]
    while level := [child for n in level for child in nodes[n][2:4] if nodes[n][2] >= 0]:
        deepest += 1
    return deepest


def _shares(values: Numbers) -> tuple[float, ...]:
    total = float(values.sum())
    return tuple(float(v) / total if total > 0.0 else 0.0 for v in values)


def known_libraries() -> tuple[str, ...]:
    """The libraries that estimators are of."""
    return tuple(dict.fromkeys(one.library for one in ESTIMATORS.values()))
