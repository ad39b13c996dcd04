"""`protections` and `portfolioLimits` in, `protections:` and `risk:` out."""

from __future__ import annotations

from ..out import Block, Entry, Leaf, Out
from ..tree import Node, Scalar
from .numbers import share, whole
from .part import Part
from .told import Told

_BACK = ("lookbackcandles", "lookback", "lookbackperiodcandles")
_PAUSE = "1d"
_WITHIN = "30d"


class Limits:
    """Reads both blocks of `riskManagement`; protections are flow mappings, one a line."""

    def __init__(self, told: Told) -> None:
        self._told = told
        self.protections: list[Block] = []
        self.risk: list[Entry] = []

    def portfolio(self, part: Part) -> None:
        most = part.take("maxconcurrenttrades", "maxopentrades", "maxpositions", "maxopenpositions")
        count = whole(most, "the number of open trades", self._told) if most is not None else None
        if most is not None and count is not None:
            self.risk.append(Entry("max_open", Leaf(count, most.mark), most.mark))
        self._loss(part, "daily_loss", "stop_until_next_day", "maxdailydrawdown", "maxdailyloss", "dailylosslimit")
        self._loss(part, "drawdown", "halt", "maxdrawdown", "maxtotaldrawdown")
        losses = part.take("maxconsecutivelosses", "maxlosingstreak")
        streak = whole(losses, "the number of losses", self._told) if losses is not None else None
        if losses is not None and streak is not None:
            self._told.assumed(f"`maxConsecutiveLosses` does not say how long it pauses: {_PAUSE} is assumed", losses)
            self._add(
                ("losses", streak, losses),
                ("pause", _PAUSE, None),
                ("per", "strategy", None),
                comment=_assumed(pause=False),
            )
        part.rest()

    def guards(self, part: Part) -> None:
        for name, read in (
            ("maxdrawdown", self._drawdown), ("stoplossguard", self._stops), ("lowprofitpairs", self._low_profit),
            ("cooldownperiod", self._cooldown), ("cooldown", self._cooldown),
        ):  # fmt: skip
            inner = part.part(name) if part.take(name) is not None else None
            if inner is not None and not inner.off():
                read(inner)
            if inner is not None:
                inner.rest()
        part.rest()

    def _loss(self, part: Part, key: str, then: str, *names: str) -> None:
        node = part.take(*names)
        limit = share(node, "the limit", self._told) if node is not None else None
        if node is not None and limit is not None:
            inside = [Entry("limit", Leaf(limit, node.mark)), Entry("then", Leaf(then))]
            self.risk.append(Entry(key, Block(inside, flow=True), node.mark))

    def _drawdown(self, part: Part) -> None:
        node = part.take("threshold", "maxalloweddrawdown", "limit")
        limit = share(node, "the threshold", self._told) if node is not None else None
        pause = self._pause(part)
        within = self._candles(part, *_BACK)
        if node is None:
            self._told.missing(f"`{part.where}` has no `threshold`", part.mark)
        if node is None or limit is None:
            return
        if pause is None and within is None:
            inside = [Entry("limit", Leaf(limit, node.mark)), Entry("then", Leaf("halt"))]
            self._told.assumed("a drawdown limit without a pause halts the strategy", part.mark)
            self.risk.append(Entry("drawdown", Block(inside, flow=True), node.mark))
            return
        if within is None:
            message = f"`{part.where}` does not say how far back it looks: {_WITHIN} is assumed"
            self._told.assumed(message, part.mark)
        inner: list[Entry] = [
            Entry("within", Leaf(within or _WITHIN)),
            Entry("limit", Leaf(limit, node.mark)),
            Entry("pause", Leaf(pause or within or _PAUSE)),
        ]
        if pause is None:
            self._told.assumed(f"`{part.where}` does not say how long it pauses: {within} is assumed", part.mark)
        comment = _assumed(within=within is not None, pause=pause is not None)
        self.protections.append(Block([Entry("drawdown", Block(inner, flow=True), part.mark, comment)]))

    def _stops(self, part: Part) -> None:
        node = part.take("tradelimit", "stoplimit", "trades", "limit")
        count = whole(node, "the number of stops", self._told) if node is not None else None
        within, pause = self._candles(part, *_BACK), self._pause(part)
        if node is None:
            self._told.missing(f"`{part.where}` has no `tradeLimit`", part.mark)
        length = self._paused(part, within, pause)
        if node is not None and count is not None and within is not None:
            per = self._per(part)
            rows = ("stops", count, node), ("within", within, None), ("pause", length, None), ("per", per, None)
            self._add(*rows, comment=_assumed(pause=pause is not None))

    def _low_profit(self, part: Part) -> None:
        node = part.take("requiredprofit", "minprofit")
        required = share(node, "the required profit", self._told) if node is not None else None
        least = part.take("tradelimit", "trades", "mintrades")
        trades = whole(least, "the number of trades", self._told) if least is not None else 1
        within, pause = self._candles(part, *_BACK), self._pause(part)
        length = self._paused(part, within, pause)
        if node is None:
            self._told.missing(f"`{part.where}` has no `requiredProfit`", part.mark)
        if least is None:
            self._told.assumed(f"`{part.where}` does not say how many trades count: 1 is assumed", part.mark)
        if node is None or required is None or trades is None or within is None:
            return
        inside = [
            Entry("trades", Leaf(trades)),
            Entry("within", Leaf(within)),
            Entry("required", Leaf(required, node.mark)),
            Entry("pause", Leaf(length)),
        ]
        comment = _assumed(trades=least is not None, pause=pause is not None)
        entries = [Entry("low_profit", Block(inside, flow=True), part.mark, comment), Entry("per", Leaf("symbol"))]
        self.protections.append(Block(entries))

    def _cooldown(self, part: Part) -> None:
        pause = self._pause(part) or self._candles(part, "candles", "value", "period", "lookbackcandles")
        if pause is None:
            self._told.missing(f"`{part.where}` does not say how many candles", part.mark, 'add "candles": 4')
        else:
            self._add(("cooldown", pause, None), ("after", "any_exit", None), ("per", "symbol", None), part=part)

    def _paused(self, part: Part, within: str | None, pause: str | None) -> str:
        """A pause that is not said is as long as the look back."""
        if within is None:
            self._told.missing(f"`{part.where}` has no `lookbackCandles`", part.mark)
        elif pause is None:
            message = f"`{part.where}` does not say how long it pauses: {within}, its look back, is assumed"
            self._told.assumed(message, part.mark)
        return pause or within or ""

    def _pause(self, part: Part) -> str | None:
        return self._candles(part, "cooldowncandles", "stopdurationcandles", "stopduration", "pausecandles", "cooldown")

    def _candles(self, part: Part, *names: str) -> str | None:
        node = part.take(*names)
        count = whole(node, f"`{part.where}`", self._told, 0) if node is not None else None
        if not count:
            return None
        return f"{count} candle" + ("s" if count > 1 else "")

    def _per(self, part: Part) -> str:
        node = part.take("onlyperpair", "perpair", "per")
        text = str(node.value).lower() if isinstance(node, Scalar) else ""
        return "symbol" if text in ("true", "pair", "symbol") else "strategy"

    def _add(self, *rows: tuple[str, str | int, Node | None], part: Part | None = None, comment: str = "") -> None:
        entries: list[Entry] = []
        for key, value, node in rows:
            leaf: Out = Leaf(value, node.mark if node is not None else None)
            entries.append(Entry(key, leaf, node.mark if node is not None else part.mark if part else None))
        self.protections.append(Block(entries, flow=True, comment=comment))


def _assumed(**given: bool) -> str:
    """What a protection did not say, as a comment."""
    missing = [f"`{name}`" for name, said in given.items() if not said]
    return f"assumed: {' and '.join(missing)}" if missing else ""
