"""The tests that are shipped beside strategies and examples."""

from __future__ import annotations

from pathlib import Path

import pytest

from stratrun.engine.testing.find import find_tests
from stratrun.engine.testing.suite import run_paths

ROOT = Path(__file__).resolve().parents[2]
FILES = find_tests([ROOT / "strategies", ROOT / "examples"])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_they_pass(path: Path) -> None:
    """Every test of a shipped test file passes."""
    outcomes = list(run_paths([path]))
    assert outcomes
    assert [(o.name, o.failures, o.mistakes) for o in outcomes if not o.passed] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_they_stand_beside_their_strategy(path: Path) -> None:
    """A shipped test file is called as its strategy is, and ends in `.test.yaml`."""
    assert path.with_name(path.name.removesuffix(".test.yaml") + ".yaml").is_file()
