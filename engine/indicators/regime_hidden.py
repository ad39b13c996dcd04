"""Market regimes that a model finds by itself, in returns of the past only."""

from __future__ import annotations

import math

from ..kernel import Column, kernel, rare
from .catalogue import CLOSE, Cost, Input, InputKind, Output, Parameter, indicator
from .hidden_markov import advance, fit, model_slots, model_values

OWN = 9


@indicator(
    name="hmm_regime",
    title="Market regime by a hidden Markov model",
    family="regimes",
    inputs=(CLOSE, Input("time", InputKind.TIME)),
    parameters=(
        Parameter("states", True, 2, 2, 3, "2: bear and bull; 3: one between them as well"),
        Parameter("train", True, 500, 50, 2000, "returns before now that the model is fitted to"),
        Parameter("every", True, 100, 1, 2000, "candles of the clock between two fits"),
        Parameter("rounds", True, 10, 1, 100, "EM steps of a fit"),
        Parameter("switch", False, 0.8, 0.0, 1.0, "the chance of another state that ends the one so far"),
    ),
    outputs=(
        Output("p_bull", "ratio", 0.0, 1.0, sparse=True),
        Output("p_bear", "ratio", 0.0, 1.0, sparse=True),
        Output("volatility", "ratio", 0.0, sparse=True),
        Output("state", "index", -1.0, 1.0, sparse=True),
        Output("bull", "condition", sparse=True),
        Output("bear", "condition", sparse=True),
    ),
    state=lambda p: OWN + p["train"] + model_slots(p["train"], p["states"]),
    first=lambda p: (p["train"],) * 6,
    settle=lambda p: p["train"] + p["every"],
    cost=Cost.FIT,
    convention="filtered, never smoothed: what was known at each close. Fitted to the last `train` returns at the "
    "first candle of each `every` candles of UTC time, anew each time by a fixed number of EM steps that begin with "
    "equal shares of the window by local mean; 9 candles of staying and 1 of leaving are added to those "
    "counted of each hidden state. Unknown while no price has moved",
    formula="log returns drawn from normal distributions, one a hidden state, which change by a Markov chain; bear and "
    "bull are the states of least and greatest mean over deviation; volatility = the deviation expected now; "
    "state = -1, 0, 1: changes once another one's chance is `switch`",
    source="L. Rabiner, A tutorial on hidden Markov models (1989); J. Hamilton (1989)",
)
def hmm_regime(
    close: Column, time: Column, p_bull: Column, p_bear: Column, volatility: Column, likeliest: Column, bull: Column,
    bear: Column, k: int, n: int, every: int, rounds: int,
    switch: float, state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    # State: [0] returns seen (up to n), [1] the next one's place, [2] has begun, [3] the close before, [4] its time,
    # [5] the shortest step of time, [6] the fit's number, [7] is there a model, [8] the state so far,
    # plus 2 (0 = none); then n returns and the model.
    model = OWN + n
    now = model + 2 + 2 * k
    scratch = model + model_values(n, k)
    for i in range(lo, hi):
        p_bull[i] = p_bear[i] = volatility[i] = likeliest[i] = math.nan
        bull[i] = bear[i] = 2
        if not close[i] > 0.0:
            continue
        fresh = _observe(state, n, close[i], time[i])
        if state[0] < n:
            continue
        number = float(int(time[i] / (state[5] * every)))
        if state[7] == 0.0 or number != state[6]:
            place = int(state[1])
            for t in range(n):
                state[scratch + t] = state[OWN + place]
                place = place + 1 if place + 1 < n else 0
            state[7] = fit(state, model, n, k, rounds)
            state[6] = number
        else:
            advance(state, model, k, (fresh - state[model]) / state[model + 1], now, scratch + k, scratch)
            for j in range(k):
                state[now + j] = state[scratch + k + j]
        if state[7] > 0.0:
            low, high = _ends(state, model, k)
            p_bear[i] = state[now + low]
            p_bull[i] = state[now + high]
            volatility[i] = state[model + 1] * math.sqrt(_variance(state, model, k))
            way = _lasting(state, state[now + low], state[now + high], switch)
            likeliest[i] = way
            bull[i] = int(way > 0)
            bear[i] = int(way < 0)


@kernel
def _lasting(state: Column, falling: float, rising: float, switch: float) -> int:
    """The state by its chances, held until another one's chance is large: -1, 0 or 1."""
    between = 1.0 - falling - rising
    way = 1 if rising >= falling else -1
    chance = rising if way > 0 else falling
    if between > chance:
        way = 0
        chance = between
    if state[8] == 0.0 or chance >= switch:
        state[8] = way + 2.0
    return int(state[8]) - 2


@rare
def _observe(state: Column, n: int, close: float, time: int) -> float:
    """Add a candle; its return."""
    fresh = math.nan
    if state[2] > 0.0:
        fresh = math.log(close / state[3])
        step = time - state[4]
        if step > 0.0 and (state[5] == 0.0 or step < state[5]):
            state[5] = step
        place = int(state[1])
        state[OWN + place] = fresh
        state[1] = place + 1 if place + 1 < n else 0
        if state[0] < n:
            state[0] += 1.0
    state[2] = 1.0
    state[3] = close
    state[4] = time
    return fresh


@kernel
def _ends(state: Column, model: int, k: int) -> tuple[int, int]:
    """The hidden states of least and greatest mean over deviation."""
    low = 0
    high = 0
    least = math.inf
    most = -math.inf
    for j in range(k):
        mean = state[model] + state[model + 1] * state[model + 2 + j]
        score = mean / (state[model + 1] * math.sqrt(state[model + 2 + k + j]))
        if score < least:
            least = score
            low = j
        if score >= most:
            most = score
            high = j
    return low, high


@kernel
def _variance(state: Column, model: int, k: int) -> float:
    """Of the standardised values now, over all hidden states."""
    mean = 0.0
    square = 0.0
    for j in range(k):
        chance = state[model + 2 + 2 * k + j]
        centre = state[model + 2 + j]
        mean += chance * centre
        square += chance * (state[model + 2 + k + j] + centre * centre)
    return square - mean * mean if square > mean * mean else 0.0
