"""One run of a portfolio as a reader wants it told: the account as one, and its members side by side.

`to_json` gives it to programs, `portfolio_text` to people.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..market.candles import Floats
from .curve import Curve
from .learned import By, learned_json
from .metrics import Metrics, Value, closed_figures, curve_figures
from .summary import Summary
from .summary import to_json as account_json
from .tables import Column, cells, iso_time, trade_columns

_NAMES = {"strategy": "portfolio", "strategy_hash": "portfolio_hash"}


@dataclass(frozen=True, slots=True)
class MemberSummary:
    """What one strategy did in its part of the account; `metrics` are of that part, without what was paid into it."""

    name: str
    strategy: str
    identity: str
    """The hash of the strategy's meaning."""
    weight: float
    metrics: Metrics
    refused: Mapping[str, int]
    """Signals that became no order, counted by code, of its own limits and of the account's."""
    paid: float = 0.0
    """What rebalancing paid into its part, in quote units; below zero: out of it."""
    cut: Mapping[str, int] = field(default_factory=dict)
    """Entries made smaller than the strategy asked for, counted by code."""
    learned: By = field(default_factory=dict)
    """What its models came to, by symbol."""

    @property
    def profit(self) -> float:
        return self.metrics.curve.final - self.metrics.curve.capital

    @property
    def worth(self) -> float:
        """What its part is worth at the end."""
        return self.metrics.curve.final + self.paid


@dataclass(frozen=True, slots=True)
class Payment:
    """Rebalancing paid `amount` quote units into the part of member `name` at the close `time` (ms UTC)."""

    time: int
    name: str
    amount: float


@dataclass(frozen=True, slots=True)
class PortfolioSummary:
    """`account` tells all members together; `rebalance` and `conflicts` as the file says them."""

    account: Summary
    members: Sequence[MemberSummary]
    payments: Sequence[Payment] = ()
    rebalance: str = "never"
    conflicts: str = "deny"

    def contribution(self, member: MemberSummary) -> float:
        """The part of the account's return that a member made; those of all members add up to it."""
        return member.profit / self.account.metrics.curve.capital

    def share(self, member: MemberSummary) -> float | None:
        """The part of the account that a member's part is at the end; None of an account that is used up."""
        total = self.account.metrics.curve.final
        return member.worth / total if total > 0 else None

    def correlations(self) -> list[list[float | None]]:
        """Of the members' daily returns, each with each; None where one of them never moved or lost all it had."""
        account = self.account.metrics.curve
        daily = [_daily_returns(member.metrics.curve, account) for member in self.members]
        return [[_correlation(a, b) for b in daily] for a in daily]


def _daily_returns(curve: Curve, account: Curve) -> Floats:
    """Of the account's days, so that those of all members stand side by side."""
    row = np.searchsorted(curve.time, account.time, side="right")
    equity = np.concatenate([[curve.capital], curve.equity])[row]
    return Curve(account.time, equity, curve.capital, account.start).daily_returns


def _correlation(a: Floats, b: Floats) -> float | None:
    if len(a) < 2 or len(a) != len(b):
        return None
    a, b = a - a.mean(), b - b.mean()
    spread = math.sqrt(float(a @ a) * float(b @ b))
    return max(-1.0, min(1.0, float(a @ b) / spread)) if spread > 0.0 else None


def to_json(summary: PortfolioSummary, trades: int | None = None) -> dict[str, Any]:
    """The report for programs: the account's as of a strategy (`summary.to_json`), of kind `portfolio`.

    Further keys: rebalance, conflicts; members (name, strategy, strategy_hash, weight, contribution, share at the end,
    paid by rebalancing, result, closed, refused, cut, models, trades); correlations of daily returns (rows and columns
    in the order of the members); payments (time, member, amount). The account's `trades` are the last so many, all by
    default.
    """
    whole = {_NAMES.get(name, name): value for name, value in account_json(summary.account, trades).items()}
    del whole["models"]  # the members' own
    return {
        **whole,
        "rebalance": summary.rebalance,
        "conflicts": summary.conflicts,
        "members": [_member(summary, member) for member in summary.members],
        "correlations": summary.correlations(),
        "payments": [{"time": iso_time(p.time), "member": p.name, "amount": p.amount} for p in summary.payments],
    }


def _member(summary: PortfolioSummary, member: MemberSummary) -> dict[str, Any]:
    metrics = member.metrics
    result: dict[str, Value] = {**curve_figures(metrics.curve), "fees": metrics.fees, "funding": metrics.funding}
    return {
        "name": member.name,
        "strategy": member.strategy,
        "strategy_hash": member.identity,
        "weight": member.weight,
        "contribution": summary.contribution(member),
        "share": summary.share(member),
        "paid": member.paid,
        "result": result,
        "closed": closed_figures(metrics.closed),
        "refused": dict(member.refused),
        "cut": dict(member.cut),
        "models": learned_json(member.learned),
        "trades": _rows(trade_columns(metrics.trades)),
    }


def _rows(columns: Sequence[Column]) -> list[dict[str, Any]]:
    names = [column.name for column in columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*map(cells, columns), strict=True)]
