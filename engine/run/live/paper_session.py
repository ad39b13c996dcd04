"""A session on paper: live candles, the back-test's own fills once the next candle closes, everything in the ledger."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TypeVar

from ...brokers.clock import Clock
from ...brokers.protocol import Broker
from ...language.deployment import Deployment, Shutdown
from ...ledger.events import Event
from ...ledger.events_account import BalancesSeen
from ...ledger.events_session import SessionClosed
from ...ledger.values import Mode, Source
from ...ledger.writer import Writer
from ...orders.journal import Decide, Journal, Subscriber
from ...orders.state import State
from ...trading.account import Account
from ...trading.live_portfolio import PaperPortfolio
from .controls_paper import PaperActs
from .opening import Base, as_portfolio, capital_of
from .paper_book import PaperBook
from .session import Hooks, Session

T = TypeVar("T")
_OVERLAP = 60_000
CAPITAL = Decimal(10_000)
"""What a paper account holds where the deployment names no amount."""


class PaperLedger:
    """The way into the ledger where no order path is needed."""

    def __init__(self, writer: Writer, clock: Clock, account: str, inline: bool) -> None:
        self._journal = Journal(writer, clock, State(account), inline)

    @property
    def state(self) -> State:
        return self._journal.state

    async def open(self) -> None:
        await self._journal.load(_OVERLAP)

    async def record(self, *events: Event) -> None:
        await self._journal.insist(lambda state: events)

    async def decide(self, make: Decide) -> None:
        await self._journal.decide(make)

    async def wait_for(self, call: Callable[[], T]) -> T:
        return await self._journal.run(call)

    def subscribe(self, subscriber: Subscriber) -> None:
        self._journal.subscribe(subscriber)

    async def close(self) -> None:
        await self._journal.close()


class PaperSession(Session):
    """`broker` is asked for candles and instruments only. `costs` are the simulated venue's: its capital is not used.

    `inline`: append in the loop's own thread, for simulated time.
    """

    book: PaperBook

    def __init__(
        self,
        deployment: Deployment,
        writer: Writer,
        broker: Broker,
        clock: Clock,
        hooks: Hooks | None = None,
        version: str = "",
        costs: Account | None = None,
        inline: bool = False,
    ) -> None:
        account = f"{deployment.account} (paper)"
        super().__init__(deployment, Mode.PAPER, account, writer, broker, clock, hooks, version, inline)
        self._costs = costs or Account()
        self._ledger = PaperLedger(writer, clock, account, inline)
        self._acts = PaperActs(self)

    @property
    def ledger(self) -> PaperLedger:
        return self._ledger

    @property
    def acts(self) -> PaperActs:
        return self._acts

    async def start(self) -> None:
        """Everything before the first close. Raises BrokerError, LedgerError."""
        self._bind()
        await self._broker.open(self.symbols)
        await self._ledger.open()
        await self._begin()

    async def stop(self, policy: Shutdown | None = None, patience: float = 30.0) -> None:
        self._stopping.set()
        policy = self._policy or policy or self.deployment.shutdown
        if policy is not Shutdown.KEEP and not self._ledger.state.positions():
            await self._ledger.record(*(SessionClosed(one, f"ended: {policy.value}") for one in self.sessions))
        await self.checkpoint()
        await self._ledger.close()
        await self._broker.close()

    def new_book(self, base: Base) -> PaperBook:
        portfolio = PaperPortfolio(as_portfolio(self.deployment), base.instruments, base.account)
        return PaperBook(portfolio, [run.name for run in self.runs], self.account, self.deployment.currency)

    async def _base(self) -> Base:
        held: PaperBook | None = getattr(self, "book", None)
        if held is not None:  # other strategies go on with the money of those before
            instruments = {one: self._broker.instrument(one) for one in self.deployment.symbols}
            return Base(held.portfolio.equity, instruments)
        capital = Decimal(repr(capital_of(self.deployment, self.deployment.capital.amount or CAPITAL)))
        seen: Sequence[Event] = [BalancesSeen(self.account, ((self.deployment.currency, capital),), Source.SIMULATION)]
        await self._ledger.record(*seen)
        symbols = self.deployment.symbols
        return Base(float(capital), {one: self._broker.instrument(one) for one in symbols}, self._costs)
