"""Patterns: candlesticks of one to five candles, and chart patterns made of confirmed pivots."""

from . import flags, gaps, lengths, lines, necks, pair, plain, rows, single, tops, triple

__all__ = ["flags", "gaps", "lengths", "lines", "necks", "pair", "plain", "rows", "single", "tops", "triple"]
