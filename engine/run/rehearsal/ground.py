"""The simulated venue of a rehearsal: what a deployment and its candles say it must list, and the account's money."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256

from ...brokers.clock import Clock
from ...exchange.exchange import Exchange
from ...exchange.market_data import tape
from ...exchange.spec import Spec
from ...language.deployment import Deployment
from ...market.candles import Candles
from ...market.instrument import Instrument
from .script import Script

MOST_QUANTITY = Decimal(10) ** 15


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What is rehearsed. `candles` by symbol, each at the fastest timeframe that is read of it; what lies before
    `start` (ms UTC) is history. `latency`: seconds that a request takes each way."""

    deployment: Deployment
    candles: Mapping[str, Candles]
    instruments: Mapping[str, Instrument]
    start: int
    end: int
    capital: Decimal = Decimal(10_000)
    script: Script = field(default_factory=Script)
    latency: float = 0.0
    restart: float = 5.0
    """Seconds until a process that died is started again."""
    seed: int = 0
    """What the ledger's own id is made of: orders are named after it, so equal seeds give them equal names."""

    @property
    def history(self) -> int:
        """How many candles come before the first that is traded, of the symbol that has most of them."""
        return max(int((candles.time < self.start).sum()) for candles in self.candles.values())

    @property
    def identity(self) -> str:
        return sha256(f"rehearsal {self.seed}".encode()).hexdigest()[:32]


def spec_of(instrument: Instrument, candles: Candles) -> Spec:
    """A market with an instrument's facts; where nothing is said of steps, prices are as fine as the candles'."""
    most = Decimal(repr(instrument.max_quantity))
    finest = 10.0 ** -_places(candles)
    tick = instrument.price_tick if instrument.price_tick > 0 else finest
    step = instrument.quantity_step if instrument.quantity_step > 0 else 1e-8
    return Spec(
        instrument.symbol, _exact(tick), _exact(step), max(_exact(instrument.min_quantity), _exact(step)),
        most if most.is_finite() else MOST_QUANTITY, _exact(instrument.min_cost), _exact(instrument.maker),
        _exact(instrument.taker), instrument.fee_in_base, maintenance=_exact(instrument.maintenance),
    )  # fmt: skip


def new_exchange(rehearsal: Rehearsal, clock: Clock) -> Exchange:
    """The venue at `clock`'s time, which has seen the history and will play the rest."""
    exchange = Exchange(clock)
    for symbol, candles in rehearsal.candles.items():
        instrument = rehearsal.instruments[symbol]
        exchange.list(spec_of(instrument, candles), tape(candles), candles.timeframe.name, gaps=True)
    exchange.open_account(
        rehearsal.deployment.account, {rehearsal.deployment.currency: rehearsal.capital}, KEY, SECRET
    )  # fmt: skip
    return exchange


KEY, SECRET = "rehearsal-key-4f1c8d", "rehearsal-secret-9b2e7a"
"""What the simulated account is opened with: worth nothing anywhere, and still never to be seen in a log."""


def _exact(number: float) -> Decimal:
    return Decimal(format(number, ".12g"))


def _places(candles: Candles) -> int:
    """Decimal places of the prices, as far as the first thousand candles tell."""
    texts = [repr(price) for column in (candles.open, candles.close) for price in column[:1_000].tolist()]
    return max(
        (len(text.partition(".")[2]) for text in texts if "e" not in text and not text.endswith(".0")), default=0
    )
