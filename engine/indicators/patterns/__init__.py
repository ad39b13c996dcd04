"""Patterns: of one to five candles, and of pivots over many."""

from . import pair, plain, rows, single, triple

__all__ = ["pair", "plain", "rows", "single", "triple"]
