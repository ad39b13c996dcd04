"""What the page of a study shows, as plain values: whoever made the study fills them in, the page only draws.

Every part may be empty; the page then leaves its chart out. Fractions stay fractions (0.1 is 10 %).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Value = float | int | str | bool


@dataclass(frozen=True, slots=True)
class Goal:
    """What a trial is judged by."""

    name: str
    maximise: bool = True


@dataclass(frozen=True, slots=True)
class TrialPoint:
    """One trial: `params` by name, `goals` in the order of the study's; None where a goal is unknown."""

    number: int
    params: Mapping[str, Value]
    goals: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class FoldCurve:
    """One walk-forward fold out of sample: `time` (ms UTC, increasing) and `growth` (equity over the capital); annual
    returns on the time its parameters were chosen on and on the time after."""

    name: str
    time: Sequence[int]
    growth: Sequence[float]
    in_sample: float | None = None
    out_of_sample: float | None = None


@dataclass(frozen=True, slots=True)
class Fan:
    """Percentiles of many paths: `bands` has a row per level of `levels` and a value per place of `steps`; `seen` is
    the real path. `percent`: values are fractions, shown in percent; else growth, shown as it is."""

    title: str
    words: str
    steps: Sequence[int]
    levels: Sequence[float]
    bands: Sequence[Sequence[float]]
    seen: Sequence[float]
    unit: str = "day"
    percent: bool = False


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts between `edges` (one more than counts); `marks` are named places on the axis."""

    title: str
    words: str
    axis: str
    edges: Sequence[float]
    counts: Sequence[int]
    marks: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Check:
    """One line of a verdict: `outcome` is pass, fail or unknown."""

    title: str
    outcome: str
    figure: float | None
    needs: str
    words: str


@dataclass(frozen=True, slots=True)
class Study:
    """A whole study. `front` are the numbers of the trials no other beats in every goal; `importance` is the share of
    the goal's variation each parameter explains."""

    title: str
    header: Sequence[str] = ()
    verdict: str = ""
    checks: Sequence[Check] = ()
    goals: Sequence[Goal] = ()
    trials: Sequence[TrialPoint] = ()
    chosen: int | None = None
    front: Sequence[int] = ()
    importance: Mapping[str, float] = field(default_factory=dict)
    folds: Sequence[FoldCurve] = ()
    fans: Sequence[Fan] = ()
    histograms: Sequence[Histogram] = ()
    notes: Sequence[str] = ()
