"""Everything known about a search's luck -> one verdict: a line per question, with figure, threshold and reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from numpy.typing import ArrayLike

from ..report.returns import YEAR
from . import wording
from .efficiency import Fold, efficiency
from .pbo import Overfitting, overfitting
from .plateau import Plateau
from .reality import Reality, reality_check
from .sharpe import Deflated, Observed, deflated
from .trials import Trials


class Outcome(StrEnum):
    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Line:
    """One question: passed when `figure` is at least (or, `at_most`, at most) `threshold`; unknown without a figure."""

    name: str
    title: str
    figure: float | None
    threshold: float
    words: str
    at_most: bool = False

    @property
    def outcome(self) -> Outcome:
        if self.figure is None:
            return Outcome.UNKNOWN
        good = self.figure <= self.threshold if self.at_most else self.figure >= self.threshold
        return Outcome.PASS if good else Outcome.FAIL


@dataclass(frozen=True)
class Evidence:
    """What the lines are made of; None where a figure is undefined. `periods` returns make a year."""

    trials: Trials
    periods: int
    observed: Observed | None
    deflated: Deflated | None
    overfitting: Overfitting | None
    reality: Reality | None
    folds: tuple[Fold, ...]
    plateau: Plateau | None


@dataclass(frozen=True)
class Verdict:
    """The four lines that decide, and the evidence behind them."""

    lines: tuple[Line, ...]
    evidence: Evidence

    @property
    def outcome(self) -> Outcome:
        """Fail when any line fails, pass when every line passes, else unknown."""
        found = {line.outcome for line in self.lines}
        if Outcome.FAIL in found:
            return Outcome.FAIL
        return Outcome.UNKNOWN if Outcome.UNKNOWN in found else Outcome.PASS

    @property
    def words(self) -> str:
        """The verdict in one sentence."""
        return wording.verdict(self.outcome, [line.outcome for line in self.lines])

    def to_json(self) -> dict[str, Any]:
        """Plain values, every undefined figure null."""
        return {
            "outcome": self.outcome.value,
            "words": self.words,
            "lines": [{**asdict(line), "outcome": line.outcome.value} for line in self.lines],
            "figures": figures(self.evidence),
        }


def judge(
    returns: ArrayLike,
    chosen: int,
    trials_counted: int | None = None,
    *,
    folds: Sequence[Fold] = (),
    plateau: Plateau | None = None,
    seed: int = 0,
    periods: int = YEAR,
) -> Verdict:
    """Judge the chosen column of `returns` (T periods, N trials; fractions) by what was tried beside it.

    `trials_counted` is how many trials were run in all (at least N; failed and pruned ones count: they were tries).
    `periods` returns make a year. Deterministic by `seed`. Raises ValueError for a table that is not one of returns.
    """
    trials = Trials.of(returns, chosen, trials_counted)
    evidence = Evidence(
        trials, periods, Observed.of(trials.picked), deflated(trials), overfitting(trials),
        reality_check(trials, seed), tuple(folds), plateau,
    )  # fmt: skip
    return Verdict(tuple(_lines(evidence)), evidence)


def _lines(found: Evidence) -> list[Line]:
    chance, search = found.deflated, found.overfitting
    kept = efficiency(found.folds)
    near = None if found.plateau is None else found.plateau.kept
    return [
        Line("deflated_sharpe", "Better than luck", None if chance is None else chance.probability, 0.95,
             wording.deflated(found.trials, found.observed, chance, found.periods)),
        Line("pbo", "Choice holds up", None if search is None else search.probability, 0.2,
             wording.overfitting(found.trials, search), at_most=True),
        Line("efficiency", "Works on unseen time", kept, 0.5, wording.efficiency(found.folds, kept)),
        Line("plateau", "Plateau, not a spike", near, 0.7, wording.plateau(found.plateau, near)),
    ]  # fmt: skip


def figures(found: Evidence) -> dict[str, float | int | None]:
    """Every figure by name; ratios per year."""
    seen, chance, search, real = found.observed, found.deflated, found.overfitting, found.reality
    year = found.periods**0.5
    shortest = None if seen is None else seen.shortest_record()
    return {
        "trials": found.trials.counted,
        "trials_with_returns": found.trials.returns.shape[1],
        "trials_independent": found.trials.independent,
        "correlation": found.trials.correlation,
        "periods": len(found.trials.returns),
        "periods_per_year": found.periods,
        "sharpe": None if seen is None else seen.ratio * year,
        "psr": None if seen is None else seen.probability(),
        "sharpe_of_luck": None if chance is None else chance.lucky * year,
        "deflated_sharpe": None if chance is None else chance.probability,
        "shortest_record": shortest,
        "pbo": None if search is None else search.probability,
        "pbo_slope": None if search is None else search.slope,
        "pbo_loss": None if search is None else search.loss_probability,
        "reality_check": None if real is None else real.p_value,
        "superior_ability": None if real is None else real.superior,
        "efficiency": efficiency(found.folds),
        "plateau": None if found.plateau is None else found.plateau.kept,
    }
