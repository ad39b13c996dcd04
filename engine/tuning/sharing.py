"""One batch of a search -> its trials: those that the store has, and the rest run here or by another search.

Searches that share a store propose the same points in the same order, so a trial's number says which point it is. Each
takes lots of numbers in turn, and waits for the lots that others took; a lot whose search died is taken again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from ..diagnostics.diagnostic import InputError
from .space import Point
from .store import Store
from .trial import Trial

Run = Callable[..., list[Trial]]
"""Points and the number of the first -> a trial for each; a search that prunes also gives the bars they are held to."""
LOT = 8
"""Trials that one of several searches takes at a time: enough to share columns, few enough to share work."""
PATIENCE = 0.1
"""Seconds until others are asked again."""


def tried(points: Sequence[Point], first: int, run: Run, store: Store | None, name: str) -> list[Trial]:
    """Trials of `points`, numbered from `first` on. Raises InputError where the store has trials of other points."""
    if store is None:
        return run(points, first)
    numbers = range(first, first + len(points))
    size = LOT if store.shared else len(points)
    lots = [numbers[k : k + size] for k in range(0, len(numbers), size)]
    while True:
        known = store.read(name, numbers)
        _check(known, points, first)
        open_lots = [lot for lot in lots if any(number not in known for number in lot)]
        if not open_lots:
            return [known[number] for number in numbers]
        if not any(_taken(lot, points, first, run, store, name) for lot in open_lots):
            time.sleep(PATIENCE)


def _taken(lot: range, points: Sequence[Point], first: int, run: Run, store: Store, name: str) -> bool:
    """Run what is missing of a lot and keep it; False while another search has the lot."""
    with store.turn(name, lot.start) as mine:
        if not mine:
            return False
        known = store.read(name, lot)
        begin = next((number for number in lot if number not in known), lot.stop)
        if begin < lot.stop:
            store.add(name, run(points[begin - first : lot.stop - first], begin))
        return True


def _check(known: dict[int, Trial], points: Sequence[Point], first: int) -> None:
    for number, trial in known.items():
        if trial.point != points[number - first]:
            raise InputError(
                f"trial {number} of the study is not the one this search would try",
                help="the sampler's release has changed; name another --study",
            )
