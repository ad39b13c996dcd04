"""Features of models that drift: prices and volumes as they are, which a model must not learn the levels of."""

from __future__ import annotations

from ...diagnostics.report import Report
from ..strategy import Strategy
from ..structure.part import Part
from ..term import Dimension

DRIFTS = "SR477"
_LEVELS = {Dimension.PRICE: "a price", Dimension.VOLUME: "a volume"}
_HELP = {
    Dimension.PRICE: "divide it by another price: `{} / close`",
    Dimension.VOLUME: "divide it by its average: `volume / sma(volume, 20)`",
}


def check_features(root: Part, strategy: Strategy, report: Report) -> None:
    for name, model in strategy.models.items():
        inside = root.part("models").part(name).part("features")
        for feature, term in model.features.items():
            text = inside.text(feature)
            if text is not None and term.dimension in _LEVELS:
                message = f"the feature `{feature}` is {_LEVELS[term.dimension]}, which drifts from what was learned"
                shown = text.value if text.value.isidentifier() else f"({text.value})"
                help_ = _HELP[term.dimension].format(shown)
                report.warning(DRIFTS, message, text.span(0, len(text.value)), help_)
