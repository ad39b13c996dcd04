"""Models kept on disk: found again by what they were trained from, and never believed when in doubt."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from stratrun.engine.learning.estimators import ESTIMATORS
from stratrun.engine.learning.fit import Grown, trainer_of
from stratrun.engine.learning.fitted import Linear, digest
from stratrun.engine.learning.shelf import Shelf

from .conftest import Numbers, seeded, spec_of

X = np.random.default_rng(1).normal(size=(200, 3))
Y = (X[:, 0] > 0.0).astype(np.float64)


class Counting:
    """A trainer that counts."""

    def __init__(self, estimator: str = "linear") -> None:
        self.times = 0
        self._train = trainer_of(spec_of(estimator))

    def __call__(self, x: Numbers, y: Numbers) -> Grown:
        self.times += 1
        return self._train(x, y)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_a_model_is_found_again(tmp_path: Path, estimator: str) -> None:
    """The second time nothing is trained, and the model is the same to the last bit."""
    train = Counting(estimator)
    kept = Shelf(tmp_path / "models").keeping(spec_of(estimator), train)
    first, second = kept(X, Y), kept(X, Y)
    assert train.times == 1
    assert digest(first.model) == digest(second.model)
    assert second.importance == first.importance
    assert second.model.predict(X).tobytes() == first.model.predict(X).tobytes()


def test_what_was_trained_from_decides(tmp_path: Path) -> None:
    """Another row, another outcome, another seed: another model."""
    train, shelf = Counting(), Shelf(tmp_path)
    other = X.copy()
    other[0, 0] = np.nextafter(other[0, 0], 9.0)
    flipped = Y.copy()
    flipped[5] = 1.0 - flipped[5]
    shelf.keeping(spec_of(), train)(X, Y)
    shelf.keeping(spec_of(), train)(other, Y)
    shelf.keeping(spec_of(), train)(X, flipped)
    shelf.keeping(seeded(spec_of(), 9), train)(X, Y)
    assert train.times == 4


@pytest.mark.parametrize("damage", [b"", b"\x80\x04junk", b"x" * 500])
def test_a_damaged_entry_is_trained_anew(tmp_path: Path, damage: bytes) -> None:
    """Cut short, altered or somebody else's: it counts as not there, and is replaced."""
    train = Counting()
    kept = Shelf(tmp_path).keeping(spec_of(), train)
    kept(X, Y)
    (entry,) = tmp_path.iterdir()
    whole = entry.read_bytes()
    for data in (damage, whole[:-1], whole[:40] + bytes([whole[40] ^ 1]) + whole[41:]):
        entry.write_bytes(data)
        train.times = 0
        kept(X, Y)
        assert train.times == 1
        assert entry.read_bytes() == whole


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    """Models are trained as without it."""
    (tmp_path / "file").write_text("")
    train = Counting()
    kept = Shelf(tmp_path / "file").keeping(spec_of(), train)
    kept(X, Y)
    kept(X, Y)
    assert train.times == 2


def test_it_can_be_switched_off(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """By the environment, as the cache of candles."""
    monkeypatch.setenv("STRATRUN_CACHE_DIR", str(tmp_path))
    Shelf.default().put("a", Grown(Linear(np.zeros(1), np.ones(1), np.ones(1), 0.0, 1), (1.0,)))
    assert (tmp_path / "models" / "a").is_file()
    monkeypatch.setenv("STRATRUN_NO_CACHE", "1")
    assert Shelf.default().get("a", 1) is None
