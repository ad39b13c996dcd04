"""Mean, variance and covariance of the last n rows by the block scheme of `window`.

Each half is built by Welford's update and the two are joined by Chan's formula, so nothing is ever subtracted
from a running total, a flat window has exactly no variance, and an outlier leaves without a trace.
Chan, Golub, LeVeque: Updating formulae and a pairwise algorithm for computing sample variances (1979).
"""

from __future__ import annotations

import math

from ..kernel import Column, kernel


@kernel
def moments_slots(n: int) -> int:
    """Slots of state the mean and variance of n rows take."""
    return 4 + n + 2 * (n + 1)


@kernel
def push_moments(state: Column, at: int, n: int, value: float) -> tuple[float, float]:
    """Add one row; (mean, sum of squared deviations) of the last n rows, unknown until there are n."""
    filled = int(state[at])
    raw = at + 4
    means = raw + n
    squares = means + n + 1
    state[raw + filled] = value
    filled += 1
    delta = value - state[at + 1]
    mean = state[at + 1] + delta / filled
    square = state[at + 2] + delta * (value - mean)
    before = n - filled
    gap = mean - state[means + before]
    joined = mean
    spread = square
    if before > 0:
        joined = state[means + before] + gap * (filled / n)
        spread = state[squares + before] + square + gap * gap * (before * (filled / n))
    if state[at + 3] < n:
        state[at + 3] += 1.0
        if state[at + 3] < n:
            joined = math.nan
            spread = math.nan
    if filled == n:
        mean = 0.0
        square = 0.0
        for back in range(1, n + 1):
            x = state[raw + n - back]
            step = x - mean
            mean += step / back
            square += step * (x - mean)
            state[means + back] = mean
            state[squares + back] = square
        filled = 0
        mean = 0.0
        square = 0.0
    state[at] = filled
    state[at + 1] = mean
    state[at + 2] = square
    return joined, spread


@kernel
def pair_slots(n: int) -> int:
    """Slots of state the covariance of n rows of two series takes."""
    return 2 * moments_slots(n) + 1 + n + 1


@kernel
def push_pair(state: Column, at: int, n: int, a: float, b: float) -> tuple[float, float, float]:
    """Add one row of two series; their sums of squared deviations and of products of deviations."""
    other = at + moments_slots(n)
    cross = other + moments_slots(n)
    crosses = cross + 1
    filled = int(state[at]) + 1
    mean_a = state[at + 1]
    mean_b = state[other + 1]
    product = state[cross] + (a - mean_a) * (b - (mean_b + (b - mean_b) / filled))
    mean_a += (a - mean_a) / filled
    mean_b += (b - mean_b) / filled
    before = n - filled
    joined = product
    if before > 0:
        gap_a = mean_a - state[at + 4 + n + before]
        gap_b = mean_b - state[other + 4 + n + before]
        joined = state[crosses + before] + product + gap_a * gap_b * (before * (filled / n))
    _, spread_a = push_moments(state, at, n, a)
    _, spread_b = push_moments(state, other, n, b)
    state[cross] = product
    if filled == n:
        mean_a = 0.0
        product = 0.0
        for back in range(1, n + 1):
            step = state[at + 4 + n - back] - mean_a
            product += step * (state[other + 4 + n - back] - state[other + 4 + n + back])
            mean_a += step / back
            state[crosses + back] = product
        state[cross] = 0.0
    return spread_a, spread_b, joined
