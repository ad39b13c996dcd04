"""`figure: NAME, is: X`: a figure of the whole test's report."""

from __future__ import annotations

from difflib import get_close_matches

from ..diagnostics.diagnostic import InputError
from ..language.scenario import Expectation
from .miss import Miss, near, number_words
from .observed import Observed


def miss_figure(observed: Observed, expectation: Expectation) -> Miss | None:
    """Raises InputError for a figure that no report has."""
    name = str(expectation.value)
    wanted = float(expectation.figures["is"])
    within = expectation.figures.get("within")
    figures = observed.result.metrics.figures()
    if name not in figures:
        guess = get_close_matches(name, figures, 1)
        help_ = f"did you mean `{guess[0]}`?" if guess else f"reports have {', '.join(figures)}"
        raise InputError(f"no report has a figure `{name}`", help=help_)
    expected = f"{name} is {number_words(wanted)}" + (
        "" if within is None else f" within {number_words(float(within))}"
    )
    actual = figures[name]
    if actual is None:
        return Miss(expected, f"{name} is undefined: there is too little to compute it from")
    if near(float(actual), wanted, None if within is None else float(within)):
        return None
    return Miss(expected, f"{name} is {number_words(float(actual))}")
