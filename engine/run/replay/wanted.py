"""What the Book wanted at a venue, so far, in; whether an intent that was planned is one of that, out."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...ledger.events_session import IntentPlanned
from ...ledger.values import Role, Side
from ...market.instrument import Instrument
from ...trading.live import LiveAccount
from ...trading.live_portfolio import LivePortfolio
from .differing import Difference, Kind

_KEPT = 2_000
_NEARLY = 1e-9
"""Part of a quantity by which the ledger's exact sum and the Book's may differ."""


@dataclass(frozen=True, slots=True)
class _Want:
    side: Side
    quantity: float
    reason: str


_Key = tuple[int, str, Role, int]
"""Strategy number, symbol, role, open of the candle it was decided on."""


class Wanting:
    """Orders follow the Book a moment later: an intent may be any want since its candle closed."""

    def __init__(
        self, portfolio: LivePortfolio, names: Sequence[str], instruments: Mapping[str, Instrument]
    ) -> None:  # fmt: skip
        self._portfolio, self._names, self._instruments = portfolio, list(names), instruments
        self._wants: OrderedDict[_Key, list[_Want]] = OrderedDict()
        self.compared = 0
        self._unfollowed: set[_Key] = set()

    @property
    def unfollowed(self) -> int:
        """Wants that never became an intent: a reversal that waited too long, a session that was down."""
        return len(self._unfollowed)

    def note(self) -> None:
        """The Book has moved: remember what it wants now."""
        for m, member in enumerate(self._portfolio.members):
            self._note(m, member)

    def compare(self, seq: int, event: IntentPlanned) -> Difference | None:
        """The difference, if the Book never wanted such an order. Operators' orders are nobody's want."""
        role = event.role
        if role not in (Role.ENTRY, Role.EXIT) or event.candle is None or event.strategy not in self._names:
            return None
        self.compared += 1
        key = (self._names.index(event.strategy), event.symbol, role, event.candle)
        self._unfollowed.discard(key)
        wants = self._wants.get(key, [])
        if any(self._same(want, event) for want in wants):
            return None
        again = "; ".join(dict.fromkeys(f"{w.side} {w.quantity:.12g} ({w.reason})" for w in wants)) or None
        recorded = f"{event.side} {event.quantity} ({event.reason})"
        return Difference(Kind.ORDER, event.strategy, event.symbol, event.candle, seq, recorded, again)

    def _note(self, m: int, member: LiveAccount) -> None:
        wants, ms = member.wants(), member.strategy.timeframe.ms
        for entry in wants.entries:
            side = Side.BUY if entry.side > 0 else Side.SELL
            self._add((m, entry.symbol, Role.ENTRY, entry.placed - ms), _Want(side, entry.quantity, "entry"))
        for one in wants.exits:
            side = Side.SELL if one.side > 0 else Side.BUY
            want = _Want(side, one.quantity, one.reason.name.lower())
            self._add((m, one.symbol, Role.EXIT, one.decided - ms), want)

    def _add(self, key: _Key, want: _Want) -> None:
        known = self._wants.get(key)
        if known is None:
            self._wants[key] = [want]
            self._unfollowed.add(key)
            while len(self._wants) > _KEPT:
                self._wants.popitem(last=False)
        elif want not in known:
            known.append(want)

    def _same(self, want: _Want, event: IntentPlanned) -> bool:
        """Alike but for the rounding down to the venue's steps."""
        if (want.side, want.reason) != (event.side, event.reason):
            return False
        step = self._instruments[event.symbol].quantity_step if event.symbol in self._instruments else 0.0
        short = want.quantity - float(event.quantity)
        room = _NEARLY * want.quantity
        return -room <= short <= step + room
