"""Each figure of a verdict -> what it means, for a reader who never heard its name."""

from __future__ import annotations

from collections.abc import Sequence

from ..report.returns import ENOUGH
from .efficiency import Fold
from .pbo import Overfitting
from .plateau import FEWEST, Plateau
from .sharpe import Deflated, Observed
from .trials import Trials

VERDICTS = {
    "pass": "Every test passed: nothing found here says that the result is luck. It can still be wrong about tomorrow.",
    "fail": "Do not trust this result yet: it looks like luck, or like parameters fitted to the past.",
    "unknown": "Not enough is known to call this more than luck.",
}


def verdict(outcome: str, lines: Sequence[str]) -> str:
    failed, unknown = lines.count("fail"), lines.count("unknown")
    counted = [f"{n} of {len(lines)} tests {words}" for n, words in ((failed, "failed"), (unknown, "unknown")) if n]
    return VERDICTS[outcome] + (f" ({', '.join(counted)})" if counted else "")


def deflated(trials: Trials, seen: Observed | None, found: Deflated | None, periods: int) -> str:
    if seen is None:
        return f"There is no Sharpe ratio to judge: that needs {ENOUGH} returns that are not all alike."
    year = periods**0.5
    if found is None:
        return (
            f"The Sharpe ratio is {seen.ratio * year:.2f} a year, but {_tries(trials.counted)} cannot show how far "
            "luck alone would get: that needs two trials whose results differ."
        )
    return (
        f"With {_tries(trials.counted)}, {_alike(found.independent)}, a Sharpe ratio of "
        f"{found.lucky * year:.2f} a year is what pure luck would give the best; yours is {seen.ratio * year:.2f}. "
        + ("The chance that it is really better is not known." if found.probability is None else
           f"The chance that it is really better than luck is {_share(found.probability)}.")
    )  # fmt: skip


def _alike(independent: float) -> str:
    if independent < 1.5:
        return "so alike that they count as one"
    return f"as good as {independent:,.0f} independent ones"


def overfitting(trials: Trials, found: Overfitting | None) -> str:
    if found is None:
        return f"Needs two trials with different results over at least {2 * ENOUGH} periods."
    return (
        f"We chose the best trial on one half of the past, {len(found.logits):,} times with other halves: in "
        f"{_share(found.probability)} of them it did no better than the middle trial on the other half, and in "
        f"{_share(found.loss_probability)} it lost money there. Choosing at random gives about 50 %."
    )


def efficiency(folds: Sequence[Fold], kept: float | None) -> str:
    if not folds:
        return "No walk-forward was run: nothing shows how chosen parameters do on time they were not chosen on."
    if kept is None:
        return "The folds earned nothing on the time their parameters were chosen on, so there was nothing to keep."
    earned = sum(fold.out_of_sample is not None and fold.out_of_sample > 0 for fold in folds)
    return (
        f"On unseen time the strategy kept {_percent(kept)} of the yearly return it had where its parameters were "
        f"chosen; {earned} of {len(folds)} unseen stretches made money."
    )


def plateau(found: Plateau | None, kept: float | None) -> str:
    if found is None:
        return "Nothing is known about the parameters next to the chosen ones."
    if kept is None:
        return f"Needs {FEWEST} trials next to the chosen parameters, and a chosen result above zero."
    return (
        f"The middle one of {len(found.neighbours):,} trials next to the chosen parameters keeps {_percent(kept)} of "
        "their result. A real effect fades slowly when parameters move; luck is a lone peak."
    )


def _tries(count: int) -> str:
    return "one try" if count == 1 else f"{count:,} tries"


def _percent(value: float) -> str:
    return f"{value * 100:.0f} %"


def _share(value: float) -> str:
    """A probability in percent that never reads as sure when it is not."""
    if 0 < value < 0.001:
        return "less than 0.1 %"
    if 0.999 < value < 1:
        return "more than 99.9 %"
    return f"{value * 100:.1f} %"
