"""How a session begins: its strategies' sessions in the ledger, the account they decide on, the candles before now.

What the Book starts from (capital, instruments) is written into the ledger, so that a restart and a replay start from
the same.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from typing import Any

from ...brokers.words import CandleReport
from ...language.deployment import Capital, DataRules, Deployment, Margin, OrderRules, Run, Shutdown
from ...language.identity import deployment_hash, meaning_hash
from ...language.portfolio import Conflict, Member, Portfolio
from ...language.stricter import stricter
from ...ledger.events import Entry
from ...ledger.events_session import Candle, SessionOpened
from ...ledger.refusal import LedgerError
from ...ledger.rows import SessionRow
from ...ledger.values import Mode
from ...market.instrument import Instrument
from ...trading.account import Account
from .losses import Losses


@dataclass(frozen=True, slots=True)
class Base:
    """What the Book starts from; `capital` in quote units, of all strategies together. `costs`: how a paper account's
    orders fill; its own capital is not used."""

    capital: float
    instruments: Mapping[str, Instrument]
    costs: Account = field(default_factory=Account)

    @property
    def account(self) -> Account:
        return replace(self.costs, capital=self.capital)

    def settings(self) -> tuple[tuple[str, str], ...]:
        """As a SessionOpened's settings have it."""
        facts = {f"instrument {symbol}": _instrument_text(one) for symbol, one in self.instruments.items()}
        told = {name: value for name, value in asdict(self.costs).items() if name != "capital"}
        costs = {} if self.account == Account(self.capital) else {"costs": json.dumps(told, sort_keys=True)}
        return tuple(sorted({"capital": repr(self.capital), **costs, **facts}.items()))

    @classmethod
    def of(cls, settings: Sequence[tuple[str, str]]) -> Base:
        """What `settings` told. Raises ValueError, KeyError, TypeError."""
        told = dict(settings)
        found = {
            name.removeprefix("instrument "): _instrument(text)
            for name, text in told.items()
            if name.startswith("instrument ")
        }
        return cls(float(told["capital"]), found, Account(**json.loads(told.get("costs", "{}"))))


def as_portfolio(deployment: Deployment) -> Portfolio:
    """The deployment's strategies on its account, as the decision core takes them; one alone is a portfolio, too.

    A portfolio that has the account for itself keeps its rules, its limits where they are the stricter.
    """
    members = tuple(Member(run.name, run.share, run.strategy) for run in deployment.runs())
    found = Portfolio(
        deployment.path, deployment.name, members, deployment.limits, conflicts=Conflict.DENY,
        timezone=deployment.timezone,
    )  # fmt: skip
    one = deployment.strategies[0].subject
    if len(deployment.strategies) > 1 or not isinstance(one, Portfolio):
        return found
    return replace(
        found, risk=stricter(one.risk, deployment.limits), rebalance=one.rebalance, conflicts=one.conflicts,
        leverage=one.leverage, timezone=deployment.timezone if deployment.limits.daily_loss else one.timezone,
    )  # fmt: skip


SHARE, TOGETHER = "share", "together"
"""Settings of an opening: the strategy's fraction of the capital, and what its Book is of as `together` tells it."""


def together(deployment: Deployment) -> str:
    """Equal for deployments of one Book: the same strategies with the same shares under the same limits. How orders are
    sent and candles are waited for does not count."""
    runs = tuple(replace(one, valid_for=0) for one in deployment.strategies)
    plain = replace(
        deployment, strategies=runs, capital=Capital(), orders=OrderRules(), data=DataRules(), sandbox=False,
        endpoint=None, leverage=None, margin=Margin.ISOLATED, shutdown=Shutdown.CANCEL,
    )  # fmt: skip
    return deployment_hash(plain)


def opened(
    deployment: Deployment, run: Run, mode: Mode, account: str, now: int, first: int, base: Base, version: str,
    losses: Losses | None = None,
) -> SessionOpened:  # fmt: skip
    """The event with which a strategy begins; `first` is the open of the first candle its graph sees, `losses` what
    counts on from before."""
    mine = {symbol: base.instruments[symbol] for symbol in run.strategy.symbols}
    told = {SHARE: repr(run.share), TOGETHER: together(deployment), **(losses.settings(run.name) if losses else {})}
    return SessionOpened(
        f"{run.name}-{mode.value}-{now}", mode, account, run.name, meaning_hash(run.strategy),
        deployment_hash(deployment), run.strategy.symbols, run.strategy.timeframe.name, first, version,
        tuple(sorted({**dict(replace(base, instruments=mine).settings()), **told}.items())),
    )  # fmt: skip


def fits(row: SessionRow, run: Run, mode: Mode, account: str) -> bool:
    """Whether a session that was not closed is this strategy's, to be gone on with."""
    same = (row.strategy, row.mode, row.account) == (run.name, mode, account)
    return same and row.strategy_hash == meaning_hash(run.strategy)


def one_book(sessions: Collection[Entry], deployment: Deployment) -> bool:
    """Whether sessions that were not closed, by their openings, are of the same Book as the deployment is."""
    found = [entry.event for entry in sessions if isinstance(entry.event, SessionOpened)]
    told = [dict(event.settings).get(TOGETHER) for event in found]
    mine = {run.name: meaning_hash(run.strategy) for run in deployment.runs()}
    if {event.strategy: event.strategy_hash for event in found} != mine:
        return False
    return None in told or set(told) == {together(deployment)}  # older ledgers tell of the strategies alone


def capital_of(deployment: Deployment, total: Decimal) -> float:
    """How much of `total` (the account's money in its currency) the strategies may use."""
    capital = deployment.capital
    if capital.amount is not None:
        return float(min(capital.amount, total))
    return float(total) * (1.0 if capital.share is None else capital.share)


def base_of(openings: Iterable[Entry], sessions: Sequence[str]) -> Base:
    """What these sessions began from: the capital of the first, the instruments of all.

    Raises LedgerError where the ledger does not tell.
    """
    told = {e.event.session_id: e.event.settings for e in openings if isinstance(e.event, SessionOpened)}
    try:
        found = [Base.of(told[one]) for one in sessions]
        instruments = {symbol: fact for base in found for symbol, fact in base.instruments.items()}
        return Base(found[0].capital, instruments, found[0].costs)
    except (KeyError, ValueError, TypeError, IndexError) as error:
        raise LedgerError(f"the ledger does not tell what {', '.join(sessions)} began from: {error!r}") from error


def candle_of(report: CandleReport) -> Candle:
    """A report as the ledger keeps it: each float by its shortest digits, which give the same bits back."""
    numbers = (Decimal(repr(float(n))) for n in (report.open, report.high, report.low, report.close, report.volume))
    return Candle(report.time, *numbers)


def _instrument_text(one: Instrument) -> str:
    told: dict[str, Any] = asdict(one)
    return json.dumps({**told, "assumptions": list(one.assumptions)}, sort_keys=True, separators=(",", ":"))


def _instrument(text: str) -> Instrument:
    told = json.loads(text)
    return Instrument(**{**told, "assumptions": tuple(told["assumptions"])})


def amount(balances: Any, currency: str) -> Decimal:
    """What an account holds of a currency, by its balances."""
    found = balances.get(currency)
    return Decimal(0) if found is None else found.total
