"""The search: ask the sampler, run what is new, tell it, until there are enough trials.

Trials of an earlier run are not computed again: the sampler is asked from the start and told what it was told then, so
it goes on exactly where it was cut off.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from .goal import Goal
from .prune import bars_of
from .samplers import TRIES, Method, Sampler, make_sampler
from .sharing import Run, tried
from .space import Point, Space
from .store import Store
from .trial import Trial

Fits = Callable[[Point], bool]
"""Whether a point fulfils what the file requires; those that do not are neither run nor counted."""
Watch = Callable[["Study"], None]
"""Called after each batch."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a search is asked to do; `trials` counts different points."""

    space: Space
    goal: Goal
    method: Method
    trials: int
    seed: int
    prune: bool = False


@dataclass
class Study:
    """What was found so far; `interrupted` where it was ended before its time."""

    plan: Plan
    trials: list[Trial] = field(default_factory=list)
    interrupted: bool = False

    @property
    def ranked(self) -> list[Trial]:
        """Trials that count, the best first; of equals the first found."""
        goal = self.plan.goal
        good = [trial for trial in self.trials if trial.counts]
        return sorted(good, key=lambda trial: (-(trial.score(goal) or 0.0), trial.number))

    @property
    def best(self) -> Trial | None:
        """By the goal's first figure."""
        return self.ranked[0] if self.ranked else None

    @property
    def front(self) -> list[Trial]:
        """Trials that no other beats in every figure of the goal, by the first figure."""
        goals = range(len(self.plan.goal.targets))
        kept: list[Trial] = []
        scores = {trial.number: [trial.score(self.plan.goal, k) or 0.0 for k in goals] for trial in self.ranked}
        for trial in sorted(self.ranked, key=lambda trial: [-score for score in scores[trial.number]]):
            mine = scores[trial.number]
            if not any(all(scores[other.number][k] >= mine[k] for k in goals) for other in kept):
                kept.append(trial)
        return kept

    def by_point(self) -> dict[tuple[str, ...], Trial]:
        return {tuple(trial.point.values()): trial for trial in self.trials}


def search(
    plan: Plan, run: Run, store: Store | None = None, name: str = "study", watch: Watch | None = None,
    fits: Fits = lambda point: True,
) -> Study:  # fmt: skip
    """Search until there are `plan.trials` trials or nothing new is proposed; Ctrl-C ends it with what there is.

    Raises InputError when the trials in `store` are not those that this search would make.
    """
    study = Study(plan)
    known: dict[tuple[str, ...], Trial | None] = {}
    if store is not None:
        store.open(name)
    sampler = make_sampler(plan.method, plan.space, plan.seed, len(plan.goal.targets), plan.prune)
    dry = 0
    try:
        while len(study.trials) < plan.trials and dry < TRIES and len(known) < plan.space.size:
            points = sampler.ask()
            if not points:
                break
            fresh = list(dict.fromkeys(key for key in map(_key, points) if key not in known))
            dry = 0 if fresh else dry + len(points)
            known.update(dict.fromkeys(fresh))
            allowed = [point for point in _named(plan.space, fresh) if fits(point)]
            lot = allowed[: plan.trials - len(study.trials)]
            held = partial(run, bars=bars_of([t.steps for t in study.trials])) if plan.prune else run
            made = tried(lot, len(study.trials), held, store, name) if lot else []
            study.trials += made
            known.update((_key(trial.point), trial) for trial in made)
            if watch is not None:
                watch(study)
            if len(study.trials) < plan.trials:
                _tell(sampler, points, known, plan.goal)
    except KeyboardInterrupt:
        study.interrupted = True
    return study


def _tell(sampler: Sampler, points: Sequence[Point], known: Mapping[tuple[str, ...], Trial | None], goal: Goal) -> None:
    found = [known[_key(point)] for point in points]
    sampler.tell([None if trial is None else trial.losses(goal) for trial in found])


def _key(point: Point) -> tuple[str, ...]:
    return tuple(point.values())


def _named(space: Space, keys: Sequence[tuple[str, ...]]) -> list[Point]:
    return [{axis.name: text for axis, text in zip(space.axes, key, strict=True)} for key in keys]
