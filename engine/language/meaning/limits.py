"""The `risk:` block in, the limits out."""

from __future__ import annotations

from ...diagnostics.report import Report
from ...market.timeframe import Timeframe
from ..resolve.resolver import Resolver
from ..strategy import Correlated, Drawdown, LossLimit, OnLoss, Risk
from ..structure.part import Part
from ..yaml.nodes import ScalarNode
from .lengths import candles_of

_EXPOSURES = ("max_position", "max_exposure", "max_net_exposure")


class Limits:
    """Builds the limits of one block; a limit with a mistake is left out, and the report says why."""

    def __init__(
        self, part: Part, currency: str, timeframe: Timeframe, resolver: Resolver, report: Report,
        leverage: float = 1.0,
    ) -> None:  # fmt: skip
        """`leverage` is that of a block that says nothing of it."""
        self._part = part
        self._leverage = leverage
        self._currency = currency
        self._timeframe = timeframe
        self._resolver = resolver
        self._report = report

    def risk(self) -> Risk:
        part = self._part
        most, leverage = part.number("max_open"), float(part.number("max_leverage") or self._leverage)
        cost, required = part.text("max_cost"), part.get("stop_required")
        position, exposure, net = (self._exposure(key, leverage) for key in _EXPOSURES)
        each, heat = self._share(part, "risk_per_trade"), self._share(part, "heat")
        if each is not None and heat is not None and each > heat:
            message = "`risk_per_trade` is never reached: one trade may not risk more than `heat` allows for all"
            self._report.warning("SR412", message, part.key_span("risk_per_trade"))
        return Risk(
            max_open=None if most is None else int(most),
            max_leverage=leverage,
            daily_loss=self._loss("daily_loss"),
            drawdown=self._drawdown(part.part("drawdown")),
            max_cost=self._resolver.amount(cost, self._currency) if cost is not None else None,
            max_position=position,
            max_exposure=exposure,
            max_net_exposure=net,
            risk_per_trade=each,
            heat=heat,
            max_correlated=self._correlated(part.part("max_correlated")),
            stop_required=isinstance(required, ScalarNode) and required.value is True,
        )

    def _exposure(self, key: str, leverage: float) -> float | None:
        """A share of the equity, which leverage bounds as well."""
        text = self._part.text(key)
        found = self._resolver.percent(text) if text is not None else None
        if found is not None and found > leverage:
            message = f"`{key}` is never reached: `max_leverage` allows {leverage * 100:g} % of the equity"
            self._report.warning("SR412", message, self._part.key_span(key))
        return found

    def _share(self, part: Part, key: str) -> float | None:
        """A share of the equity that may be lost."""
        text = part.text(key)
        found = self._resolver.percent(text) if text is not None else None
        if found is not None and found > 1.0:
            message = f"`{key}` is more than 100 % of the equity, and no more can be lost"
            if part is not self._part:
                message = "more than 100 % of the equity cannot be lost"
            self._report.error("SR413", message, part.span(key), "write a share such as `5%`")
        return found

    def _loss(self, key: str) -> LossLimit | None:
        inside = self._part.part(key)
        limit = self._share(inside, "limit")
        then = inside.string("then")
        return LossLimit(limit, OnLoss(then)) if limit is not None and then else None

    def _drawdown(self, inside: Part) -> Drawdown | None:
        first, halt = self._loss("drawdown"), self._share(inside, "halt")
        if first is None:
            return None
        asked = inside.get("flatten")
        flatten = isinstance(asked, ScalarNode) and asked.value is True
        if halt is not None and first.then is OnLoss.HALT:
            message = "`halt` is a second level, and the first one halts already"
            self._report.error("SR413", message, inside.key_span("halt"), "write `then: reduce`, or leave `halt` out")
        elif halt is not None and halt <= first.limit:
            message = f"the level that halts is not above the first one, {first.limit * 100:g}%"
            self._report.error("SR413", message, inside.span("halt"), "give it a deeper fall")
        elif flatten and halt is None and first.then is not OnLoss.HALT:
            message = "`flatten` has no effect: nothing here halts"
            self._report.warning("SR412", message, inside.key_span("flatten"), "add `halt: 20%`")
            flatten = False
        return Drawdown(first.limit, first.then, halt, flatten)

    def _correlated(self, part: Part) -> Correlated | None:
        most, above = part.number("most"), part.number("above")
        window = candles_of(part, "window", self._timeframe, self._resolver, self._report)
        if most is None or above is None or window is None:
            return None
        return Correlated(int(most), float(above), window)
