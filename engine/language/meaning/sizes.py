"""The `size:` block in, the Size out."""

from __future__ import annotations

import math

from ...diagnostics.report import Report
from ..resolve.resolver import Resolver
from ..scope import Scope
from ..strategy import Size, SizeMethod
from ..structure.part import Part
from ..text import Text
from ..yaml.nodes import MapNode
from .keys import currency_of
from .lengths import candles_of

YEAR_MS = 365 * 86_400_000
MOST_VOLATILITY = 10.0
KELLY_PARTS = {"full": 1.0, "half": 0.5, "quarter": 0.25}


class Sizes:
    """Builds the size of one document; None means that the report says why."""

    def __init__(self, root: Part, scope: Scope, resolver: Resolver, report: Report) -> None:
        self._root = root
        self._part = root.part("size")
        self._scope = scope
        self._resolver = resolver
        self._report = report

    def size(self) -> Size | None:
        part = self._part
        method = next((m for m in SizeMethod if part.get(m) is not None), None)
        most = self._percent(part, "max")
        if method is None:
            return None
        if isinstance(part.get(method), MapNode):
            inside = part.part(method)
            if method is SizeMethod.VOLATILITY:
                return self._volatility(inside, most)
            return self._atr(inside, most) if method is SizeMethod.ATR else self._kelly(inside, most)
        if method is SizeMethod.EQUAL:
            return self._equal(most)
        text = part.text(method)
        if text is None:
            return None
        value: float | None
        if method is SizeMethod.QUANTITY:
            value = self._resolver.quantity(text)
        elif method is SizeMethod.COST:
            value = self._resolver.amount(text, currency_of(self._root.texts("symbols")))
        elif method is SizeMethod.RISK:
            value = self._at_risk(part, method)
        else:
            value = self._resolver.percent(text)
        return Size(method, value, most) if value is not None else None

    def _volatility(self, part: Part, most: float | None) -> Size | None:
        target = self._percent(part, "target")
        if target is not None and target > MOST_VOLATILITY:
            message = f"a yearly volatility of {target * 100:,.12g} % is more than markets have"
            self._report.error("SR413", message, part.span("target"), "write one such as `20%`")
        window = candles_of(part, "window", self._scope.timeframe, self._resolver, self._report)
        if target is None or window is None:
            return None
        yearly = math.sqrt(YEAR_MS / self._scope.timeframe.ms)
        measure = self._resolver.series(Text(f"stdev(close / close[1] - 1, {window}) * {yearly:.12f}"))
        return Size(SizeMethod.VOLATILITY, target, most, measure, window)

    def _atr(self, part: Part, most: float | None) -> Size | None:
        risk = self._at_risk(part, "risk")
        text = part.text("distance")
        distance = self._resolver.distance(text) if text is not None else None
        if risk is None or distance is None:
            return None
        return Size(SizeMethod.ATR, risk, most, distance.term)

    def _kelly(self, part: Part, most: float | None) -> Size | None:
        text = part.text("window")
        window = self._resolver.trades(text) if text is not None else None
        fallback = self._at_risk(part, "fallback")
        cap = self._at_risk(part, "max")
        if window is not None and text is not None and window < 2:
            message = "a variance needs two trades at least"
            self._report.error("SR413", message, part.span("window"), "write `50 trades`, say")
        if window is None or fallback is None or part.get("fraction") is None:
            return None
        value = KELLY_PARTS[part.string("fraction")]
        return Size(SizeMethod.KELLY, value, most, window=window, fallback=fallback, at_risk=cap)

    def _equal(self, most: float | None) -> Size | None:
        risk = self._root.part("risk")
        slots = risk.number("max_open") or self._root.part("select").number("top")
        if slots is None:
            if "max_open" not in risk:
                message = "`equal: slots` divides the equity by `risk.max_open`, which is not given"
                self._report.error("SR442", message, self._part.key_span("equal"), "add `risk: {max_open: 5}`, say")
            return None
        return Size(SizeMethod.EQUAL, 1.0 / int(slots), most)

    def _percent(self, part: Part, key: str) -> float | None:
        text = part.text(key)
        return self._resolver.percent(text) if text is not None else None

    def _at_risk(self, part: Part, key: str) -> float | None:
        value = self._percent(part, key)
        if value is not None and value > 1.0:
            self._report.error("SR413", "more than 100 % of the equity is put at risk", part.span(key))
        return value
