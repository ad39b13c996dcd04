"""A model made elsewhere: an ONNX file, held to its hash, run row by row; it is never trained here.

The file is read once, its hash compared, and what was compared is looked through before it is loaded: a file that
points to others, that need not end or that draws lots is refused (`onnx_check`); memory and time are held to bounds
(`onnx_session`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..diagnostics.diagnostic import InputError
from .model_file import hash_of, read_model
from .onnx_check import ANEW, UnfitError, checked, shown
from .onnx_session import MOST_SECONDS, MOST_WORDS, EndlessError, Session, reason
from .spec import Spec, Told
from .walk import LARGEST

_FLOATS = {"tensor(float)": np.float32, "tensor(double)": np.float64}


class OnnxModel:
    """Predicts by an ONNX file; its rows depend on nothing before them. Inputs and outputs as those of `Walk`."""

    stateless = True

    def __init__(self, spec: Spec, told: Told) -> None:
        """Raises InputError where onnxruntime is missing, or the file is not what the strategy says."""
        assert spec.made is not None
        self._made, self._features, self._told = spec.made, spec.features, told
        self._session = self._loaded(self._pinned())
        self._name, self._output, self._kind = self._read()
        self._row = np.zeros((1, spec.features), self._kind)

    def _pinned(self) -> bytes:
        try:
            data = read_model(Path(self._told.place))
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            raise InputError(f"the model file {self._told.place} cannot be read: {why}") from None
        if hash_of(data) != self._made.sha256:
            raise self._refusal("is not the one the strategy was written for", "its `sha256` differs")
        return data

    def _loaded(self, data: bytes) -> Session:
        try:
            return Session(checked(data))
        except InputError:
            raise
        except UnfitError as error:
            raise self._refusal(error.what, error.help) from None
        except Exception as error:  # the library's own errors have no common base
            raise self._refusal(f"does not load: {reason(error)}", ANEW) from None

    def _read(self) -> tuple[str, str, Any]:
        taken, given = self._session.inputs, self._session.outputs
        features = self._features
        if len(taken) != 1 or taken[0].type not in _FLOATS or len(taken[0].shape) != 2:
            taken_ = ", ".join(f"{shown(one.name)}: {one.type} {one.shape}" for one in taken)[:MOST_WORDS]
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
            told = ", ".join(map(shown, names))[:MOST_WORDS]
            raise self._refusal(f"has no output `{chosen}` of numbers", f"its outputs are {told}")
        return taken[0].name, chosen, _FLOATS[taken[0].type]

    def _refusal(self, what: str, help_: str | None = None) -> InputError:
        return InputError(f"the model file {self._told.place} {what}", help=help_)

    def extend(self, inputs: Sequence[Any], outputs: Sequence[Any], lo: int, hi: int) -> None:
        """Compute rows lo..hi of `outputs` from the same rows of `inputs`."""
        try:
            self._session.patiently(lambda: self._foretell(inputs[4:], outputs, lo, hi))
        except EndlessError:
            what = f"does not end: one row took more than {MOST_SECONDS:.0f} seconds"
            raise self._refusal(what, "write a smaller model") from None

    def _foretell(self, features: Sequence[Any], outputs: Sequence[Any], lo: int, hi: int) -> None:
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
            made = self._session.run(self._output, self._name, self._row)
        except Exception as error:  # the library's own errors have no common base
            raise self._refusal(f"cannot be run: {reason(error)}") from None
        flat = np.asarray(made, np.float64).ravel()
        if len(flat) not in (1, 2):
            raise self._refusal(f"gives {len(flat)} numbers a row", "one, or the chances of no and yes")
        found = float(flat[-1])
        if self._made.chances and not 0.0 <= found <= 1.0:
            return math.nan
        return found if math.isfinite(found) else math.nan
