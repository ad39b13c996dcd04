"""The probability of back-test overfitting: does the best trial of one half of the past stay good in the other half?

CSCV of Bailey, Borwein, Lopez de Prado and Zhu, The Probability of Backtest Overfitting (2017): cut the past into S
blocks, take every choice of S/2 of them as known and the rest as unseen, 12,870 splits for S = 16.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from ..report.returns import ENOUGH, NOISE
from .trials import Floats, Trials

BLOCKS = 16
AT_ONCE = 1_000_000
"""Ratios computed together: about 40 MB."""


@dataclass(frozen=True, slots=True)
class Overfitting:
    """A row per split, in the order of `splits`."""

    logits: Floats
    """lambda = ln(w / (1 - w)), w the relative rank (0 worst, 1 best) of the known half's best in the unseen half."""
    known: Floats
    """Sharpe ratio per period of the best trial in the half that chose it."""
    unseen: Floats
    """Its Sharpe ratio in the other half."""

    @property
    def probability(self) -> float:
        """PBO: the share of splits in which the best of one half is no better than the median of the other."""
        return float(np.mean(self.logits <= 0))

    @property
    def slope(self) -> float | None:
        """How the unseen ratio changes per unit of the known one; below 0, better looks mean worse results."""
        centred = self.known - self.known.mean()
        power = float(centred @ centred)
        return float(centred @ self.unseen) / power if power > NOISE else None

    @property
    def loss_probability(self) -> float:
        """The share of splits in which the best of one half lost in the other."""
        return float(np.mean(self.unseen < 0))


def overfitting(trials: Trials, blocks: int = BLOCKS) -> Overfitting | None:
    """None for fewer than two trials that differ, or when half the past is shorter than 30 periods.

    `blocks` must be even. The oldest rows that do not fill a block are left out; a trial that does not move in a half
    has the ratio 0 there.
    """
    if blocks < 2 or blocks % 2:
        raise ValueError(f"expected an even number of blocks, received {blocks}")
    length, count = len(trials.returns) // blocks, trials.returns.shape[1]
    if count < 2 or length * blocks // 2 < ENOUGH or np.ptp(trials.returns, axis=1).max() <= NOISE:
        return None
    sums = _Sums.of(trials.returns[-length * blocks :].reshape(blocks, length, count))
    found = [_judged(*sums.halves(part)) for part in _parts(blocks, count)]
    # Every split and its mirror, known and unseen swapped, are met together.
    columns = (np.concatenate([pair[side][k] for side in (0, 1) for pair in found]) for k in range(3))
    return Overfitting(*columns)


def splits(blocks: int) -> NDArray[np.float64]:
    """A row per split whose known half holds the first block: 1 for a known block, 0 for an unseen one."""
    rows = [(0, *rest) for rest in combinations(range(1, blocks), blocks // 2 - 1)]
    marks = np.zeros((len(rows), blocks))
    np.put_along_axis(marks, np.array(rows), 1.0, axis=1)
    return marks


def _parts(blocks: int, count: int) -> Iterator[Floats]:
    marks = splits(blocks)
    size = max(1, AT_ONCE // count)
    return (marks[k : k + size] for k in range(0, len(marks), size))


@dataclass(frozen=True, slots=True)
class _Sums:
    """Per block and trial the sum of returns and of squares, measured from each trial's mean (so that no digits are
    lost): a half's ratio is sums of these, never another pass over the returns."""

    mean: Floats
    first: Floats
    second: Floats
    periods: int

    @classmethod
    def of(cls, table: Floats) -> _Sums:
        mean = table.mean(axis=(0, 1))
        centred = table - mean
        return cls(mean, centred.sum(axis=1), (centred * centred).sum(axis=1), table.shape[0] * table.shape[1] // 2)

    def halves(self, marks: Floats) -> tuple[Floats, Floats]:
        """Ratios (splits, trials) of the known halves and of the unseen ones."""
        return self._ratios(marks), self._ratios(1 - marks)

    def _ratios(self, marks: Floats) -> Floats:
        n = self.periods
        first = marks @ self.first
        deviation = np.sqrt(np.maximum(marks @ self.second - first * first / n, 0.0) / (n - 1))
        found = np.zeros_like(first)
        np.divide(first / n + self.mean, deviation, out=found, where=deviation > NOISE)
        return found


def _judged(one: Floats, other: Floats) -> tuple[tuple[Floats, Floats, Floats], tuple[Floats, Floats, Floats]]:
    return _chosen(one, other), _chosen(other, one)


def _chosen(known: Floats, unseen: Floats) -> tuple[Floats, Floats, Floats]:
    """Logits, and the ratios of each split's best trial in both halves; equal ratios share their ranks."""
    best = known.argmax(axis=1)[:, None]
    own = np.take_along_axis(unseen, best, axis=1)
    below, level = np.count_nonzero(unseen < own, axis=1), np.count_nonzero(unseen == own, axis=1)
    rank = (below + (level + 1) / 2) / (unseen.shape[1] + 1)
    return np.log(rank / (1 - rank)), np.take_along_axis(known, best, axis=1)[:, 0], own[:, 0]
