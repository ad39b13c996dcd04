"""Which release made a report."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def release() -> str:
    """The installed version; a checkout that was never installed has none."""
    try:
        return version("stratrun")
    except PackageNotFoundError:
        return "0+unknown"
