"""A sound strategy and a venue's list of markets in; what the venue would not take goes to the report (SR5xx)."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from ..diagnostics.report import Report
from ..market.symbol import similar
from ..market.timeframe import Timeframe
from ..market.venue import Kind, Listing, Venue
from .strategy import Market, SizeMethod, Strategy
from .structure.part import Part
from .yaml.nodes import ListNode, MapNode, ScalarNode


def check_venue(strategy: Strategy, root: MapNode, venue: Venue, report: Report) -> None:
    _Check(strategy, Part(root, frozenset()), venue, report).all()


class _Check:
    def __init__(self, strategy: Strategy, root: Part, venue: Venue, report: Report) -> None:
        self._strategy, self._root, self._venue, self._report = strategy, root, venue, report

    def all(self) -> None:
        self._timeframe()
        listed = [found for node in self._symbols() if (found := self._listed(node)) and self._kind(node, found)]
        for node in self._feeds():
            self._listed(node)
        if listed:
            self._size(listed)
            self._leverage(listed)
            self._stops()

    def _symbols(self) -> list[ScalarNode]:
        node = self._root.get("symbols")
        items = node.items if isinstance(node, ListNode) else ()
        return [item for item in items if isinstance(item, ScalarNode)]

    def _feeds(self) -> Iterator[ScalarNode]:
        for _, part in self._root.parts("feeds"):
            node = part.get("symbol")
            if isinstance(node, ScalarNode):
                yield node

    def _listed(self, node: ScalarNode) -> Listing | None:
        """The venue's listing of a symbol that trades there."""
        symbol, venue = node.text.value, self._venue
        found = venue.listings.get(symbol)
        if found is None:
            # Venues list thousands: only those that begin alike are compared letter by letter.
            alike = [name for name in venue.listings if name[:2].upper() == symbol[:2].upper()]
            near = [*similar(symbol, alike), *get_close_matches(symbol, alike, 1, 0.8)]
            message = f"{venue.name} lists no `{symbol}`"
            self._report.error("SR501", message, node.span, f"did you mean `{near[0]}`?" if near else None)
        elif not found.active:
            self._report.error("SR502", f"{venue.name} does not trade `{symbol}` at present", node.span)
            found = None
        return found

    def _kind(self, node: ScalarNode, listing: Listing) -> bool:
        wanted = Kind(self._strategy.market.value)
        if listing.kind is wanted:
            return True
        kind = "kind of market of its own" if listing.kind is Kind.OTHER else f"{listing.kind} market"
        message = f"`{listing.symbol}` is a {kind} at {self._venue.name}, and the file says `market: {wanted}`"
        shorts = "; a spot market cannot be sold short" if self._strategy.short and listing.kind is Kind.SPOT else ""
        twin = self._twin(listing.symbol, wanted)
        help_ = f"write `{twin}`" if twin else f"choose a symbol that has a {wanted} market there"
        self._report.error("SR503", message + shorts, node.span, help_)
        return False

    def _twin(self, symbol: str, wanted: Kind) -> str | None:
        """The same pair as the kind of market that is wanted."""
        pair = symbol.partition(":")[0]
        names = (name for name in (f"{pair}:{pair.partition('/')[2]}", pair) if name in self._venue.listings)
        return next((name for name in names if self._venue.listings[name].kind is wanted), None)

    def _timeframe(self) -> None:
        offered, own = self._venue.timeframes, self._strategy.timeframe
        if not offered or own.ms in {Timeframe.parse(name).ms for name in offered}:
            return
        message = f"{self._venue.name} has no {own} candles"
        self._report.error("SR504", message, self._root.span("timeframe"), f"it has {', '.join(offered)}")

    def _size(self, listed: list[Listing]) -> None:
        size, name = self._strategy.size, self._venue.name
        for listing in listed:
            least, most = listing.min_quantity, listing.max_quantity
            where = f"for {listing.symbol} at {name}"
            if size.method is SizeMethod.COST and listing.min_cost is not None and size.value < listing.min_cost:
                message = f"an order of {size.value:g} is below the minimum cost {where}: {listing.min_cost:g}"
                self._report.error("SR505", message, self._root.part("size").span("cost"))
            elif size.method is SizeMethod.QUANTITY and least is not None and size.value < least:
                message = f"{size.value:g} is below the minimum quantity {where}: {least:g}"
                self._report.error("SR506", message, self._root.part("size").span("quantity"))
            elif size.method is SizeMethod.QUANTITY and most is not None and size.value > most:
                message = f"{size.value:g} is above the maximum quantity {where}: {most:g}"
                self._report.error("SR506", message, self._root.part("size").span("quantity"))

    def _leverage(self, listed: list[Listing]) -> None:
        asked = self._strategy.risk.max_leverage
        for listing in listed:
            if listing.max_leverage is not None and asked > listing.max_leverage:
                message = f"{self._venue.name} gives {listing.symbol} a leverage of at most {listing.max_leverage:g}"
                self._report.error("SR507", message, self._root.part("risk").span("max_leverage"))

    def _stops(self) -> None:
        market = self._strategy.market
        if self._venue.stops.get(Kind(market.value), True):
            return
        for side in ("long", "short", "select"):
            exits = self._root.part(side).part("exit")
            key = next((name for name in ("stop", "trail") if name in exits), None)
            if key is not None:
                kind = "spot" if market is Market.SPOT else "perp"
                message = (
                    f"{self._venue.name} keeps no stop orders for {kind} markets: this stop needs a running strategy"
                )
                self._report.info("SR508", message, exits.key_span(key))
