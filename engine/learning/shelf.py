"""Trained models kept on disk by what they were trained from, so that a second run or a restart need not train again.

An entry is named by the digest of the model's spec, the libraries' releases and the training rows, holds plain arrays
behind their own SHA-256, and anything doubtful about it counts as not there. Nothing is ever unpickled.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from ..market.cache_folder import CacheFolder, users_folder
from .fit import Grown, Trainer
from .fitted import Numbers, from_bytes
from .spec import Spec

LARGEST = 8 << 20
"""Bytes of a model beyond which it is not kept."""
MOST = 256 << 20
"""Bytes of all entries; the ones not used for longest go first."""
_SOURCES = ("fit.py", "fitted.py", "shelf.py")
_RELEASES = ("lightgbm", "numpy", "scikit-learn", "scipy")


class Shelf:
    """The entries of one folder; `None` as folder keeps and finds nothing."""

    def __init__(self, folder: Path | None) -> None:
        self._kept = CacheFolder(folder, MOST)

    @classmethod
    def default(cls) -> Shelf:
        """The user's."""
        return cls(users_folder("models"))

    def keeping(self, spec: Spec, train: Trainer) -> Trainer:
        """`train`, which looks here first."""
        if self._kept.folder is None:
            return train
        maker = _maker(spec)

        def found_or_trained(x: Numbers, y: Numbers) -> Grown:
            key = _key(maker, (x, y))
            grown = self.get(key, x.shape[1])
            if grown is None:
                grown = train(x, y)
                self.put(key, grown)
            return grown

        return found_or_trained

    def get(self, key: str, features: int) -> Grown | None:
        """A sound entry of so many features."""
        path = self._kept.path(key)
        if path is None:
            return None
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError, BadZipFile, MemoryError):
            if path.stat().st_size > LARGEST:
                return None
            data = path.read_bytes()
            head, body = data[:32], data[32:]
            if hashlib.sha256(body).digest() != head:
                return None
            importance = np.frombuffer(body[: 8 * features], np.float64)
            os.utime(path)
            return Grown(from_bytes(body[8 * features :]), tuple(importance.tolist()))
        return None

    def put(self, key: str, grown: Grown) -> None:
        """Keep a model under a key."""
        body = np.array(grown.importance, np.float64).tobytes() + grown.model.to_bytes()
        if len(body) <= LARGEST:
            self._kept.put(key, (hashlib.sha256(body).digest(), body))


def _maker(spec: Spec) -> bytes:
    """What trains, as a digest: the spec, these sources, the releases of what they use."""
    digest = hashlib.sha256(f"{spec.text} {sys.byteorder}".encode())
    for source in _SOURCES:
        digest.update(Path(__file__).with_name(source).read_bytes())
    for name in _RELEASES:
        with contextlib.suppress(PackageNotFoundError):
            digest.update(f"{name} {version(name)};".encode())
    return digest.digest()


def _key(maker: bytes, rows: Sequence[Numbers]) -> str:
    digest = hashlib.sha256(maker)
    for part in rows:
        digest.update(f"{part.shape}".encode())
        digest.update(np.ascontiguousarray(part).data)
    return digest.hexdigest()[:40]
