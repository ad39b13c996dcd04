"""How a session begins: its strategies' sessions in the ledger, the account they decide on, the candles before now.

What the Book starts from (capital, instruments) is written into the ledger, so that a restart and a replay start from
the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from typing import Any

from ...brokers.words import CandleReport
from ...diagnostics.diagnostic import InputError
from ...language.deployment import Deployment, Run
from ...language.identity import deployment_hash, meaning_hash
from ...language.portfolio import Conflict, Member, Portfolio
from ...language.stricter import stricter
from ...ledger.events import Entry
from ...ledger.events_session import Candle, SessionOpened
from ...ledger.refusal import LedgerError
from ...ledger.rows import PositionRow, SessionRow
from ...ledger.values import Mode
from ...market.instrument import Instrument
from ...trading.account import Account


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


def opened(
    deployment: Deployment, run: Run, mode: Mode, account: str, now: int, first: int, base: Base, version: str
) -> SessionOpened:
    """The event with which a strategy begins; `first` is the open of the first candle its graph sees."""
    mine = {symbol: base.instruments[symbol] for symbol in run.strategy.symbols}
    return SessionOpened(
        f"{run.name}-{mode.value}-{now}", mode, account, run.name, meaning_hash(run.strategy),
        deployment_hash(deployment), run.strategy.symbols, run.strategy.timeframe.name, first, version,
        replace(base, instruments=mine).settings(),
    )  # fmt: skip


def fits(row: SessionRow, run: Run, mode: Mode, account: str) -> bool:
    """Whether a session that was not closed is this strategy's, to be gone on with."""
    same = (row.strategy, row.mode, row.account) == (run.name, mode, account)
    return same and row.strategy_hash == meaning_hash(run.strategy)


def refuse_other(
    rows: Iterable[SessionRow], positions: Iterable[PositionRow], run: Run, mode: Mode, account: str
) -> None:
    """A position stays with the version of the strategy that opened it. Raises InputError for another version."""
    others = [row for row in rows if (row.strategy, row.mode, row.account) == (run.name, mode, account)]
    held = [row for row in positions if row.strategy == run.name]
    if others and held:
        raise InputError(
            f"{run.name} holds {held[0].quantity} {held[0].symbol} that another version of it opened "
            f"({others[-1].strategy_hash[:8]}; the file is {meaning_hash(run.strategy)[:8]})",
            help="bring that version back until the position is closed, or close it with `stratrun flatten`",
        )


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
