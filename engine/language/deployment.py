"""A checked `kind: deployment` file: strategies on one account of one venue. Lengths of time are ms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from .portfolio import Portfolio
from .strategy import Market, Risk, Strategy

VENUES = ("binance", "bybit", "okx", "kraken", "kucoin", "gate", "coinbase", "bitget")
"""Venues whose ways were measured."""


class Shutdown(StrEnum):
    """What an orderly end leaves behind."""

    KEEP = "keep"
    CANCEL = "cancel"
    FLATTEN = "flatten"


class Margin(StrEnum):
    ISOLATED = "isolated"
    CROSS = "cross"


@dataclass(frozen=True, slots=True)
class Capital:
    """How much of the account may be used: a fraction of it, or an amount of its currency; neither is all of it."""

    share: float | None = None
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A venue on this machine: one address for every host, or one for each."""

    address: str = ""
    hosts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OrderRules:
    """`max_naked`, `valid_for`: ms; `price_collar`, `spread_max`: fractions of the price; `rejects`: in a row."""

    max_naked: int = 5_000
    valid_for: int = 60_000
    price_collar: float = 0.05
    spread_max: float = 0.01
    per_second: float = 5.0
    per_day: int = 5_000
    rejects: int = 5


@dataclass(frozen=True, slots=True)
class DataRules:
    """Ms: to wait for all symbols' candles, to take a candle for closed by the clock, to hold data for stale."""

    wait: int = 2_000
    grace: int = 5_000
    stale: int = 30_000


@dataclass(frozen=True, slots=True)
class Notify:
    """`log`: the path of a file; `http`: the environment variable that holds an address."""

    log: str | None = None
    http: str | None = None


@dataclass(frozen=True, slots=True)
class Access:
    """How a deployment reaches its venue and its ledger, and nothing of what it trades."""

    venue: str
    market: Market
    account: str
    ledger: str
    sandbox: bool = False
    endpoint: Endpoint | None = None
    leverage: float | None = None
    margin: Margin = Margin.ISOLATED


@dataclass(frozen=True, slots=True)
class Run:
    """One strategy as it is to run: its name in the ledger, its fraction of the capital, its limits in force."""

    name: str
    share: float
    strategy: Strategy
    valid_for: int


@dataclass(frozen=True, slots=True)
class Deployed:
    """An entry of `strategies:`; `subject` has the symbols, parameters and limits that hold here."""

    name: str
    share: float
    subject: Strategy | Portfolio
    valid_for: int

    def runs(self) -> Iterator[Run]:
        """Its strategies; those of a portfolio as `NAME.MEMBER`."""
        if isinstance(self.subject, Strategy):
            yield Run(self.name, self.share, self.subject, self.valid_for)
            return
        for member in self.subject.members:
            yield Run(f"{self.name}.{member.name}", self.share * member.weight, member.strategy, self.valid_for)


@dataclass(frozen=True, slots=True)
class Deployment:
    """`ledger` and `notify.log` are paths from the user's folder, or the ledger a URL. `limits` are those of the file
    alone; those in force stand in each strategy. `leverage` is None on spot."""

    path: str
    name: str
    venue: str
    account: str
    market: Market
    currency: str
    ledger: str
    strategies: tuple[Deployed, ...]
    capital: Capital = Capital()
    limits: Risk = field(default_factory=Risk)
    sandbox: bool = False
    endpoint: Endpoint | None = None
    leverage: float | None = None
    margin: Margin = Margin.ISOLATED
    orders: OrderRules = OrderRules()
    data: DataRules = DataRules()
    shutdown: Shutdown = Shutdown.CANCEL
    notify: Notify = Notify()
    timezone: str = "UTC"
    description: str = ""

    @property
    def access(self) -> Access:
        return Access(
            self.venue, self.market, self.account, self.ledger, self.sandbox, self.endpoint, self.leverage, self.margin
        )  # fmt: skip

    @property
    def symbols(self) -> tuple[str, ...]:
        """What is traded, each once."""
        return tuple(dict.fromkeys(symbol for run in self.runs() for symbol in run.strategy.symbols))

    def runs(self) -> Iterator[Run]:
        """Every strategy that runs, those of portfolios too."""
        for deployed in self.strategies:
            yield from deployed.runs()
