"""SR3xx: time in expressions: history, timeframes and clocks."""

from .code import Code

TIME = (
    Code(
        "SR301",
        "A look into the future",
        "Only closed candles exist: an offset counts candles back and is never negative.",
        "enter: close[-1] > open",
        "enter: close > open[1]",
    ),
    Code(
        "SR302",
        "A faster timeframe",
        "The strategy's candles do not hold what happened inside them; data is never invented.",
        "enter: 1m.close > open",
        "enter: 4h.close > open",
    ),
    Code(
        "SR303",
        "Not a usable timeframe",
        "A timeframe is a number and m, h, d or w, and a whole multiple of the strategy's.",
        "enter: 20m.close > open",
        "enter: 30m.close > open",
    ),
    Code(
        "SR304",
        "Not a usable number of candles",
        "A look back is a whole number of candles: 0 to 5,000 in brackets, 1 to 5,000 after `for` and `within`.",
        "enter: close > open within 0 candles",
        "enter: close > open within 3 candles",
    ),
    Code(
        "SR305",
        "A prefix that does not fit",
        "Params are the same on every clock, and `time` and `position` belong to the strategy's own candles.",
        "enter: 4h.time.hour > 8",
        "enter: time.hour > 8",
    ),
)
