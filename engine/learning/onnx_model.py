"""A model made elsewhere: an ONNX file, held to its hash, run row by row; it is never trained here.

The file is read once, its hash compared, and the very bytes that were compared are loaded: one that points to other
files, or to code, does not load.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..diagnostics.diagnostic import InputError
from .fit import library
from .model_file import hash_of, read_model
from .spec import Spec, Told
from .walk import LARGEST

MOST_WORDS = 200
"""Letters of what a file or its library says of itself."""
_FLOATS = {"tensor(float)": np.float32, "tensor(double)": np.float64}


class OnnxModel:
    """Predicts by an ONNX file; its rows depend on nothing before them. Inputs and outputs as those of `Walk`."""

    stateless = True

    def __init__(self, spec: Spec, told: Told) -> None:
        """Raises InputError where onnxruntime is missing, or the file is not what the strategy says."""
        assert spec.made is not None
        self._made, self._features, self._told = spec.made, spec.features, told
        self._run, self._name, self._output, self._kind = self._opened(self._checked())
        self._row = np.zeros((1, spec.features), self._kind)

    def _checked(self) -> bytes:
        try:
            data = read_model(Path(self._told.place))
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise InputError(f"the model file {self._told.place} cannot be read: {reason}") from None
        if hash_of(data) != self._made.sha256:
            raise self._refusal("is not the one the strategy was written for", "its `sha256` differs")
        return data

    def _opened(self, data: bytes) -> tuple[Any, str, str, Any]:
        runtime = library("onnxruntime")
        options = runtime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4
        try:
            session = runtime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # the library's own errors have no common base
            help_ = "write it anew as one ONNX file that needs no others"
            raise self._refusal(f"does not load: {_reason(error)}", help_) from None
        taken, given = session.get_inputs(), session.get_outputs()
        features = self._features
        if len(taken) != 1 or taken[0].type not in _FLOATS or len(taken[0].shape) != 2:
            taken_ = ", ".join(f"{one.name}: {one.type} {one.shape}" for one in taken)[:MOST_WORDS]
            raise self._refusal("must take one input of numbers, shaped (rows, features)", f"it takes {taken_}")
        rows, width = taken[0].shape
        if isinstance(width, int) and width != features:
            help_ = "list the features it was trained on, in its order"
            raise self._refusal(f"takes {width} features, and {features} are listed", help_)
        if isinstance(rows, int) and rows != 1:
            raise self._refusal(f"takes {rows} rows at a time", "write it anew for any number of rows")
        names = [one.name for one in given]
        chosen = self._made.output or names[-1]
        found = next((one for one in given if one.name == chosen), None)
        if found is None or found.type not in _FLOATS:
            raise self._refusal(f"has no output `{chosen}` of numbers", f"its outputs are {', '.join(names)}")
        return session.run, taken[0].name, chosen, _FLOATS[taken[0].type]

    def _refusal(self, what: str, help_: str | None = None) -> InputError:
        return InputError(f"the model file {self._told.place} {what}", help=help_)

    def extend(self, inputs: Sequence[Any], outputs: Sequence[Any], lo: int, hi: int) -> None:
        """Compute rows lo..hi of `outputs` from the same rows of `inputs`."""
        features = inputs[4:]
        value, probability, confidence = outputs
        chances = self._made.chances
        for i in range(lo, hi):
            found = self._predicted([column[i] for column in features])
            value[i] = found
            probability[i] = found if chances else math.nan
            confidence[i] = abs(found + found - 1.0) if chances else math.nan

    def _predicted(self, row: list[float]) -> float:
        """One row at a time: products of matrices round by how many rows there are."""
        if not all(abs(value) < LARGEST for value in row):
            return math.nan
        self._row[0] = row
        try:
            (made,) = self._run([self._output], {self._name: self._row})
        except Exception as error:  # the library's own errors have no common base
            raise self._refusal(f"cannot be run: {_reason(error)}") from None
        flat = np.asarray(made, np.float64).ravel()
        if len(flat) not in (1, 2):
            raise self._refusal(f"gives {len(flat)} numbers a row", "one, or the chances of no and yes")
        found = float(flat[-1])
        if self._made.chances and not 0.0 <= found <= 1.0:
            return math.nan
        return found if math.isfinite(found) else math.nan


def _reason(error: Exception) -> str:
    """The library's words without the numbers and names before them."""
    return " ".join(str(error).rpartition(" : ")[2].split())[:MOST_WORDS]
