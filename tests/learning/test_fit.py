"""Trained models as plain numbers: they predict what the library that trained them does."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.diagnostics.extras import install
from stratrun.engine.learning import fit
from stratrun.engine.learning.estimators import ESTIMATORS
from stratrun.engine.learning.fit import trainer_of
from stratrun.engine.learning.fitted import digest, from_bytes
from stratrun.engine.learning.spec import Aim, Spec

from .conftest import Numbers, spec_of


def data(yes: bool) -> tuple[Numbers, Numbers]:
    rng = np.random.default_rng(11)
    x = rng.normal(size=(400, 3)) * (1.0, 50.0, 0.01)
    y = x[:, 0] + np.sin(x[:, 1]) + rng.normal(size=400) * 0.3
    return x, (y > 0.2).astype(np.float64) if yes else y


def by_library(spec: Spec, x: Numbers, y: Numbers) -> Numbers:
    """What the library itself predicts, trained with the same settings."""
    s = dict(spec.settings)
    yes = spec.chances
    if spec.estimator == "lightgbm":
        import lightgbm

        params = {
            "objective": "binary" if yes else "regression", "max_depth": s["max_depth"], "num_leaves": s["leaves"],
            "learning_rate": s["learning_rate"], "min_data_in_leaf": s["min_rows"], "lambda_l2": s["l2"], "seed": 7,
            "deterministic": True, "force_row_wise": True, "num_threads": 1, "use_missing": False, "verbosity": -1,
        }  # fmt: skip
        return np.asarray(lightgbm.train(params, lightgbm.Dataset(x, y), int(s["trees"])).predict(x))
    if spec.estimator == "linear":
        from sklearn.linear_model import LogisticRegression, Ridge
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        model = LogisticRegression(C=1 / s["penalty"], max_iter=1000) if yes else Ridge(alpha=s["penalty"])
        found = make_pipeline(StandardScaler(), model).fit(x, y)
    else:
        from sklearn import ensemble

        kind = {"gradient_boosting": "GradientBoosting", "random_forest": "RandomForest"}[spec.estimator]
        more = {"learning_rate": s["learning_rate"]} if "learning_rate" in s else {}
        found = getattr(ensemble, kind + ("Classifier" if yes else "Regressor"))(
            n_estimators=s["trees"], max_depth=s["max_depth"], min_samples_leaf=s["min_rows"], random_state=7, **more
        ).fit(x, y)
    return np.asarray(found.predict_proba(x)[:, 1] if yes else found.predict(x))


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize("aim", [Aim.RISES, Aim.RETURN])
def test_a_model_predicts_what_its_library_does(estimator: str, aim: Aim) -> None:
    """The library is the oracle; a model of plain numbers differs by roundings only."""
    spec = spec_of(estimator, aim, trees=30) if estimator != "linear" else spec_of(estimator, aim)
    x, y = data(spec.chances)
    grown = trainer_of(spec)(x, y)
    np.testing.assert_allclose(grown.model.predict(x), by_library(spec, x, y), rtol=1e-9, atol=1e-12)
    assert sum(grown.importance) == pytest.approx(1.0)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_one_row_is_predicted_as_many_are(estimator: str) -> None:
    """Bit for bit."""
    x, y = data(True)
    model = trainer_of(spec_of(estimator))(x, y).model
    alone = np.concatenate([model.predict(x[k : k + 1]) for k in range(len(x))])
    assert alone.tobytes() == model.predict(x).tobytes()


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_a_model_is_its_bytes(estimator: str) -> None:
    """Trained twice it has the same bytes, and what is read from them predicts the same; nothing is unpickled."""
    x, y = data(True)
    first, second = (trainer_of(spec_of(estimator))(x, y).model for _ in range(2))
    assert first.to_bytes() == second.to_bytes()
    again = from_bytes(first.to_bytes())
    assert digest(again) == digest(first)
    assert again.predict(x).tobytes() == first.predict(x).tobytes()


def test_a_missing_library_is_told_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    """One clear message names the command that installs it."""
    monkeypatch.setitem(sys.modules, "lightgbm", None)
    with pytest.raises(InputError, match="lightgbm is not installed") as told:
        trainer_of(spec_of("lightgbm"))
    assert told.value.help == install("models")
    assert set(fit.known_libraries()) == {"scikit-learn", "lightgbm"}
