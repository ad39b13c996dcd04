"""An exchange to try a deployment against: what it lists and in, a simulated venue with a past and an account out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import islice

from ...brokers.clock import Clock
from ...brokers.keys import WITH_PASSWORD, Keys, from_environment, variable
from ...brokers.secret import Secret
from ...diagnostics.diagnostic import InputError
from ...exchange.exchange import Exchange
from ...exchange.faults import Schedule
from ...exchange.market_data import Print, tape, walk
from ...exchange.spec import Spec
from ...market.candles import Candles
from ...market.timeframe import Timeframe
from .ground import KEY, SECRET
from .prepare import script_of
from .script import Script

PASSPHRASE = "rehearsal-passphrase"
FRAMES = ("1m", "5m", "15m", "30m", "1h", "4h", "1d")
"""Timeframes whose candles reach back as far as the walk."""
EVERY, SIGMA = 15_000, 0.0005
"""Ms between prices of the walk, and how far one moves it."""
FINE, COARSE = 86_400_000 // EVERY, 120 * 72
"""Prices of its past: of the last day as it goes on, of the 120 days before every twenty minutes."""
COARSE_EVERY = 20 * 60_000
LOWEST, HIGHEST = Decimal("0.001"), Decimal(1_000_000)
"""Prices at which a walk may begin."""


@dataclass(frozen=True, slots=True)
class Stand:
    """`prices`: symbol -> where its walk stands now. `tapes`: symbols that play candles instead, the first half as
    their past. `speed`: how many times as fast prices move; the clock is always the real one."""

    prices: Mapping[str, Decimal]
    balances: Mapping[str, Decimal]
    keys: Keys
    seed: int = 0
    speed: int = 1
    tapes: Mapping[str, Candles] = field(default_factory=dict)

    def exchange(self, clock: Clock) -> Exchange:
        """The venue at `clock`'s time. Raises InputError for a tape that cannot be played."""
        exchange, now = Exchange(clock), clock.now()
        for place, (symbol, price) in enumerate(self.prices.items()):
            if symbol in self.tapes:
                played = shifted(self.tapes[symbol], now, self.speed)
                spec, prints = spec_at(symbol, Decimal(repr(float(played.close[-1])))), tape(played)
                base = played.timeframe
            else:
                spec, base = spec_at(symbol, price), Timeframe.parse(FRAMES[0])
                prints = prices(self.seed * 1_000 + place, now, price, spec.tick, self.speed)
            frames = [name for name in FRAMES if Timeframe.parse(name).is_multiple_of(base) and name != base.name]
            exchange.list(spec, prints, base.name, frames=frames)
        key, secret, password = (
            one.reveal() if one else "" for one in (self.keys.key, self.keys.secret, self.keys.password)
        )
        exchange.open_account(self.keys.account, self.balances, key, secret).passphrase = password
        return exchange


def keys_for(account: str, venue: str) -> Keys:
    """Those of the environment where they are set (so that no second ones need be), else the simulator's own.

    Raises InputError for half-set ones.
    """
    found = from_environment(account)
    if found is not None:
        found.check(venue)
        return found
    phrase = Secret(PASSPHRASE) if venue in WITH_PASSWORD else None
    return Keys(account, Secret(KEY), Secret(SECRET), phrase, "the simulator")


def exports(keys: Keys) -> dict[str, str]:
    """Environment variables that a session needs; none where the environment has them. They are worth nothing."""
    if keys.source == "the environment":
        return {}
    given = {"key": keys.key, "secret": keys.secret, "password": keys.password}
    return {variable(keys.account, name): value.reveal() for name, value in given.items() if value is not None}


def faults_of(faults: str | None, seed: int) -> Schedule:
    """Faults of calls and streams, as `script_of` reads them. Raises InputError for what happens to a session."""
    script = script_of(faults, seed, 1.0, 1.0)
    if script.happenings and faults not in ("light", "heavy"):
        raise InputError(
            f"--faults: `{script.happenings[0]}` happens to a session, and this exchange knows none",
            help="give faults of calls such as `submit 3 after_accept error -1006`, or use `stratrun rehearse`",
        )
    return Script(script.faults).faults


def spec_at(symbol: str, price: Decimal) -> Spec:
    """Steps that suit a price: about six digits of it, and quantities worth a cent."""
    size = price.adjusted()
    step = Decimal(1).scaleb(max(-size - 2, -8))
    return Spec(symbol, Decimal(1).scaleb(max(size - 5, -8)), step, step, Decimal(10) ** 9)


def prices(seed: int, now: int, price: Decimal, tick: Decimal, speed: int = 1) -> Iterator[Print]:
    """A walk that stands at `price` now (ms), with its past before it; equal seeds give equal prices.

    The past is drawn from now backwards: a walk is one in both directions, and so it ends where it should.
    """
    recent = list(islice(walk(seed, 0, price, tick, EVERY, SIGMA), FINE))
    coarse = SIGMA * (COARSE_EVERY / EVERY) ** 0.5
    far = list(islice(walk(seed + 1, 0, recent[-1].price, tick, COARSE_EVERY, coarse), COARSE))
    begin = now - FINE * EVERY
    yield from (replace(one, time=begin - COARSE_EVERY - one.time) for one in reversed(far))
    yield from (replace(one, time=now - EVERY - one.time) for one in reversed(recent))
    yield Print(now, price)
    ahead = walk(seed + 2, now, price, tick, max(EVERY // speed, 1), SIGMA)
    next(ahead)
    yield from ahead


def shifted(candles: Candles, now: int, speed: int = 1) -> Candles:
    """The same candles so that the one in the middle opens now, each `speed` times as short. Raises InputError."""
    frame = candles.timeframe
    if len(candles) < 2 or frame.ms % (60_000 * speed):
        words = f"{candles.symbol}: {len(candles)} candles of {frame} cannot be played {speed} times as fast"
        raise InputError(words, help="give more candles, and a speed that leaves whole minutes: 60 makes 1m of 1h")
    played = _frame(frame.ms // speed)
    middle = len(candles) // 2
    time = (candles.time - candles.time[middle]) // speed + played.floor(now)
    return replace(candles, timeframe=played, time=time)


def _frame(ms: int) -> Timeframe:
    """The timeframe of a length of whole minutes."""
    for unit, length in (("d", 86_400_000), ("h", 3_600_000)):
        if ms % length == 0:
            return Timeframe.parse(f"{ms // length}{unit}")
    return Timeframe.parse(f"{ms // 60_000}m")
