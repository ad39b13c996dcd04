"""A Gaussian hidden Markov model of a series: fitted by EM to a window, then filtered row by row.

Everything is in the state at `at`: [0] mean and [1] deviation of the window, then for k hidden states their means,
variances and probabilities now (k each, of standardised values), the k x k chances to go from one to another, the
k + k + k + k x k sums of an EM step, and for n rows the values, a scratch copy, and k forward chances and k
likelihoods each. Baum, Petrie, Soules, Weiss (1970); Rabiner, A tutorial on hidden Markov models (1989).
"""

from __future__ import annotations

import math

from ..kernel import Column, kernel, rare

LEAST = 1e-3
"""The smallest variance of a hidden state, as a share of the window's: one candle alone is no state."""
STAY = 9.0
"""Candles, beyond those counted, after which every hidden state is taken to have stayed; one to have left."""


@kernel
def model_slots(n: int, k: int) -> int:
    """Slots of state a model of k hidden states over n rows takes."""
    return 2 + 3 * k + k * k + 3 * k + k * k + 2 * n + 2 * n * k


@kernel
def model_values(n: int, k: int) -> int:
    """Where the n values to fit, oldest first, are to be written before `fit`."""
    return 2 + 6 * k + 2 * k * k


@rare
def fit(s: Column, at: int, n: int, k: int, rounds: int) -> int:
    """Fit the model to its n values by a fixed number of EM rounds; 0 where all values are the same, else 1."""
    values = at + model_values(n, k)
    mean = 0.0
    square = 0.0
    for t in range(n):
        step = s[values + t] - mean
        mean += step / (t + 1)
        square += step * (s[values + t] - mean)
    if not square > 0.0:
        return 0
    deviation = math.sqrt(square / n)
    if not deviation > 0.0:
        return 0
    s[at] = mean
    s[at + 1] = deviation
    for t in range(n):
        s[values + t] = (s[values + t] - mean) / deviation
    _begin(s, at, n, k)
    for _ in range(rounds):
        _forward(s, at, n, k)
        _backward(s, at, n, k)
        _improve(s, at, n, k)
    _forward(s, at, n, k)
    return 1


@rare
def _begin(s: Column, at: int, n: int, k: int) -> None:
    """Hidden states as equal shares of the rows, by the mean of the values around each."""
    values = at + model_values(n, k)
    near = values + n
    ordered = near + n
    reach = n // 40 + 2
    for t in range(n):
        lo = t - reach if t > reach else 0
        hi = t + reach + 1 if t + reach + 1 < n else n
        total = 0.0
        for row in range(lo, hi):
            total += s[values + row]
        s[near + t] = total / (hi - lo)
        s[ordered + t] = s[near + t]
    _sort(s, ordered, n)
    for j in range(k):
        low = s[ordered + j * n // k]
        count = 0.0
        mean = 0.0
        square = 0.0
        for t in range(n):
            above = j == 0 or s[near + t] >= low
            below = j == k - 1 or s[near + t] < s[ordered + (j + 1) * n // k]
            if above and below:
                count += 1.0
                step = s[values + t] - mean
                mean += step / count
                square += step * (s[values + t] - mean)
        s[at + 2 + j] = mean
        s[at + 2 + k + j] = square / count if count > 0.0 and square / count > LEAST else LEAST
        s[at + 2 + 2 * k + j] = 1.0 / k
        for i in range(k):
            s[at + 2 + 3 * k + j * k + i] = 0.95 if i == j else 0.05 / (k - 1)


@rare
def _sort(s: Column, at: int, n: int) -> None:
    """Shell's sort."""
    gap = n // 2
    while gap > 0:
        for row in range(gap, n):
            x = s[at + row]
            place = row
            while place >= gap and s[at + place - gap] > x:
                s[at + place] = s[at + place - gap]
                place -= gap
            s[at + place] = x
        gap //= 2


@rare
def advance(s: Column, at: int, k: int, z: float, source: int, target: int, likely: int) -> None:
    """The chances of the hidden states after one more value, from those at `source` into `target`.

    Likelihoods go to `likely`, scaled so that the largest is 1: no sum can vanish.
    """
    best = -math.inf
    for j in range(k):
        gap = z - s[at + 2 + j]
        variance = s[at + 2 + k + j]
        x = -0.5 * (gap * gap / variance + math.log(variance))
        s[likely + j] = x
        if x > best:
            best = x
    total = 0.0
    for j in range(k):
        x = 0.0
        for i in range(k):
            x += s[source + i] * s[at + 2 + 3 * k + i * k + j]
        s[likely + j] = math.exp(s[likely + j] - best)
        x *= s[likely + j]
        s[target + j] = x
        total += x
    for j in range(k):
        s[target + j] = s[target + j] / total if total > 0.0 else 1.0 / k


@rare
def _forward(s: Column, at: int, n: int, k: int) -> None:
    values = at + model_values(n, k)
    chances = values + 2 * n
    likely = chances + n * k
    now = at + 2 + 2 * k
    for t in range(n):
        source = now if t == 0 else chances + (t - 1) * k
        advance(s, at, k, s[values + t], source, chances + t * k, likely + t * k)
    for j in range(k):
        s[now + j] = s[chances + (n - 1) * k + j]


@rare
def _backward(s: Column, at: int, n: int, k: int) -> None:
    """Add up how often each hidden state was there, and went where, given all values."""
    values = at + model_values(n, k)
    chances = values + 2 * n
    likely = chances + n * k
    go = at + 2 + 3 * k
    counts = go + k * k
    went = counts + 3 * k
    later = values + n  # the scratch copy: what each state now says of all later values
    for j in range(3 * k + k * k):
        s[counts + j] = 0.0
    for j in range(k):
        s[later + j] = 1.0
    for back in range(n):
        t = n - 1 - back
        if back > 0:
            following = likely + (t + 1) * k
            for j in range(k):
                s[later + k + j] = s[later + j] * s[following + j]
            total = 0.0
            scale = 0.0
            for i in range(k):
                x = 0.0
                for j in range(k):
                    x += s[go + i * k + j] * s[later + k + j]
                s[later + i] = x
                total += s[chances + t * k + i] * x
                scale += x
            for i in range(k):
                for j in range(k):
                    way = s[chances + t * k + i] * s[go + i * k + j] * s[later + k + j]
                    s[went + i * k + j] += way / total if total > 0.0 else 0.0
            for i in range(k):
                s[later + i] = s[later + i] / scale if scale > 0.0 else 1.0
        total = 0.0
        for j in range(k):
            total += s[chances + t * k + j] * s[later + j]
        for j in range(k):
            weight = s[chances + t * k + j] * s[later + j] / total if total > 0.0 else 0.0
            z = s[values + t]
            s[counts + j] += weight
            s[counts + k + j] += weight * z
            s[counts + 2 * k + j] += weight * z * z
            if t == 0:
                s[at + 2 + 2 * k + j] = weight


@rare
def _improve(s: Column, at: int, n: int, k: int) -> None:
    go = at + 2 + 3 * k
    counts = go + k * k
    went = counts + 3 * k
    for j in range(k):
        weight = s[counts + j]
        if weight > 1e-6:
            mean = s[counts + k + j] / weight
            variance = s[counts + 2 * k + j] / weight - mean * mean
            s[at + 2 + j] = mean
            s[at + 2 + k + j] = variance if variance > LEAST else LEAST
        total = STAY + 1.0
        for i in range(k):
            total += s[went + j * k + i]
        for i in range(k):
            prior = STAY if i == j else 1.0 / (k - 1)
            s[go + j * k + i] = (s[went + j * k + i] + prior) / total
