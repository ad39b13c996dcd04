"""Test files in, the outcome of each of their cases out, as it comes.

1. load the file (its mistakes are an outcome, too); 2. play each case: the strategy beside the file, back-tested;
3. hold every expectation against what happened; 4. for those that failed, show the candles around the spot.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from ..diagnostics.diagnostic import Diagnostic, DocumentError, InputError, Span
from ..language.scenario import Case, Expectation, TestFile
from ..language.scenarios.load import load_tests
from .check import check
from .observed import Observed
from .outcome import CaseOutcome, Failure
from .play import Player
from .spot import spot_at

Chosen = Callable[[str, str], bool]
"""Whether to run a case, by its file and its name."""


def run_paths(paths: Iterable[Path], chosen: Chosen = lambda path, name: True) -> Iterator[CaseOutcome]:
    """Run the chosen cases of test files; one that does not load is an outcome without a name."""
    for path in paths:
        try:
            file = load_tests(path)
        except DocumentError as error:
            yield CaseOutcome(str(path), "", None, mistakes=error.diagnostics)
        else:
            yield from run_file(file, chosen)


def run_file(file: TestFile, chosen: Chosen = lambda path, name: True) -> Iterator[CaseOutcome]:
    """Run the chosen cases of a loaded file, in its order."""
    player = Player(file)
    for case in file.cases:
        if chosen(file.path, case.name):
            yield run_case(player, file.path, case)


def run_case(player: Player, path: str, case: Case) -> CaseOutcome:
    """Play one case and check what is expected of it. Never raises for what a file holds."""
    begun = time.perf_counter()
    failures: list[Failure] = []
    mistakes: list[Diagnostic] = []
    try:
        observed = player.play(case)
    except (DocumentError, InputError) as error:
        mistakes += diagnostics_of(error, path, case.span)
    else:
        for expectation in case.expect:
            try:
                failures += _failed(observed, expectation)
            except (DocumentError, InputError) as error:
                mistakes += diagnostics_of(error, path, expectation.span, inside=True)
    return CaseOutcome(path, case.name, case.span, tuple(failures), tuple(mistakes), time.perf_counter() - begun)


def _failed(observed: Observed, expectation: Expectation) -> Iterator[Failure]:
    miss = check(observed, expectation)
    if miss is not None:
        spot = None
        if miss.number is not None and miss.symbol is not None:
            spot = spot_at(observed, miss.symbol, miss.number)
        yield Failure(miss.expected, miss.happened, expectation.span, spot)


def diagnostics_of(
    error: DocumentError | InputError, path: str, span: Span | None, inside: bool = False
) -> list[Diagnostic]:
    """An error as diagnostics of the test file; `inside`: the document that is wrong is a part of it."""
    if isinstance(error, InputError):
        return [Diagnostic(error.code, error.message, path, span, error.help)]
    if inside:
        return [Diagnostic(d.code, d.message, path, span, d.help, d.severity) for d in error.diagnostics]
    return list(error.diagnostics)
