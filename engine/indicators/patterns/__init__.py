"""Patterns: candlesticks of one to five candles, and chart patterns made of confirmed pivots."""

from . import flags, lines, pair, plain, rows, single, tops, triple

__all__ = ["flags", "lines", "pair", "plain", "rows", "single", "tops", "triple"]
