"""Indicators and series functions: metadata for the language, kernels for the graph."""

from . import averages
from .catalogue import CATALOGUE, Indicator, entries

__all__ = ["CATALOGUE", "Indicator", "averages", "entries"]
