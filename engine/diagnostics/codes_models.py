"""SR47x: what `models:` may not mean, or does not seem to say."""

from .code import Code
from .diagnostic import Severity


def _piece(more: str = "", train: str = "{window: 1000 candles, every: 100 candles}") -> str:
    lines = ["estimator: gradient_boosting", "ready: [rsi_14]", *([more] if more else [])]
    lines += ["target: {rises: 1%, horizon: 12 candles}", f"train: {train}"]
    return "\n".join(["models:", "  up:", *(f"    {line}" for line in lines)])


MODELS = (
    Code(
        "SR470",
        "Unknown setting",
        "Each estimator has settings of its own.",
        _piece("settings: {depth: 3}"),
        _piece("settings: {max_depth: 3}"),
    ),
    Code(
        "SR471",
        "A setting out of bounds",
        "A setting lies outside what its estimator takes.",
        _piece("settings: {trees: 0}"),
        _piece("settings: {trees: 100}"),
    ),
    Code(
        "SR472",
        "Not a feature",
        "A feature is a number that changes from candle to candle, made of candles; no two of a model share a name.",
        _piece("features: {half: 1 / 2}"),
        _piece("features:\n      mom: roc(close, 10)"),
    ),
    Code(
        "SR473",
        "Training makes no sense",
        "A model learns from at least 50 candles, and its window holds as many as it asks for.",
        _piece(train="{window: 30 candles, every: 10 candles}"),
        _piece(train="{window: 1000 candles, every: 100 candles}"),
    ),
    Code(
        "SR474",
        "A purge that leaks",
        "What follows a candle is known only after the target's horizon: candles that close later are not trained on.",
        _piece(train="{window: 900 candles, every: 90 candles, purge: 3 candles}"),
        _piece(train="{window: 900 candles, every: 90 candles}"),
    ),
    Code(
        "SR475",
        "Too many",
        "A strategy holds at most 16 models of at most 64 features each.",
        "ready: [...65 of them]",
        "ready: [returns_5, rsi_14]",
    ),
    Code(
        "SR476",
        "Not the model's file",
        "A model made elsewhere is a file of at most 64 MiB whose SHA-256 the strategy names: no other one is run.",
        "onnx: {file: ./model.onnx, sha256: of another file}",
        "onnx: {file: ./model.onnx, sha256: of this file}",
    ),
    Code(
        "SR477",
        "A feature that drifts",
        "Prices and volumes never come back to where they were: what is learned at one level says nothing at another.",
        _piece("features:\n      trend: ema(close, 50)"),
        _piece("features:\n      trend: close / ema(close, 50) - 1"),
        Severity.WARNING,
    ),
)
