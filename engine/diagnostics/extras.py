"""An extra that is not installed -> what to type for it, from a checkout and from a wheel alike."""

from __future__ import annotations


def install(extra: str) -> str:
    """pip goes by the stratrun that it finds in its own environment, wherever that came from."""
    return f'run `pip install "stratrun[{extra}]"` in the environment that stratrun is installed in'
