"""What people write out of habit from other languages, and the word for it here."""

from __future__ import annotations

import re

SYMBOLS: tuple[tuple[re.Pattern[str], str, str], ...] = tuple(
    (re.compile(pattern), message, help_)
    for pattern, message, help_ in (
        (r"&&?", "`{}` is not a word of the language", "write `and`"),
        (r"\|\|?", "`{}` is not a word of the language", "write `or`"),
        (r"!(?!=)", "`!` is not a word of the language", "write `not`"),
        (r"=>|≥", "`{}` is not a comparison", "write `>=`"),
        (r"=<|≤", "`{}` is not a comparison", "write `<=`"),
        (r"=!|<>|><|≠|~=", "`{}` is not a comparison", "write `!=`"),
        (r"={2,3}", "`{}` is not a comparison", "write `==`"),
        (r":?=", "`{}` does not compare", "to compare write `==`; a new name is declared under `indicators:`"),
        (r"\*\*|\^", "there is no power operator", "write the product out: `x * x`"),
        (r"//", "there is no whole-number division", "write `/`"),
        (r"%", "`%` follows a number directly; there is no modulo", "write a percentage such as `6%`"),
        (r"×|·", "`{}` is not an operator", "write `*`"),
        (r"÷", "`{}` is not an operator", "write `/`"),
        (r"[−–—]", "`{}` is not the minus sign", "write `-`"),
        (r"\+", "a number needs no plus sign", "leave out the `+`"),
        (r"[\"'“”‘’`]", "an expression holds no quotes", "write names and numbers as they are"),
        (r"[?:]", "there is no `a ? b : c`", "declare two rules, or use `min` and `max`"),
        (r";", "an expression is one formula", "give parts of it a name under `indicators:`"),
        (r"\{|\}", "`{}` does not group", "write parentheses `( )`"),
        (r"#", "a comment does not stand inside an expression", "put the comment on its own line"),
        (r"[@$]", "`{}` is not part of a name", "a timeframe stands in front, with a dot: `4h.close`"),
    )
)
"""Pattern at the mistake, message, help; the first that fits is told."""

CROSSES = "write `a crosses above b` or `a crosses below b`"
COMPARE = "to compare write `>`, `<`, `>=`, `<=`, `==` or `!=`"
CHOICE = "there is no if: a condition is true or false by itself; join conditions with `and`, `or`, `not`"
COUNTED = "count candles: `within 3 candles`, `for 5 candles`"

WORDS: dict[str, str] = {
    "if": CHOICE,
    "then": CHOICE,
    "else": CHOICE,
    "when": CHOICE,
    "cross": CROSSES,
    "crossed": CROSSES,
    "crossing": CROSSES,
    "crosses_above": CROSSES,
    "crosses_below": CROSSES,
    "crossover": CROSSES,
    "crossunder": CROSSES,
    "cross_over": CROSSES,
    "cross_under": CROSSES,
    "cross_above": CROSSES,
    "cross_below": CROSSES,
    "crossed_above": CROSSES,
    "crossed_below": CROSSES,
    "over": COMPARE,
    "under": COMPARE,
    "equals": COMPARE,
    "greater": COMPARE,
    "less": COMPARE,
    "bigger": COMPARE,
    "smaller": COMPARE,
    "higher": COMPARE,
    "lower": COMPARE,
    "than": COMPARE,
    "between": "write a chain: `30 < x < 70`",
    "in": COUNTED,
    "ago": "write `[1]` after a series for its value one candle ago: `close[1]`",
    "bar": COUNTED,
    "bars": COUNTED,
    "mod": "there is no modulo",
    "xor": "write `a and not b or b and not a` with parentheses",
    "true": "a condition compares two things, such as `close > open`",
    "false": "a condition compares two things, such as `close > open`",
    "rises": "write `is rising`",
    "falls": "write `is falling`",
}
"""A word where none belongs -> what to write instead."""

EITHER = "the conditions of a list must all be true; where one is enough, write `any:` with a list below it"
"""For `and` and `or` where a condition begins."""

MODULES = frozenset((
    "ta", "talib", "pta", "pandas_ta", "qtpylib", "tulipy", "technical", "math", "np", "pd", "self", "df", "dataframe",
    "data", "ohlcv", "indicators", "params", "feeds", "models",
))  # fmt: skip
"""What other languages write in front of functions and names, and here stands alone."""

PERIODS: dict[str, str] = {
    "hourly": "1h", "daily": "1d", "weekly": "1w",
    **{f"{unit}{count}": f"{count}{unit}" for unit in "mhdw" for count in (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 30)},
}  # fmt: skip
"""A timeframe as others write it -> how it is written here."""

SHIFTS = frozenset(("shift", "lag", "ref", "previous"))
METHODS: dict[str, str] = {
    "rolling": "write a function over a length: `sma(close, 20)`, `highest(high, 20)`, `stdev(close, 20)`",
    "ewm": "write `ema(close, 20)`",
    "diff": "write `change(close)`",
    "pct_change": "write `roc(close, 1)`, which is in percent",
    "fillna": "write `nz(x, 0)`",
}
"""What others call behind a series -> what to write instead; SHIFTS are `[n]`."""
