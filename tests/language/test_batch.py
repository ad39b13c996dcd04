"""Many files on many processors."""

from __future__ import annotations

from pathlib import Path

import pytest

from stratrun.engine.language import batch
from stratrun.engine.language.document import validate
from stratrun.engine.language.folders import walk

DOCUMENTS = Path(__file__).parents[1] / "documents"


@pytest.mark.parametrize("processors", [1, 2])
def test_many_files_are_told_as_one_by_one(monkeypatch: pytest.MonkeyPatch, processors: int) -> None:
    """Whatever the number of processes, results are those of `validate`, in the order of the paths."""
    small = [path for path in walk([DOCUMENTS]).files if path.stat().st_size < 6_000]
    small *= 2
    assert len(small) > batch.WORTH_IT
    monkeypatch.setattr(batch, "_processors", lambda: processors)
    assert list(batch.validate_all(small)) == [validate(path) for path in small]
