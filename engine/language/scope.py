"""What an expression may refer to: the strategy's timeframe, feeds, params and raw definitions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..market.timeframe import Timeframe
from .term import Term
from .text import Text

UNITS = ("", "%", "R", "candles", "m", "h", "d", "w")


@dataclass(frozen=True, slots=True)
class Value:
    """A number and its unit, one of UNITS; percents are ratios: 3% is Value(0.03, "%")."""

    number: float
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    timeframe: Timeframe
    feeds: Mapping[str, str] = field(default_factory=dict)
    """Feed name -> symbol."""
    params: Mapping[str, Value] = field(default_factory=dict)
    definitions: Mapping[str, Text] = field(default_factory=dict)
    """The entries of `indicators:`, as written, in file order."""
    timezone: str = "UTC"
    models: Mapping[str, Mapping[str, Term] | None] = field(default_factory=dict)
    """The outputs of each model by name: None where it is broken, which was reported; empty where it may not be spoken
    of, as in another model's features."""
