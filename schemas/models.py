"""The models of `models:`: what learns, from what, of what, and when."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .parts import Amount, Closed, Expression, Name, Number, Path, Word, key, needs, one_of, only_beside, ruled, some_of

Ready = Literal[
    "returns_1", "returns_3", "returns_5", "returns_10", "returns_20", "returns_50", "range_1", "body_1",
    "close_in_range", "atr_14", "volatility_20", "volatility_ratio", "from_ema_10", "from_ema_50", "from_ema_200",
    "ema_20_50", "from_high_20", "from_low_20", "zscore_20", "zscore_100", "rsi_14", "rsi_2", "macd_hist", "adx_14",
    "bands_place", "volume_ratio", "volume_zscore", "hour", "weekday",
]  # fmt: skip


class Barriers(Closed):
    up: Annotated[Amount, key("How far above the close the upper one is.", "2%")]
    down: Annotated[Amount, key("How far below the close the lower one is.", "1%")]


class Target(Closed):
    model_config = ruled(one_of("rises", "falls", "barriers", "predict"))
    rises: Annotated[Amount | None, key("Whether the close is at least so much higher then.", "1%")] = None
    falls: Annotated[Amount | None, key("Whether the close is at least so much lower then.", "1%")] = None
    barriers: Annotated[
        Barriers | None,
        key("Whether the price touches the upper barrier first, of two.", {"up": "2%", "down": "1%"}),
    ] = None
    predict: Annotated[
        Literal["direction", "return"] | None,
        key("direction: whether the close is higher then. return: by how much it will have changed."),
    ] = None
    horizon: Annotated[Amount, key("How many candles later.", "12 candles")]


class Train(Closed):
    window: Annotated[Amount, key("How many of the last candles to train on.", "2000 candles")]
    every: Annotated[Amount, key("How often to train anew.", "200 candles")]
    purge: Annotated[
        Amount | None,
        key("The last candles, which are not trained on; the target's horizon if left out.", "24 candles"),
    ] = None
    min: Annotated[
        Amount | None, key("The fewest candles to train on; half of the window if left out.", "500 candles")
    ] = None


class Onnx(Closed):
    file: Annotated[Path, key("The model's file, from this file's folder.", "./model.onnx")]
    sha256: Annotated[
        str,
        Field(title="hash of 64 hex digits", pattern="^[0-9a-f]{64}$"),
        key("The file's SHA-256, 64 hex digits.", "0" * 64),
    ]
    gives: Annotated[Literal["probability", "return"], key("What it predicts.")]
    output: Annotated[Word | None, key("Which of its outputs to read; the last one if left out.", "probabilities")] = (
        None
    )


class Model(Closed):
    model_config = ruled(
        one_of("estimator", "onnx"),
        some_of("features", "ready"),
        only_beside(("estimator",), "settings", "target", "train", "seed"),
        needs("estimator", "target", "train"),
    )
    estimator: Annotated[
        Literal["linear", "gradient_boosting", "random_forest", "lightgbm"] | None, key("What learns.")
    ] = None
    onnx: Annotated[
        Onnx | None,
        key("A model made elsewhere, instead.", {"file": "./model.onnx", "sha256": "0" * 64, "gives": "probability"}),
    ] = None
    settings: Annotated[dict[Name, Number] | None, key("How it learns.", {"max_depth": 3})] = None
    features: Annotated[
        dict[Name, Expression] | None,
        key(
            "What it learns from: expressions, by short names.", {"mom": "roc(close, 10)"}, min_length=1,
        ),
    ] = None  # fmt: skip
    ready: Annotated[
        list[Ready] | None,
        key(
            "Ready features to learn from as well.", ["returns_5", "rsi_14"],
            min_length=1, json_schema_extra={"uniqueItems": True},
        ),
    ] = None  # fmt: skip
    target: Annotated[Target | None, key("What it learns to foretell.", {"rises": "1%", "horizon": "12 candles"})] = (
        None
    )
    train: Annotated[Train | None, key("When it learns.", {"window": "2000 candles", "every": "200 candles"})] = None
    seed: Annotated[int | None, key("Where its random numbers begin; 0 if left out.", 7, ge=0, le=2**31 - 1)] = None
