"""The common rules written straight in Numba, as columns and as one fused loop: what a machine can do at best."""

from __future__ import annotations

import numpy as np
from numba import njit

STOP, TARGET, RULE = 1, 2, 5


@njit(cache=True)
def ema_column(close, n):
    out = np.full(len(close), np.nan)
    alpha = 2.0 / (n + 1.0)
    value = 0.0
    for i in range(len(close)):
        if i < n:
            value += close[i]
            if i == n - 1:
                value /= n
        else:
            value = alpha * close[i] + (1.0 - alpha) * value
        if i >= n - 1:
            out[i] = value
    return out


@njit(cache=True)
def rsi_column(close, n):
    out = np.full(len(close), np.nan)
    gain = 0.0
    loss = 0.0
    for i in range(1, len(close)):
        change = close[i] - close[i - 1]
        up = change if change > 0.0 else 0.0
        down = -change if change < 0.0 else 0.0
        if i <= n:
            gain += up / n
            loss += down / n
        else:
            gain = (gain * (n - 1) + up) / n
            loss = (loss * (n - 1) + down) / n
        if i >= n and loss > 0.0:
            out[i] = 100.0 - 100.0 / (1.0 + gain / loss)
    return out


@njit(cache=True)
def edge_column(fast, slow, strength, above):
    out = np.zeros(len(fast), np.bool_)
    before = False
    for i in range(len(fast)):
        now = fast[i] > slow[i] and strength[i] > above
        out[i] = now and not before
        before = now
    return out


@njit(cache=True)
def below_column(fast, slow):
    out = np.zeros(len(fast), np.bool_)
    for i in range(len(fast)):
        out[i] = fast[i] < slow[i]
    return out


@njit(cache=True)
def simulate_columns(opening, high, low, close, enter, leave, stop, target, cost, fee, capital):
    """Trades as rows (entry row, exit row, entry price, exit price, quantity, fees, reason) and equity."""
    n = len(close)
    equity = np.empty(n)
    trades = np.empty((n // 2 + 1, 7))
    count = 0
    cash = capital
    held = 0.0
    wanted = 0.0
    gap = aim = bottom = top = 0.0
    leaving = False
    for i in range(n):
        price = 0.0
        if leaving:
            price, reason = opening[i], RULE
        elif wanted > 0.0:
            held = wanted
            cash -= held * opening[i] * (1.0 + fee)
            bottom, top = opening[i] - gap, opening[i] + aim
            trades[count, 0], trades[count, 2], trades[count, 4] = i, opening[i], held
        wanted = 0.0
        leaving = False
        if held > 0.0 and price == 0.0:
            if opening[i] <= bottom:
                price, reason = opening[i], STOP
            elif opening[i] >= top:
                price, reason = opening[i], TARGET
            elif low[i] <= bottom:
                price, reason = bottom, STOP
            elif high[i] > top:
                price, reason = top, TARGET
        if price > 0.0:
            cash += held * price * (1.0 - fee)
            trades[count, 1], trades[count, 3] = i, price
            trades[count, 5] = held * fee * (trades[count, 2] + price)
            trades[count, 6] = reason
            count += 1
            held = 0.0
        equity[i] = cash + held * close[i]
        if held > 0.0:
            leaving = leave[i]
        elif enter[i]:
            wanted = cost / close[i]
            gap, aim = stop * close[i], target * close[i]
    return trades[:count], equity


@njit(cache=True)
def columns(opening, high, low, close, fast_n, slow_n, rsi_n, above, stop, target, cost, fee, capital):
    fast = ema_column(close, fast_n)
    slow = ema_column(close, slow_n)
    enter = edge_column(fast, slow, rsi_column(close, rsi_n), above)
    leave = below_column(fast, slow)
    return simulate_columns(opening, high, low, close, enter, leave, stop, target, cost, fee, capital)


@njit(cache=True)
def fused(opening, high, low, close, fast_n, slow_n, rsi_n, above, stop, target, cost, fee, capital):
    """The same in one pass: no indicator columns, no divisions (the averages differ in their last bits)."""
    n = len(close)
    equity = np.empty(n)
    trades = np.empty((n // 2 + 1, 7))
    count = 0
    cash, held, wanted = capital, 0.0, 0.0
    gap = aim = bottom = top = 0.0
    leaving = before = False
    fast_alpha, slow_alpha = 2.0 / (fast_n + 1.0), 2.0 / (slow_n + 1.0)
    fast = slow = gain = loss = 0.0
    share = 1.0 / rsi_n
    warm = max(fast_n, slow_n) - 1
    for i in range(n):
        price = 0.0
        if leaving:
            price, reason = opening[i], RULE
        elif wanted > 0.0:
            held = wanted
            cash -= held * opening[i] * (1.0 + fee)
            bottom, top = opening[i] - gap, opening[i] + aim
            trades[count, 0], trades[count, 2], trades[count, 4] = i, opening[i], held
        wanted = 0.0
        leaving = False
        if held > 0.0 and price == 0.0:
            if opening[i] <= bottom:
                price, reason = opening[i], STOP
            elif opening[i] >= top:
                price, reason = opening[i], TARGET
            elif low[i] <= bottom:
                price, reason = bottom, STOP
            elif high[i] > top:
                price, reason = top, TARGET
        if price > 0.0:
            cash += held * price * (1.0 - fee)
            trades[count, 1], trades[count, 3] = i, price
            trades[count, 5] = held * fee * (trades[count, 2] + price)
            trades[count, 6] = reason
            count += 1
            held = 0.0
        equity[i] = cash + held * close[i]

        x = close[i]
        fast += x / fast_n if i < fast_n else fast_alpha * (x - fast)
        slow += x / slow_n if i < slow_n else slow_alpha * (x - slow)
        change = x - close[i - 1] if i > 0 else 0.0
        up = change if change > 0.0 else 0.0
        down = -change if change < 0.0 else 0.0
        if i <= rsi_n:
            gain += share * up
            loss += share * down
        else:
            gain += share * (up - gain)
            loss += share * (down - loss)
        # 100 - 100 / (1 + gain / loss) > above, without the divisions
        now = i >= warm and i >= rsi_n and fast > slow and loss > 0.0 and gain * (100.0 - above) > above * loss
        if held > 0.0:
            leaving = i >= warm and fast < slow
        elif now and not before:
            wanted = cost / x
            gap, aim = stop * x, target * x
        before = now
    return trades[:count], equity
