"""The models of a strategy in; every value of theirs by its key, and sentences that say what they learn, out."""

from __future__ import annotations

from collections.abc import Iterator

from ..language.strategy import Model, Strategy
from ..language.term import Term
from ..learning.estimators import ESTIMATORS
from ..learning.spec import Aim, Target, Training
from .expression import expression_of, number_of


def model_values(strategy: Strategy) -> Iterator[tuple[str, str, Term | None]]:
    """Key in the file, text, and the term of a feature."""
    for name, model in strategy.models.items():
        spec, key = model.spec, f"models.{name}"
        if spec.made is not None:
            yield f"{key}.onnx.sha256", spec.made.sha256, None
            yield f"{key}.onnx.gives", "probability" if spec.made.chances else "return", None
            if spec.made.output:
                yield f"{key}.onnx.output", spec.made.output, None
        else:
            yield f"{key}.estimator", spec.estimator, None
        for setting, value in spec.settings:
            yield f"{key}.settings.{setting}", number_of(float(value)), None
        for feature, term in model.features.items():
            yield f"{key}.features.{feature}", expression_of(term), term
        if spec.target is not None and spec.training is not None:
            yield from _target(f"{key}.target", spec.target)
            yield from _training(f"{key}.train", spec.training)
            yield f"{key}.seed", str(spec.seed), None


def _target(key: str, target: Target) -> Iterator[tuple[str, str, None]]:
    if target.aim in (Aim.RISES, Aim.FALLS):
        yield f"{key}.{target.aim}", number_of(target.up or target.down, ratio=True), None
    elif target.aim is Aim.BARRIERS:
        yield f"{key}.barriers.up", number_of(target.up, ratio=True), None
        yield f"{key}.barriers.down", number_of(target.down, ratio=True), None
    else:
        yield f"{key}.predict", str(target.aim), None
    yield f"{key}.horizon", candles(target.horizon), None


def _training(key: str, training: Training) -> Iterator[tuple[str, str, None]]:
    for name, count in (
        ("window", training.window), ("every", training.every), ("purge", training.purge), ("min", training.least),
    ):  # fmt: skip
        yield f"{key}.{name}", candles(count), None


def model_lines(strategy: Strategy) -> Iterator[str]:
    """What each model learns and when, in sentences."""
    for name, model in strategy.models.items():
        count = len(model.features)
        what = f"{count} feature{'' if count == 1 else 's'} ({', '.join(model.features)})"
        if model.spec.made is not None:
            gives = "a probability" if model.spec.made.chances else "a return"
            yield f"`{name}` was made elsewhere ({model.told.place}): it gives {gives} from {what} and never learns."
        else:
            yield from _learning(name, model, what)


def _learning(name: str, model: Model, what: str) -> Iterator[str]:
    spec = model.spec
    assert spec.target is not None
    assert spec.training is not None
    title, training = ESTIMATORS[spec.estimator].title, spec.training
    yield f"`{name}` learns by {title} {foretold(spec.target)}, from {what}."
    left_out = candles(training.purge)
    yield (
        f"It learns anew every {candles(training.every)} of UTC time, from the last {training.window:,} candles before "
        f"the newest {left_out}, whose outcome is not known; with fewer than {training.least:,} it does not learn, and "
        "what it foretells before it first learned is unknown."
    )


def foretold(target: Target) -> str:
    """What a target asks of the candles that follow."""
    later = f"{candles(target.horizon)} later"
    if target.aim is Aim.RISES:
        return f"whether the close {later} is at least {_share(target.up)} higher"
    if target.aim is Aim.FALLS:
        return f"whether the close {later} is at least {_share(target.down)} lower"
    if target.aim is Aim.DIRECTION:
        return f"whether the close {later} is higher"
    if target.aim is Aim.RETURN:
        return f"by how much the close {later} has changed"
    return (
        f"whether the price rises by {_share(target.up)} before it falls by {_share(target.down)}, within "
        f"{candles(target.horizon)}"
    )


def candles(count: int) -> str:
    return f"{count} candle{'' if count == 1 else 's'}"


def _share(value: float) -> str:
    return number_of(value, ratio=True).replace("%", " %")
