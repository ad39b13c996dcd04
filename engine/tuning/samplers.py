"""Which points to try next: every one (grid), any (random), or by what was found so far (Optuna's samplers).

A sampler is a function of its seed and of what it was told, in batches of a fixed size: asked again from the start and
told the same, it proposes the same. That is how a study goes on after it was cut off.
"""

from __future__ import annotations

import random
import warnings
from collections.abc import Iterator, Sequence
from enum import StrEnum
from importlib.util import find_spec
from itertools import islice
from typing import Any, Protocol

from ..diagnostics.diagnostic import InputError
from ..diagnostics.extras import install
from .space import Point, Space

TRIES = 200
"""Proposals without a new point after which a sampler counts as dry."""
WORST = 1e9
"""What a trial that does not count is told as, beyond any figure."""


class Method(StrEnum):
    GRID = "grid"
    RANDOM = "random"
    TPE = "tpe"
    CMAES = "cmaes"
    NSGA2 = "nsga2"
    GENETIC = "genetic"


class Sampler(Protocol):
    """Proposes points a batch at a time; `tell` gives the losses (smaller is better) of the batch, None for points
    that were not run because they do not fulfil what is required."""

    batch: int

    def ask(self) -> Sequence[Point]: ...
    def tell(self, losses: Sequence[tuple[float, ...] | None]) -> None: ...


def check_installed(method: Method) -> None:
    """Raises InputError where the library that a sampler needs is not installed."""
    learning = method not in (Method.GRID, Method.RANDOM)
    for name in ("optuna", "cmaes") if method is Method.CMAES else ("optuna",) if learning else ():
        if find_spec(name) is None:
            raise InputError(f"--sampler {method.value} needs {name}", help=install("research"))


def make_sampler(method: Method, space: Space, seed: int, goals: int, small: bool = False) -> Sampler:
    """The sampler, with `small` batches where it does not learn; Optuna is imported only where it is needed."""
    if method is Method.GRID:
        return _Listed(_each(space.coarse(), seed), small)
    if method is Method.RANDOM:
        return _Listed(_any(space, seed), small)
    return _Learning(method, space, seed, goals)


def _each(space: Space, seed: int) -> Iterator[Point]:
    """Every point once, shuffled: a grid that is cut off is a sample of the whole, however many trials were asked."""
    source, moved = random.Random(seed), dict[int, int]()
    for k in range(space.size):  # Fisher and Yates, of which only what was moved is held
        drawn = source.randrange(k, space.size)
        place = moved.pop(drawn, drawn)
        if drawn != k:
            moved[drawn] = moved.pop(k, k)
        yield space.nth(place)


def _any(space: Space, seed: int) -> Iterator[Point]:
    source = random.Random(seed)
    while True:
        yield space.point([source.randrange(len(axis)) for axis in space.axes])


class _Listed:
    """Points that do not depend on what was found."""

    def __init__(self, points: Iterator[Point], small: bool) -> None:
        self.batch = 16 if small else 64
        self._points = points

    def ask(self) -> Sequence[Point]:
        return list(islice(self._points, self.batch))

    def tell(self, losses: Sequence[tuple[float, ...] | None]) -> None:
        return None


class _Learning:
    """One of Optuna's samplers over the places of each parameter's values."""

    def __init__(self, method: Method, space: Space, seed: int, goals: int) -> None:
        import optuna

        optuna.logging.set_verbosity(optuna.logging.ERROR)
        self._optuna = optuna
        self._space = space
        made, self.batch = _made(optuna.samplers, method, space, seed)
        self._study = optuna.create_study(sampler=made, directions=["minimize"] * goals)
        self._open: list[Any] = []

    def ask(self) -> Sequence[Point]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._open = [self._study.ask() for _ in range(self.batch)]
            places = [
                [trial.suggest_int(axis.name, 0, len(axis) - 1) for axis in self._space.axes] for trial in self._open
            ]
        return [self._space.point(each) for each in places]

    def tell(self, losses: Sequence[tuple[float, ...] | None]) -> None:
        failed = self._optuna.trial.TrialState.FAIL
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for trial, loss in zip(self._open, losses, strict=True):
                if loss is None:
                    self._study.tell(trial, state=failed)
                else:
                    self._study.tell(trial, list(loss))


def _made(samplers: Any, method: Method, space: Space, seed: int) -> tuple[Any, int]:
    """The sampler, and how many points it proposes before it must be told: as many as do not depend on each other."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if method is Method.TPE:
            return samplers.TPESampler(seed=seed, multivariate=True, n_startup_trials=12, constant_liar=True), 4
        if method is Method.CMAES:
            size = 4 + 2 * len(space.axes)
            return samplers.CmaEsSampler(seed=seed, popsize=size, n_startup_trials=size), size
        size = 24
        return samplers.NSGAIISampler(seed=seed, population_size=size), size
