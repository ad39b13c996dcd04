"""A trained model as plain numbers: rows of features in, predictions out, the same bytes for one row as for many.

No object of a training library outlives the training, so nothing is ever unpickled; a model's bytes are its arrays.
"""

from __future__ import annotations

import hashlib
import io
import math
from dataclasses import dataclass, fields
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]


class Fitted(Protocol):
    """What training made: `predict` takes (rows, features), all known, and gives a probability or a return each."""

    def predict(self, x: Numbers) -> Numbers: ...

    def to_bytes(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Linear:
    """Weights of standardised features. `logistic` (0 or 1): whether their sum is the log of the odds."""

    mean: Numbers
    scale: Numbers
    weights: Numbers
    bias: float
    logistic: int

    def predict(self, x: Numbers) -> Numbers:
        total = np.full(len(x), self.bias)
        for k in range(x.shape[1]):  # feature after feature: a matrix product rounds by how many rows there are
            total = total + (x[:, k] - self.mean[k]) / self.scale[k] * self.weights[k]
        return _chances(total) if self.logistic else total

    def to_bytes(self) -> bytes:
        return _bytes(self)


@dataclass(frozen=True, slots=True)
class Trees:
    """Trees side by side, (trees, nodes): go `left` where the feature is at most `threshold`; leaves lead to
    themselves. The prediction is `bias` and the trees' values added in order. `single`: features are rounded to 32
    bits first, as the trees were grown on such."""

    feature: Whole
    threshold: Numbers
    left: Whole
    right: Whole
    value: Numbers
    depth: int
    bias: float
    logistic: int
    single: int

    def predict(self, x: Numbers) -> Numbers:
        if self.single:
            x = x.astype(np.float32).astype(np.float64)
        trees = np.arange(len(self.feature))[None, :]
        rows = np.arange(len(x))[:, None]
        node = np.zeros((len(x), trees.shape[1]), np.int64)
        for _ in range(self.depth):
            lower = x[rows, self.feature[trees, node]] <= self.threshold[trees, node]
            node = np.where(lower, self.left[trees, node], self.right[trees, node])
        parts = np.empty((len(x), trees.shape[1] + 1))
        parts[:, 0] = self.bias
        parts[:, 1:] = self.value[trees, node]
        # Each sum of an accumulation is asked for, so it is made one after the other.
        total: Numbers = np.add.accumulate(parts, axis=1)[:, -1]
        return _chances(total) if self.logistic else total

    def to_bytes(self) -> bytes:
        return _bytes(self)


def digest(fitted: Fitted) -> str:
    """64 hex digits of a model's bytes."""
    return hashlib.sha256(fitted.to_bytes()).hexdigest()


def _chances(odds: Numbers) -> Numbers:
    """Number by number: what NumPy makes of many at once may differ in the last bit from what it makes of one."""
    return np.array([_chance(value) for value in odds.tolist()], np.float64)


def _chance(odds: float) -> float:
    if odds >= 0.0:
        return 1.0 / (1.0 + math.exp(-min(odds, 700.0)))
    small = math.exp(max(odds, -700.0))
    return small / (1.0 + small)


_KINDS: dict[str, type[Linear] | type[Trees]] = {"linear": Linear, "trees": Trees}


def _bytes(model: Linear | Trees) -> bytes:
    kind = next(name for name, made in _KINDS.items() if isinstance(model, made))
    arrays: dict[str, Any] = {f.name: np.asarray(getattr(model, f.name)) for f in fields(model)}
    out = io.BytesIO()
    np.savez(out, kind=np.frombuffer(kind.encode(), np.uint8), **arrays)
    return out.getvalue()


def from_bytes(data: bytes) -> Linear | Trees:
    """What `to_bytes` gave. Raises ValueError, KeyError, OSError or zipfile.BadZipFile for anything else."""
    with np.load(io.BytesIO(data), allow_pickle=False) as kept:
        made = _KINDS[kept["kind"].tobytes().decode("ascii")]
        arrays = {f.name: kept[f.name] for f in fields(made)}
    return made(**{name: array.item() if array.ndim == 0 else array for name, array in arrays.items()})
