"""Valid strategy files from a source of choices: the language's grammar, walked at random, as YAML text.

A choice comes from anything like `random.Random`; Hypothesis' own shrinks a failing file to a small one.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from typing import Any

from .limits import limits, protections, schedule, sizes

SLOWER = {"15m": ("1h", "4h"), "1h": ("4h", "1d"), "4h": ("1d", "1w"), "1d": ("1w",)}
"""Strategy timeframes and the slower clocks their files may read."""
FIELDS = ("open", "high", "low", "close", "hl2", "hlc3", "ohlc4")
AVERAGES = (
    "sma", "ema", "rma", "wma", "hma", "vwma", "dema", "linreg", "median", "highest", "lowest", "zlema", "kama",
)  # fmt: skip
CHANNELS = (
    "bb({n}, 2).upper", "bb({n}, 1.5).lower", "donchian({n}).basis", "keltner(close, {n}, 1.5).lower",
    "supertrend(2, {n}).line", "ichimoku({n}, 5, 9).kijun", "mcginley(close, {n})", "vwap(hlc3)", "sar()",
)  # fmt: skip
OSCILLATORS = (
    ("rsi(close, {n})", 25, 75), ("stoch({n}, 2, 2).k", 20, 80), ("mfi(hlc3, {n})", 20, 80),
    ("cci(hlc3, {n})", -90, 90), ("williams({n})", -80, -20), ("adx({n}, {n}).adx", 15, 45),
    ("cmo(close, {n})", -40, 40), ("roc(close, {n})", -2, 2),
    ("aroon({n}).osc", -60, 60), ("zscore(close, {n})", -1, 1), ("percentrank(close, {n})", 15, 85),
    ("chop({n})", 35, 60), ("uo(3, 5, {n})", 40, 60), ("mass_index({n}, 4)", 3, 12), ("ibs()", 0.2, 0.8),
    ("stoch_rsi(close, {n}, {n}, 2, 2).k", 20, 80), ("tsi(close, 3, {n})", -20, 20), ("trix(close, {n})", -5, 5),
)  # fmt: skip
MOMENTUM = ("macd(close, 3, {n}, 3).hist", "mom(close, {n})", "change(close, {n})", "ao(3, {n})")
"""Around zero, in price units."""


@dataclass
class Choices:
    """Draws pieces of text and remembers which kinds of piece were drawn."""

    rng: random.Random
    timeframe: str
    feed: bool
    definitions: dict[str, str] = field(default_factory=dict)
    drawn: set[str] = field(default_factory=set)

    def one(self, options: Any) -> Any:
        return options[self.rng.randrange(len(options))]

    def chance(self, percent: int) -> bool:
        return self.rng.randrange(100) >= 100 - percent

    def whole(self, low: int, high: int) -> int:
        return low + self.rng.randrange(high - low + 1)

    def mark(self, kind: str, percent: int) -> bool:
        """A coin whose heads are remembered under `kind`."""
        if self.chance(percent):
            self.drawn.add(kind)
            return True
        return False

    # -- series -------------------------------------------------------------------------------------------------

    def clock(self) -> str:
        """A prefix: another symbol's candles, slower ones, or none."""
        prefix = "other." if self.feed and self.mark("feed", 20) else ""
        return prefix + (self.one(SLOWER[self.timeframe]) + "." if self.mark("slower", 18) else "")

    def length(self, prefix: str) -> int:
        return self.whole(2, 4) if any(c.isdigit() for c in prefix) else self.whole(2, 14)

    def price(self) -> str:
        prefix = self.clock()
        n = self.length(prefix)
        kind = self.rng.randrange(10)
        if kind < 2:
            text = self.one(FIELDS)
        elif kind < 7:
            text = f"{self.one(AVERAGES)}({self.one(FIELDS)}, {n})"
        else:
            text = self.one(CHANNELS).format(n=n)
        return prefix + text + (f"[{self.whole(1, 3)}]" if self.mark("offset", 15) else "")

    def oscillator(self) -> tuple[str, float]:
        prefix = self.clock()
        text, low, high = self.one(OSCILLATORS)
        return prefix + text.format(n=self.length(prefix)), self.one((low, (low + high) / 2, high))

    # -- conditions ---------------------------------------------------------------------------------------------

    def relation(self) -> str:
        comparison, crossing = self.one(("<", ">", "<=", ">=")), self.one(("crosses above", "crosses below"))
        kind = self.rng.randrange(10)
        if kind < 3:
            return f"close {comparison} {self.price()}"
        if kind < 5:
            return f"{self.one(('close', 'hl2', 'open'))} {crossing} {self.price()}"
        if kind < 7:
            text, level = self.oscillator()
            return f"{text} {self.one((comparison, crossing))} {level:g}"
        if kind < 8:
            prefix = self.clock()
            text = prefix + self.one(MOMENTUM).format(n=self.length(prefix) + 1)
            return f"{text} {self.one((comparison, crossing))} 0"
        if kind < 9:
            return f"{self.price()} is {self.one(('rising', 'falling'))}"
        return self.one((
            f"volume > sma(volume, {self.whole(2, 9)}) * 0.9", f"close / ema(close, {self.whole(3, 9)}) > 0.995",
            f"time.hour >= {self.whole(0, 8)}", f"time.weekday <= {self.whole(4, 6)}", "not (close < open)",
            f"count(close > open, {self.whole(3, 8)}) >= 2", f"since(close < open) < {self.whole(2, 5)}",
        ))  # fmt: skip

    def condition(self) -> str:
        if self.definitions and self.chance(30):
            return (self.one(SLOWER[self.timeframe]) + "." if self.mark("slower", 30) else "") + self.one(
                sorted(self.definitions)
            )
        text = self.relation()
        if self.mark("window", 15):
            text = f"({text}) {self.one(('for', 'within'))} {self.whole(2, 4)} candles"
        return text

    def rule(self) -> str:
        kind = self.rng.randrange(10)
        if kind < 6:
            return self.condition()
        word = "and" if kind < 7 else "or"
        return f"{self.condition()} {word} {self.condition()}"

    def rules(self) -> Any:
        """A rule as text, list, or group."""
        kind = self.rng.randrange(8)
        if kind < 6:
            return self.rule()
        return [self.rule(), self.rule()] if kind < 7 else {"any": [self.rule(), self.rule()]}

    # -- exits --------------------------------------------------------------------------------------------------

    def distance(self) -> str:
        return self.one((
            f"{self.whole(5, 30) / 10:g}%", f"{self.whole(5, 40) / 10:g}%",
            f"{self.whole(10, 30) / 10:g} * atr({self.whole(2, 6)})",
            f"stdev(close, {self.whole(4, 9)})", f"2 * {self.one(SLOWER[self.timeframe])}.tr(1)",
        ))  # fmt: skip

    def goal(self, stopped: bool) -> str:
        """A distance that may be in R."""
        if stopped and self.mark("R", 50):
            return f"{self.whole(2, 12) / 4:g}R"
        return self.distance()

    def program(self) -> str:
        self.drawn.add("program")
        return self.one((
            f"position.profit > {self.whole(2, 20) / 10:g}% or position.candles >= {self.whole(3, 12)}",
            f"position.profit > 0.5% and {self.condition()}",
            f"close < position.best - 2 * atr({self.whole(2, 5)}) or {self.condition()}",
            "close < position.entry_price * 0.99 or close > position.entry_price * 1.015",
            f"not (position.profit > -1%) or position.candles * 2 > {self.whole(5, 30)}",
        ))  # fmt: skip

    def exit(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if self.mark("stop", 60):
            found["stop"] = self.distance()
        if self.mark("trail", 35):
            found["trail"] = {"by": self.distance()}
            if self.chance(50):
                self.drawn.add("trail after")
                found["trail"]["after"] = self.goal("stop" in found)
        stopped = "stop" in found or ("trail" in found and "after" not in found["trail"])
        if self.mark("ladder", 20):
            unit = self.one(("R", "%")) if stopped else "%"
            rungs = [{"at": f"{(k + 1) * self.whole(3, 6) / 10:g}{unit}", "close": f"{self.whole(20, 45)}%"}
                     for k in (0, 2)[: self.whole(1, 2)]]  # fmt: skip
            found["target"] = [*rungs, {"at": self.one((f"{self.whole(30, 60) / 10:g}{unit}", "3 * atr(5)"))}]
        elif self.mark("target", 40):
            found["target"] = self.goal(stopped)
        if self.mark("breakeven", 25):
            found["breakeven"] = {"after": self.goal(stopped)}
        if self.mark("time", 30):
            found["time"] = self.one((f"{self.whole(1, 20)} candles", f"{self.whole(1, 30)}h"))
        if self.chance(50) or not found:
            found["when"] = self.program() if self.chance(45) else self.rule()
        return found

    def side(self) -> dict[str, Any]:
        enter = self.rules()
        if self.mark("every candle", 35):
            enter = {"when": enter, "fire": "every_candle"} if not isinstance(enter, dict) else {
                **enter, "fire": "every_candle",
            }  # fmt: skip
        side: dict[str, Any] = {"enter": enter, "exit": self.exit()} if self.chance(92) else {"enter": enter}
        if self.mark("add", 25):
            side["add"] = [self.addition() for _ in range(self.whole(1, 3))]
        return side

    def addition(self) -> dict[str, Any]:
        trigger = self.one(({"against": self.distance()}, {"in_favour": self.distance()}, {"when": self.rule()}))
        return {**trigger, "size": f"{self.whole(2, 15) * 10}%"}

    def orders(self) -> dict[str, Any]:
        kind = self.one(("limit", "limit", "stop", "stop_limit"))
        found: dict[str, Any] = {"type": kind, "offset": self.one((f"{self.whole(1, 12) / 10:g}%", "0.3 * atr(4)"))}
        if kind == "stop_limit":
            found["limit"] = f"{self.whole(1, 8) / 10:g}%"
        if self.chance(75):
            found["cancel_after"] = self.one((f"{self.whole(1, 4)} candles", f"{self.whole(1, 9)}h"))
            if self.chance(50):
                found["fallback"] = "market"
        if kind == "limit" and self.chance(25):
            found["post_only"] = True
        return found


def strategy_text(rng: random.Random) -> tuple[str, frozenset[str]]:
    """A strategy file and the kinds of pieces in it."""
    draw = Choices(rng, "", False)
    draw.timeframe = draw.one(("15m", "1h", "1h", "4h", "1d"))
    draw.feed = draw.chance(35)
    perp = draw.chance(65)
    ending = "/USDT:USDT" if perp else "/USDT"
    names = ("BTC", "ETH", "SOL")
    symbols = [name + ending for name in names[: draw.one((1, 1, 2, 3))]]
    document: dict[str, Any] = {"stratrun": 2, "name": "Drawn at random", "symbols": symbols}
    document |= {"timeframe": draw.timeframe, "market": "perp" if perp else "spot"}
    if draw.feed:
        document["feeds"] = {"other": {"symbol": draw.one(("BTC", "XRP")) + ending}}
    if draw.chance(50):
        for k in range(draw.whole(1, 2)):
            draw.definitions[f"named{k}"] = draw.relation()
        document["indicators"] = dict(draw.definitions)
    if draw.mark("filters", 25):
        document["filters"] = draw.rules()
    _sides(draw, document, perp)
    _account(draw, document, perp)
    text = "".join(f"{key}: {json.dumps(value)}\n" for key, value in document.items())
    return text, frozenset(draw.drawn)


def _sides(draw: Choices, document: dict[str, Any], perp: bool) -> None:
    chosen = draw.one(("long", "both", "both", "short")) if perp else "long"
    if chosen != "short":
        document["long"] = draw.side()
    if chosen != "long":
        document["short"] = draw.side()
    if chosen == "both" and draw.chance(70):
        document["opposite"] = draw.one(("reverse", "close", "ignore"))


def _account(draw: Choices, document: dict[str, Any], perp: bool) -> None:
    methods: list[dict[str, Any]] = [
        {"quantity": 0.5}, {"quantity": 20}, {"cost": "400 USDT"}, {"cost": "4000 USDT"}, {"equity": "20%"},
        {"equity": "90%"},
    ]  # fmt: skip
    sides = [document[name] for name in ("long", "short") if name in document]
    if all("stop" in side.get("exit", {}) for side in sides):
        methods += [{"risk": "1%"}] * 6
    stopped = all(_stopped(side) for side in sides)
    size = draw.one(sizes(draw, stopped)) if draw.mark("measured size", 25) else draw.one(methods)
    document["size"] = {**size, "max": f"{draw.whole(5, 60)}%"} if draw.chance(35) else size
    risk: dict[str, Any] = {"max_open": draw.whole(1, 2)} if draw.mark("max_open", 30) else {}
    if perp and draw.mark("leverage", 40):
        risk["max_leverage"] = draw.whole(2, 5)
    if "equal" in size:
        risk["max_open"] = draw.whole(2, 4)
    if draw.mark("limits", 30):
        risk |= limits(draw, stopped, perp)
    if risk:
        document["risk"] = risk
    if draw.mark("gaps", 30):
        document["gaps"] = {"max": f"{draw.whole(1, 2)} candles", "then": "deny_entries"}
    if draw.mark("orders", 35):
        document["orders"] = draw.orders()
    if draw.mark("priority", 40):
        document["priority"] = draw.one(("roc(close, 5)", "volume", "rsi(close, 4)"))
    if draw.mark("protections", 25):
        document["protections"] = protections(draw)
    if draw.chance(15):
        document["schedule"] = {"timezone": "America/New_York"}
    elif draw.mark("schedule", 12):
        document["schedule"] = schedule(draw)


def _stopped(side: dict[str, Any]) -> bool:
    """Whether the side has a stop from the start."""
    out = side.get("exit", {})
    return "stop" in out or ("trail" in out and "after" not in out["trail"])
