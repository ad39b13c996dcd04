"""The `models:` block in, what each model is and the terms of its outputs out.

Features are expressions like any other, so they cannot look ahead; what a model foretells is declared beside them, and
only its training reads it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches

from ...diagnostics.report import Report
from ...learning.estimators import ESTIMATORS
from ...learning.ready import READY
from ...learning.spec import Spec, Told
from ..resolve.resolver import Resolver
from ..scope import Scope
from ..strategy import Model
from ..structure.part import Part
from ..term import Clock, Dimension, Op, Term, Terms
from ..text import Text, cut
from .model_files import read_made
from .model_training import read_target, read_training

MOST_MODELS = 16
MOST_FEATURES = 64


def read_models(root: Part, path: str, scope: Scope, terms: Terms, report: Report) -> dict[str, Model]:
    """Those without a mistake, by name; `terms` are shared with the strategy's other expressions."""
    declared = root.part("models").node.entries
    if not declared:
        return {}
    if len(declared) > MOST_MODELS:
        message = f"{len(declared)} models are more than a strategy may hold: {MOST_MODELS}"
        report.error("SR475", message, root.key_span("models"))
        return {}
    # A feature sees every name of the file but what models foretell.
    inside = replace(scope, models={key.text.value: {} for key, _ in declared})
    reader = _Reader(path, Clock("", scope.timeframe), Resolver(inside, report, terms), terms, report)
    found = ((key.text.value, reader.model(key.text.value, part)) for key, part in root.parts("models"))
    return {name: model for name, model in found if model is not None}


class _Reader:
    def __init__(self, path: str, own: Clock, resolver: Resolver, terms: Terms, report: Report) -> None:
        self._path = path
        self._own = own
        self._resolver = resolver
        self._terms = terms
        self._report = report

    def model(self, name: str, part: Part) -> Model | None:
        """None where the report says what is wrong with it."""
        features = self._features(part)
        settings = self._settings(part)
        if part.get("onnx") is not None:
            made, place = read_made(part.part("onnx"), self._path, self._report)
            if features is None or made is None:
                return None
            return self._made(Spec("onnx", len(features), made=made), Told(name, tuple(features), place), features)
        target = read_target(part.part("target"), self._resolver, self._report)
        training = read_training(part.part("train"), target, self._resolver, self._report)
        if features is None or settings is None or target is None or training is None:
            return None
        seed = int(part.number("seed") or 0)
        spec = Spec(part.string("estimator"), len(features), target, settings, training, seed)
        return self._made(spec, Told(name, tuple(features)), features)

    def _made(self, spec: Spec, told: Told, features: Mapping[str, Term]) -> Model:
        """The terms of a model's outputs: all are ratios (a probability, a return, a confidence)."""
        fields = tuple(
            self._terms.make(Op.FIELD, (), (name,), self._own, Dimension.PRICE) for name in ("high", "low", "close")
        )
        args = (*fields, *features.values())
        outputs = {
            output: self._terms.make(Op.MODEL, args, (spec.text, output, told.text), self._own, Dimension.RATIO)
            for output in spec.outputs
        }
        return Model(spec, told, features, outputs)

    def _features(self, part: Part) -> dict[str, Term] | None:
        """In the order written, the ready ones last."""
        inside = part.part("features")
        written = {key.text.value: inside.text(key.text.value) for key, _ in inside.node.entries}
        failed = any(text is None for text in written.values())
        for text in part.texts("ready"):
            if text.value in written:
                message = f"`{text.value}` is a feature of `features` already"
                self._report.error("SR472", message, text.span(0, len(text.value)), "give one of them another name")
                failed = True
            elif text.value in READY:
                written[text.value] = Text(READY[text.value])
        found: dict[str, Term] = {}
        for name, each in written.items():
            term = None if each is None else self._feature(name, each)
            failed |= term is None
            if term is not None:
                found[name] = term
        if len(found) > MOST_FEATURES:
            message = f"{len(found)} features are more than a model may have: {MOST_FEATURES}"
            self._report.error("SR475", message, part.node.span)
            return None
        return None if failed or not found else found

    def _feature(self, name: str, text: Text) -> Term | None:
        term = self._resolver.series(text)
        if term is not None and term.op is Op.CONSTANT:
            message = f"the feature `{name}` is the same on every candle: there is nothing to learn from it"
            help_ = "write what changes from candle to candle, such as `roc(close, 10)`"
            self._report.error("SR472", message, text.span(0, len(text.value)), help_)
            return None
        return term

    def _settings(self, part: Part) -> tuple[tuple[str, float], ...] | None:
        """All of the estimator's, those that were left out by default."""
        estimator = ESTIMATORS.get(part.string("estimator"))
        if estimator is None:
            return ()
        known = {setting.name: setting for setting in estimator.settings}
        values = {name: setting.default for name, setting in known.items()}
        inside = part.part("settings")
        sound = True
        for key, _ in inside.node.entries:
            name, number = key.text.value, inside.number(key.text.value)
            if name not in known:
                near = get_close_matches(name, known, 1)
                help_ = f"did you mean `{near[0]}`?" if near else f"its settings are {', '.join(known)}"
                self._report.error("SR470", f"`{estimator.name}` has no setting `{cut(name)}`", key.span, help_)
                sound = False
            elif number is not None:
                low, high, whole = known[name].low, known[name].high, known[name].integer
                if not low <= number <= high or (whole and number != int(number)):
                    what = "a whole number" if whole else "a number"
                    message = f"`{name}` must be {what} from {low:g} to {high:g}, not {number:g}"
                    self._report.error("SR471", message, inside.span(name), f"it is {known[name].doc}")
                    sound = False
                values[name] = int(number) if whole and sound else float(number)
        return tuple(sorted(values.items())) if sound else None
