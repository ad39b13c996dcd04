"""Fixtures for reference data that lies beside the repository and is never part of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("STRATRUN_SHARED", ROOT.parent / "shared"))


def _folder(name: str) -> Path:
    path = SHARED / name
    if not path.is_dir():
        pytest.skip(f"reference data is missing: no folder {path} (set STRATRUN_SHARED to where it lies)")
    return path


@pytest.fixture(scope="session")
def candles_dir() -> Path:
    """Real market candles as Parquet files."""
    return _folder("candles")


@pytest.fixture(scope="session")
def golden_dir() -> Path:
    """Results of other people's software to compare with."""
    return _folder("golden")
