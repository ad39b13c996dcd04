"""A version 1 document in, the content of the version 2 document out.

1. name, symbols and timeframe; 2. indicators and the rules that speak of them; 3. exits; 4. size and limits;
5. what nobody asked for is told.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..out import Block, Entry, Leaf, Rows
from ..step import Document
from ..tree import Entries, Items, Scalar
from . import market
from .exits import Exits
from .indicators import Indicators
from .limits import Limits
from .part import Part
from .rules import SIDES, Rule, Rules
from .sizing import Sizing
from .told import Told
from .words import normal

_NOT_CARRIED = {"mlmodels": "machine-learned models have", "postprocessing": "post-processing has"}
ENTRY, EXIT = "entryConditions", "exitConditions"


def content_of(document: Document, told: Told) -> Block:
    """The document as version 2 says it; not to be used where `told` has failed."""
    return _Conversion(document, told).block()


class _Conversion:
    def __init__(self, document: Document, told: Told) -> None:
        self._name = document.name
        self._told = told
        self._root = Part(document.root, "", told)
        self._indicators = Indicators(told)
        self._rules = Rules(self._indicators, told)

    def block(self) -> Block:
        root, told = self._root, self._told
        head = self._head()
        symbols = market.symbols(root, told)
        timeframe = market.timeframe(root, told)
        self._indicators.declare(root.take("indicators"))
        entry, enter = self._conditions(ENTRY)
        leave, when = self._conditions(EXIT)
        risk = root.part("riskmanagement", "risk")
        exits = Exits([part for part in (leave, risk, root) if part is not None], told).entries()
        perp = self._perp(symbols, enter)
        quote = (symbols[0].settle or symbols[0].quote) if symbols else "USDT"
        money = self._money(risk, quote)
        for part in (entry, leave, risk):
            if part is not None:
                part.rest()
        self._left()
        entries = [*head, Entry("symbols", Rows([Leaf(s.written(perp), s.mark) for s in symbols], flow=True))]
        if perp:
            assumed = any(symbol.settle is None for symbol in symbols)
            entries.append(
                Entry("market", Leaf("perp"), comment="assumed: spot cannot be sold short" if assumed else "")
            )
        entries.append(Entry("timeframe", Leaf(timeframe or "", root.at("timeframe", "interval"))))
        named = self._indicators.block()
        entries += [Entry("indicators", named)] if named is not None else []
        return Block([*entries, *self._sides(enter, when, exits), *money])

    def _head(self) -> list[Entry]:
        root, told = self._root, self._told
        name = market.text(root, "name", told)
        kind = market.kind(root)
        entries = [Entry("stratrun", Leaf(2))]
        if name is None:
            called = self._name or kind or "unnamed"
            told.assumed(f"the strategy has no `name`: `{called}` is assumed", root.mark)
            entries.append(Entry("name", Leaf(called), comment="assumed: version 1 gave it no name"))
        else:
            entries.append(Entry("name", Leaf(" ".join(name.text.split()), name.mark)))
        says = market.text(root, "description", told)
        entries += [Entry("description", Leaf(says.text.strip(), says.mark))] if says is not None else []
        tags = self._tags(kind)
        return entries + ([Entry("tags", Rows(tags, flow=True))] if tags else [])

    def _tags(self, kind: str | None) -> list[Leaf]:
        node = self._root.take("tags")
        words = node.items if isinstance(node, Items) else (node,) if node is not None else ()
        tags: dict[str, Leaf] = {}
        for word in words:
            if isinstance(word, Scalar) and word.text.strip():
                tags.setdefault(word.text.strip(), Leaf(word.text.strip(), word.mark))
            else:
                self._told.dropped("a tag that is no text is not carried over", word)
        if kind is not None:
            tags.setdefault(kind, Leaf(kind, self._root.at("type", "strategytype")))
        return list(tags.values())

    def _conditions(self, block: str) -> tuple[Part | None, Mapping[str, Rule]]:
        node = self._root.take(normal(block))
        if isinstance(node, Items):
            rule = self._rules.rule(node, block) if node.items else None
            if rule is not None:
                self._told.assumed(f"`{block}` does not say a side: long is assumed", node)
            return None, {"long": rule} if rule is not None else {}
        part = self._root.part(normal(block))
        return part, self._rules.sides(part) if part is not None else {}

    def _perp(self, symbols: list[market.Symbol], enter: Mapping[str, Rule]) -> bool:
        if not enter and not self._rules.broken:
            help_ = "version 2 has no standard rules: write the conditions out"
            at = self._root.at(normal(ENTRY))
            self._told.missing("there is no entry condition, so nothing would ever be traded", at, help_)
        if "short" in enter and any(symbol.settle is None for symbol in symbols):
            message = (
                "a spot market cannot be sold short: perpetual contracts settled in the quote currency are assumed"
            )
            self._told.assumed(message, enter["short"].mark)
        return "short" in enter or any(symbol.settle for symbol in symbols)

    def _sides(self, enter: Mapping[str, Rule], when: Mapping[str, Rule], exits: list[Entry]) -> list[Entry]:
        entries = []
        for side in SIDES:
            if side not in enter:
                if side in when:
                    self._told.dropped(f"nothing enters {side}, so its exit rule is not carried over", when[side].mark)
                continue
            ends = [Entry("when", when[side].written())] if side in when else []
            inside = [Entry("enter", enter[side].written(), enter[side].mark)]
            inside += [Entry("exit", Block([*ends, *exits]))] if ends or exits else []
            entries.append(Entry(side, Block(inside), enter[side].mark))
        if len(entries) == len(SIDES):
            message = "version 1 does not say what an entry does to a position of the other side: `ignore` is assumed"
            self._told.assumed(message, enter["short"].mark)
            entries.append(Entry("opposite", Leaf("ignore"), comment="assumed: positions close by their own exits"))
        return entries

    def _money(self, risk: Part | None, quote: str) -> list[Entry]:
        told = self._told
        sizing = risk.part("positionsizing", "sizing") if risk is not None else self._root.part("positionsizing")
        at = risk.mark if risk is not None else self._root.mark
        entries = [Entry("size", Sizing(quote, told).block(sizing, at))]
        limits = Limits(told)
        for place in (risk, self._root):
            portfolio = place.part("portfoliolimits") if place is not None else None
            guards = place.part("protections") if place is not None else None
            if portfolio is not None and not portfolio.off():
                limits.portfolio(portfolio)
            if guards is not None and not guards.off():
                limits.guards(guards)
        entries += [Entry("risk", Block(limits.risk))] if limits.risk else []
        return entries + ([Entry("protections", Rows(limits.protections))] if limits.protections else [])

    def _left(self) -> None:
        """What version 2 has no place for, and what version 1 does not know."""
        for name, words in _NOT_CARRIED.items():
            node = self._root.take(name)
            empty = (isinstance(node, Items) and not node.items) or (isinstance(node, Entries) and not node.entries)
            if node is not None and not empty:
                help_ = "say in rules what it decided"
                self._told.dropped(f"{words} no place in version 2: it is not carried over", node, help_)
        self._root.rest()
