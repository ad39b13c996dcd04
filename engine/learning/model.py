"""The texts a graph holds of a model in, what extends its columns out."""

from __future__ import annotations

from .fit import trainer_of
from .onnx_model import OnnxModel
from .shelf import Shelf
from .spec import Spec, Told
from .walk import Walk


def model_of(spec: Spec, told: Told, ms: int) -> Walk | OnnxModel:
    """`ms`: the length of a candle. Raises InputError where a library is not installed or a file is not what it was."""
    if spec.made is not None:
        return OnnxModel(spec, told)
    return Walk(spec, told, ms, Shelf.default().keeping(spec, trainer_of(spec)))
