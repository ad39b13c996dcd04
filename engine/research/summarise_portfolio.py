"""A portfolio's result in, the inputs of its report out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ..language.identity import portfolio_hash
from ..language.stricter import told_limits
from ..market.gaps import Gaps
from ..report.hold import buy_and_hold
from ..report.portfolio_summary import MemberSummary, Payment, PortfolioSummary
from ..report.summary import Change, Summary, Variant
from ..trading.codes import Decision, State
from ..trading.venue import Venue
from .portfolio import PortfolioResult
from .summarise import summarise


def summarise_portfolio(
    result: PortfolioResult,
    mode: str,
    *,
    venue: Venue | None = None,
    variants: Sequence[Variant] | None = (),
    synthetic: bool = False,
    interrupted: bool = False,
) -> PortfolioSummary:
    """The report of a run; `mode` is back-test or paper, `variants` the run otherwise (None: not made)."""
    portfolio = result.portfolio
    names = [member.name for member in portfolio.members]
    parts = [summarise(member, mode, venue=venue, variants=()) for member in result.members]
    sums = dict.fromkeys(range(len(names)), 0.0)
    for transfer in result.transfers:
        sums[transfer.member] += transfer.amount
    account = replace(
        _together(result, names, parts), synthetic=synthetic, interrupted=interrupted, changes=_changes(result),
        variants=variants,
    )  # fmt: skip
    members = [
        MemberSummary(
            member.name,
            member.strategy.name,
            part.identity,
            member.weight,
            part.metrics,
            part.refused,
            sums[number],
            part.cut,
            part.learned,
        )
        for number, (member, part) in enumerate(zip(portfolio.members, parts, strict=True))
    ]
    payments = [Payment(t.time, names[t.member], t.amount) for t in result.transfers]
    return PortfolioSummary(account, members, payments, portfolio.rebalance or "never", portfolio.conflicts.value)


def _together(result: PortfolioResult, names: Sequence[str], parts: Sequence[Summary]) -> Summary:
    """The account as if it were one strategy's."""
    portfolio, first = result.portfolio, parts[0]
    candles = result.candles
    refused: Counter[str] = Counter()
    cut: Counter[str] = Counter()
    for part in parts:
        refused.update(part.refused)
        cut.update(part.cut)
    return replace(
        first,
        kind="portfolio",
        title=portfolio.name,
        symbols=tuple(candles),
        timeframe=", ".join(timeframe.name for timeframe in portfolio.timeframes),
        metrics=result.metrics,
        hold=buy_and_hold(result.metrics.curve, candles.values()),
        candles=sum(map(len, candles.values())),
        sources=list(dict.fromkeys(source for part in parts for source in part.sources)),
        gaps={symbol: Gaps.of(held) for symbol, held in candles.items() if len(held)},
        refused=dict(refused),
        cut=dict(cut),
        ambiguous=result.ambiguous,
        assumptions=list(dict.fromkeys(line for part in parts for line in part.assumptions)),
        notes=list(_notes(names, parts)),
        identity=portfolio_hash(portfolio),
        description=portfolio.description,
        settings=_settings(result, names, parts),
        slippage_paid=sum(part.slippage_paid or 0.0 for part in parts),
        learned={
            f"{symbol} · {name}": models
            for name, part in zip(names, parts, strict=True)
            for symbol, models in part.learned.items()
        },
    )


def _settings(
    result: PortfolioResult, names: Sequence[str], parts: Sequence[Summary]
) -> dict[str, float | int | str | bool | None]:
    """Those of the account, and each member's params under its name."""
    shared = {name: value for name, value in parts[0].settings.items() if not name.startswith("params.")}
    own = {
        f"{member}.{name}": value
        for member, part in zip(names, parts, strict=True)
        for name, value in part.settings.items()
        if name.startswith("params.")
    }
    limits = ", ".join(told_limits(result.portfolio.risk))
    return {**shared, "capital": result.account.capital, "limits": limits, **own}


def _notes(names: Sequence[str], parts: Sequence[Summary]) -> Iterable[str]:
    """Each member's, under its name unless they are all members'."""
    shared = set.intersection(*(set(part.notes) for part in parts))
    for name, part in zip(names, parts, strict=True):
        yield from (f"{name}: {note}" for note in part.notes if note not in shared)
    yield from (note for note in parts[0].notes if note in shared)


def _changes(result: PortfolioResult) -> list[Change]:
    """The account's state over time, oldest first."""
    return [
        Change(int(time), State(int(state)).name.lower(), Decision(int(code)).name, limit, actual)
        for time, state, code, limit, actual in result.changes
    ]
