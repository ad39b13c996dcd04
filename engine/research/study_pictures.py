"""Verdicts and simulations -> the pictures of a study's page."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..luck.monte_carlo import LEVELS, fan
from ..luck.pbo import Overfitting
from ..luck.simulated import Method, Simulated, meaning
from ..luck.verdict import Line, Verdict
from ..report import wording as say
from ..report.html.research_data import Check, Fan, Histogram, Study

BINS = 40
PLACES = 6
"""Decimals of a path: a page needs no more."""


def checks_of(verdict: Verdict) -> list[Check]:
    """The lines of a verdict."""
    return [Check(line.title, line.outcome.value, line.figure, _needs(line), line.words) for line in verdict.lines]


def logits_of(found: Overfitting) -> Histogram:
    """The picture of PBO: how the best of one half ranked in the other, over all splits."""
    counts, edges = np.histogram(found.logits, BINS)
    worse = say.percent(found.probability, places=1)
    return Histogram(
        "Does the choice hold up?",
        f"Each of {len(found.logits):,} splits chooses the best trial on half of the past and ranks it on the other. "
        f"Left of 0 it was worse than the middle trial there: {worse} of the splits.",
        "rank on the unseen half (logit; above 0: better than the middle trial)",
        edges.tolist(), counts.tolist(), {"middle trial": 0.0},
    )  # fmt: skip


def verdict_of(title: str, names: Sequence[str], verdict: Verdict) -> Study:
    """The page of a verdict alone; `names` are the trials'."""
    trials = verdict.evidence.trials
    header = [f"{names[trials.chosen]} of {trials.counted:,} tries, {len(trials.returns):,} periods"]
    return Study(f"Is it luck? {title}", header, verdict.words, checks_of(verdict), histograms=evidence_of(verdict))


def evidence_of(verdict: Verdict) -> list[Histogram]:
    """The pictures behind a verdict: the Sharpe ratios of all tries, and how choices held up."""
    evidence = verdict.evidence
    held = [] if evidence.overfitting is None else [logits_of(evidence.overfitting)]
    ratios = evidence.trials.ratios * evidence.periods**0.5
    known = ratios[np.isfinite(ratios)]
    if len(known) > 1 and np.ptp(known) > 0:
        lucky = None if evidence.deflated is None else evidence.deflated.lucky * evidence.periods**0.5
        held.insert(0, _ratios(known, lucky, float(ratios[evidence.trials.chosen])))
    return held


def _ratios(known: np.ndarray, lucky: float | None, chosen: float) -> Histogram:
    counts, edges = np.histogram(known, min(BINS, max(5, len(known) // 3)))
    marks = {"chosen": chosen} if np.isfinite(chosen) else {}
    if lucky is not None:
        marks["best of pure luck"] = lucky
    words = "How many trials had which Sharpe ratio; the chosen one should stand clear of what luck gives the best."
    return Histogram("All tries", words, "Sharpe ratio a year", edges.tolist(), counts.tolist(), marks)


def fans_of(name: str, found: Simulated) -> Study:
    """The page of a simulation: growth, falls, and where the runs ended."""
    unit = "trade" if found.method is Method.TRADES else "day"
    growth = _fan("Growth", f"Equity over the capital: {found.told}.", found, "growth", unit)
    falls = _fan("Falls", "Below the highest equity so far.", found, "fall", unit)
    return Study(f"Monte Carlo: {name}", [f"{found.told} (seed {found.seed})", *meaning(found)],
                 fans=[growth, falls], histograms=_ends(found))  # fmt: skip


def _fan(title: str, words: str, found: Simulated, column: str, unit: str) -> Fan:
    paths, seen = getattr(found.paths, column), getattr(found.seen, column)[0]
    shades = f" The shades hold {LEVELS[-1] - LEVELS[0]:g} % and {LEVELS[-2] - LEVELS[1]:g} % of the runs."
    return Fan(
        title, words + shades, found.paths.places.tolist(), LEVELS, np.round(fan(paths), PLACES).tolist(),
        np.round(seen, PLACES).tolist(), unit, percent=column == "fall",
    )  # fmt: skip


def _ends(found: Simulated) -> list[Histogram]:
    parts = (
        ("Where the runs ended", "return, %", found.paths.final - 1, float(found.seen.final[0]) - 1),
        ("Deepest falls", "deepest fall, %", found.paths.drawdown, float(found.seen.drawdown[0])),
    )
    made = []
    for title, axis, values, seen in parts:
        if float(np.ptp(values)) > 1e-9:
            counts, edges = np.histogram(values * 100, BINS)
            words = f"Of {len(values):,} runs; the real one: {seen * 100:,.1f} %."
            made.append(Histogram(title, words, axis, edges.tolist(), counts.tolist(), {"the run": seen * 100}))
    return made


def _needs(line: Line) -> str:
    return f"needs {'at most' if line.at_most else 'at least'} {line.threshold:g}"
