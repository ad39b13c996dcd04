"""Slower candles out of faster ones, row by row: base columns in, completed candles out.

A slower candle `[T, T + ms)` is made of the base candles that exist in it, and closes at the first base row
whose own close is at or past `T + ms`: the last one inside it, or, when that one is missing, the next to come.
"""

from __future__ import annotations

from ..kernel import Column, kernel

STATE = 7
"""Slots of `state`: 1 when a candle is under way, its open time, open, high, low, close, volume."""


@kernel
def resample(
    time: Column, open: Column, high: Column, low: Column, close: Column, volume: Column,
    out_time: Column, out_open: Column, out_high: Column, out_low: Column, out_close: Column, out_volume: Column,
    visible: Column, ms: int, anchor: int, base_ms: int, state: Column, lo: int, hi: int,
) -> int:  # fmt: skip
    """Consume base rows `lo..hi`; write the candles they complete from row 0 of the outputs; return how many.

    The outputs need room for `hi - lo + 1` rows. `visible[i]` (int64, one per base row) is how many of them are
    closed as of base row i's close, so the last closed one is row `visible[i] - 1`. `ms` and `anchor` are the
    slower timeframe's, `base_ms` the faster one's. `state` (float64, `STATE` zeros to begin with) carries the
    candle under way to the next call, so any chunking gives the same bytes.
    """
    under_way = state[0] != 0.0
    bucket = int(state[1])
    o, h, l, c, v = state[2], state[3], state[4], state[5], state[6]
    done = 0
    for i in range(lo, hi):
        t = time[i]
        start = t - (t - anchor) % ms
        if under_way and start != bucket:
            out_time[done], out_volume[done] = bucket, v
            out_open[done], out_high[done], out_low[done], out_close[done] = o, h, l, c
            done += 1
            under_way = False
        if not under_way:
            under_way = True
            bucket = start
            o, h, l, v = open[i], high[i], low[i], volume[i]
        else:
            if high[i] > h:
                h = high[i]
            if low[i] < l:
                l = low[i]
            v = v + volume[i]
        c = close[i]
        if t + base_ms >= bucket + ms:
            out_time[done], out_volume[done] = bucket, v
            out_open[done], out_high[done], out_low[done], out_close[done] = o, h, l, c
            done += 1
            under_way = False
        visible[i] = done
    state[0] = 1.0 if under_way else 0.0
    state[1], state[2], state[3], state[4], state[5], state[6] = bucket, o, h, l, c, v
    return done
