"""An independent reading of version 1: a file and candles in, the state of each rule and the entries out.

Plain Python from the description of the format alone; nothing here knows how the program migrates or computes. A value
of None is unknown. Conditions are Kleene's; a list means all; entries fire on turning true, exits are states.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

Series = list[float | None]
States = list[bool | None]
DAY = 86_400_000
WELL_KNOWN = {
    "rsi": {"type": "RSI", "period": 14}, "macd": {"type": "MACD", "fast": 12, "slow": 26, "signal": 9},
    "ema": {"type": "EMA", "period": 20}, "sma": {"type": "SMA", "period": 20}, "atr": {"type": "ATR", "period": 14},
}  # fmt: skip

OUTPUTS = {
    "macd": ("signal", "histogram"), "stochastic": ("k", "d"), "bollingerbands": ("upper", "middle", "lower"),
}  # fmt: skip


def squeezed(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def loose(part: Mapping[str, Any], *names: str) -> Any:
    """The value of a key, however it is spelled."""
    found = {squeezed(key): value for key, value in part.items()}
    return next((found[name] for name in names if found.get(name) is not None), None)


def sma(x: Series, n: int) -> Series:
    return [mean(x[i - n + 1 : i + 1]) if i >= n - 1 else None for i in range(len(x))]


def mean(window: Series) -> float | None:
    known = [v for v in window if v is not None]
    return math.fsum(known) / len(known) if len(known) == len(window) else None


def smoothed(x: Series, n: int, alpha: float) -> Series:
    """A recursion seeded with the mean of the first n known values."""
    out: Series = []
    seed: list[float] = []
    value: float | None = None
    for v in x:
        if v is not None and value is None:
            seed.append(v)
            value = math.fsum(seed) / n if len(seed) == n else None
        elif v is not None and value is not None:
            value += alpha * (v - value)
        out.append(value)
    return out


def ema(x: Series, n: int) -> Series:
    return smoothed(x, n, 2 / (n + 1))


def wma(x: Series, n: int) -> Series:
    total = n * (n + 1) / 2
    return [
        None if i < n - 1 or None in x[i - n + 1 : i + 1]
        else math.fsum(w * v for w, v in enumerate(x[i - n + 1 : i + 1], 1) if v is not None) / total
        for i in range(len(x))
    ]  # fmt: skip


def rsi(x: Series, n: int) -> Series:
    change: Series = [
        None,
        *(b - a if a is not None and b is not None else None for a, b in pairwise(x)),
    ]
    up = smoothed([None if c is None else max(c, 0.0) for c in change], n, 1 / n)
    down = smoothed([None if c is None else max(-c, 0.0) for c in change], n, 1 / n)
    return [None if u is None or d is None or u + d == 0 else 100 * u / (u + d) for u, d in zip(up, down, strict=True)]


def highest(x: Series, n: int, pick: Callable[[Series], float | None]) -> Series:
    return [pick(x[i - n + 1 : i + 1]) if i >= n - 1 else None for i in range(len(x))]


class Market:
    """Candles as lists."""

    def __init__(self, candles: Any) -> None:
        self.time = [int(t) for t in candles.time]
        rows = {name: [float(v) for v in getattr(candles, name)] for name in ("open", "high", "low", "close", "volume")}
        o, h, l, c = (rows[name] for name in ("open", "high", "low", "close"))
        rows["hlc3"] = [(a + b + d) / 3 for a, b, d in zip(h, l, c, strict=True)]
        rows["hl2"] = [(a + b) / 2 for a, b in zip(h, l, strict=True)]
        rows["ohlc4"] = [(a + b + d + e) / 4 for a, b, d, e in zip(o, h, l, c, strict=True)]
        rows["price"] = c
        self.rows: dict[str, Series] = {name: list(row) for name, row in rows.items()}

    def atr(self, n: int) -> Series:
        h, l, c = (self.rows[name] for name in ("high", "low", "close"))
        ranges: Series = [h[0] - l[0]]  # type: ignore[operator]
        for i in range(1, len(c)):
            ranges.append(max(h[i] - l[i], abs(h[i] - c[i - 1]), abs(l[i] - c[i - 1])))  # type: ignore[operator]
        return smoothed(ranges, n, 1 / n)

    def obv(self, source: Series) -> Series:
        total, out = 0.0, [0.0]
        for i in range(1, len(source)):
            a, b = source[i - 1], source[i]
            total += (b > a) * self.rows["volume"][i] - (b < a) * self.rows["volume"][i]  # type: ignore[operator]
            out.append(total)
        return list(out)

    def vwap(self, source: Series) -> Series:
        out: Series = []
        day, paid, volume = -1, 0.0, 0.0
        for t, price, v in zip(self.time, source, self.rows["volume"], strict=True):
            if t // DAY != day:
                day, paid, volume = t // DAY, 0.0, 0.0
            paid += price * v  # type: ignore[operator]
            volume += v  # type: ignore[operator]
            out.append(paid / volume if volume > 0 else None)
        return out

    def stochastic(self, k: int, smooth: int, d: int) -> dict[str, Series]:
        top = highest(self.rows["high"], k, max)  # type: ignore[arg-type]
        low = highest(self.rows["low"], k, min)  # type: ignore[arg-type]
        raw: Series = [
            None if a is None or b is None or a == b or c is None else 100 * (c - b) / (a - b)
            for a, b, c in zip(top, low, self.rows["close"], strict=True)
        ]
        fast = sma(raw, smooth)
        return {"k": fast, "d": sma(fast, d)}


class Rules:
    """One version 1 file over one market."""

    def __init__(self, text: str, market: Market) -> None:
        self._file = json.loads(text)
        self._market = market
        declared = loose(self._file, "indicators") or {}
        if isinstance(declared, list):
            declared = {one["name"]: one.get("params", {}) | {"type": one["type"]} for one in declared}
        self._declared: dict[str, Any] = declared
        self._known: dict[str, dict[str, Series]] = {}

    def entries(self, side: str) -> tuple[States, list[bool]]:
        """The rule's state, and where it turns true: its last known value was false, or there was none."""
        states = self.rule("entryconditions", side)
        edges, before = [], False
        for state in states:
            edges.append(state is True and not before)
            before = before if state is None else state
        return states, edges

    def rule(self, block: str, side: str) -> States:
        part = loose(self._file, block)
        conditions = (
            part if isinstance(part, list) and side == "long" else loose(part, side) if isinstance(part, dict) else None
        )
        if not conditions:
            return []
        each = [self._condition(c) for c in (conditions if isinstance(conditions, list) else [conditions])]
        return [joined(row) for row in zip(*each, strict=True)]

    def _condition(self, part: Mapping[str, Any]) -> States:
        left, right = self._series(loose(part, "indicator1")), self._series(loose(part, "indicator2", "value"))
        plain = compared(left, right, str(loose(part, "operator")))
        n = int(loose(part, "lookback") or 0)
        if n <= 1:
            return plain
        return [any_of(plain[i - n + 1 : i + 1]) if i >= n - 1 else some(plain[: i + 1]) for i in range(len(plain))]

    def _series(self, name: Any) -> Series:
        try:
            return [float(name)] * len(self._market.time)
        except ValueError:
            pass
        whole = str(name)
        for declared in self._declared:
            if whole == declared or squeezed(whole) == squeezed(declared):
                return self._output(declared, "")
            if squeezed(whole).startswith(squeezed(declared)):
                output = squeezed(whole)[len(squeezed(declared)) :]
                if output in OUTPUTS.get(squeezed(self._declared[declared]["type"]), ()):
                    return self._output(declared, output)
        if whole in self._market.rows:
            return self._market.rows[whole]
        kind, period, output = re.fullmatch(r"([a-z]+)(\d*)([a-z]*)", squeezed(whole)).groups()  # type: ignore[union-attr]
        known = next(k for k in WELL_KNOWN if kind.startswith(k))
        usual = f"the usual {known} {period}"
        self._declared[usual] = WELL_KNOWN[known] | ({"period": int(period)} if period else {})
        return self._output(usual, output or kind.removeprefix(known))

    def _output(self, name: str, output: str) -> Series:
        if name not in self._known:
            self._known[name] = self._compute(self._declared[name])
        outputs = self._known[name]
        return outputs[output] if output in outputs else next(iter(outputs.values()))

    def _compute(self, part: Mapping[str, Any]) -> dict[str, Series]:
        kind, m = squeezed(part["type"]), self._market

        def number(*names: str, default: float) -> float:
            return float(loose(part, *names) or default)

        def period(default: int) -> int:
            return int(number("period", default=default))

        def source(default: str = "close") -> Series:
            name = loose(part, "source")
            return self._series(name) if name is not None else m.rows[default]

        if kind == "macd":
            fast, slow = ema(source(), int(number("fast", default=12))), ema(source(), int(number("slow", default=26)))
            line: Series = [None if a is None or b is None else a - b for a, b in zip(fast, slow, strict=True)]
            signal = ema(line, int(number("signal", default=9)))
            hist: Series = [None if a is None or b is None else a - b for a, b in zip(line, signal, strict=True)]
            return {"macd": line, "signal": signal, "histogram": hist}
        if kind == "stochastic":
            lengths = [int(number(n, default=d)) for n, d in (("kperiod", 14), ("smooth", 1), ("dperiod", 3))]
            return m.stochastic(*lengths)
        if kind == "bollingerbands":
            return bands(source(), period(20), number("stddev", default=2.0))
        simple: dict[str, Callable[[], Series]] = {
            "sma": lambda: sma(source(), period(20)), "ema": lambda: ema(source(), period(20)),
            "wma": lambda: wma(source(), period(20)), "rsi": lambda: rsi(source(), period(14)),
            "atr": lambda: m.atr(period(14)), "obv": lambda: m.obv(source()), "vwap": lambda: m.vwap(source("hlc3")),
        }  # fmt: skip
        return {"": simple[kind]()}


def bands(x: Series, n: int, times: float) -> dict[str, Series]:
    middle = sma(x, n)
    out: dict[str, Series] = {"middle": middle, "upper": [], "lower": []}
    for i, centre in enumerate(middle):
        window = [v for v in x[max(0, i - n + 1) : i + 1] if v is not None]
        spread = None if centre is None else times * math.sqrt(math.fsum((v - centre) ** 2 for v in window) / n)
        out["upper"].append(None if centre is None or spread is None else centre + spread)
        out["lower"].append(None if centre is None or spread is None else centre - spread)
    return out


def compared(left: Series, right: Series, operator: str) -> States:
    word = squeezed(operator)
    if word in ("crossesabove", "crossesbelow"):
        a, b = (left, right) if word == "crossesabove" else (right, left)
        pairs: States = []
        for i in range(len(a)):
            now, then = (a[i], b[i]), (a[i - 1], b[i - 1]) if i else (None, None)
            above = None if None in now else now[0] > now[1]  # type: ignore[operator]
            below = None if None in then else then[0] <= then[1]  # type: ignore[operator]
            pairs.append(joined((above, below)))
        return pairs
    test: dict[str, Callable[[float, float], bool]] = {
        ">": lambda a, b: a > b, "<": lambda a, b: a < b, ">=": lambda a, b: a >= b, "<=": lambda a, b: a <= b,
    }  # fmt: skip
    return [None if a is None or b is None else test[operator](a, b) for a, b in zip(left, right, strict=True)]


def joined(row: Sequence[bool | None]) -> bool | None:
    return False if False in row else None if None in row else True


def any_of(window: States) -> bool | None:
    return True if True in window else None if None in window else False


def some(window: States) -> bool | None:
    """Fewer rows than asked for: true if one is, else unknown."""
    return True if True in window else None
