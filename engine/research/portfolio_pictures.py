"""A portfolio's run -> what its page shows: the charts of all members, each under its symbol and its member's name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace

import numpy as np

from ..report.html.picture import Picture
from ..report.metrics import Metrics
from ..report.summary import Summary
from ..trading.records import Decisions
from ..trading.trades import Trades, joined, order_of_exits
from .pictures import MOST_SYMBOLS, picture
from .portfolio import PortfolioResult
from .portfolio_inputs import PortfolioInputs


def labels(result: PortfolioResult) -> list[tuple[str, ...]]:
    """What each member's symbols are called on the page: `BTC/USDT · dip`."""
    return [
        tuple(f"{symbol} · {member.name}" for symbol in member.strategy.symbols) for member in result.portfolio.members
    ]


def labelled_trades(result: PortfolioResult) -> Trades:
    """All members' trades, in order of exit, under these names."""
    return joined(_labelled(result))


def labelled_summary(summary: Summary, result: PortfolioResult) -> Summary:
    """The account's summary with these trades."""
    return replace(summary, metrics=Metrics(result.metrics.curve, labelled_trades(result)))


def labelled_decisions(result: PortfolioResult) -> tuple[Decisions, tuple[str, ...]]:
    """All members' decisions by time, and the names that their symbols number."""
    names, first, parts = labels(result), 0, []
    for member, own in zip(result.members, names, strict=True):
        parts.append(replace(member.decisions, symbol=member.decisions.symbol + first))
        first += len(own)
    columns = {f.name: np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Decisions)}
    order = np.argsort(columns["time"], kind="stable")
    made = Decisions(**{name: column[order] for name, column in columns.items()})
    return made, tuple(symbol for own in names for symbol in own)


def portfolio_picture(inputs: PortfolioInputs, result: PortfolioResult) -> Picture:
    """The charts of the symbols with the most trades; evaluates their indicators once more."""
    names, room = labels(result), _room(result)
    made = [picture(inputs.of_member(m), member, room[m]) for m, member in enumerate(result.members)]
    called = [dict(zip(m.strategy.symbols, own, strict=True)) for m, own in zip(result.members, names, strict=True)]
    order = order_of_exits(_labelled(result))
    pairs = list(zip(made, called, strict=True))
    return Picture(
        {by[symbol]: held for found, by in pairs for symbol, held in found.candles.items()},
        {by[symbol]: held for found, by in pairs for symbol, held in found.lines.items()},
        np.concatenate([found.stops for found in made])[order],
        np.concatenate([found.targets for found in made])[order],
        [by[symbol] for found, by in pairs for symbol in found.left_out],
        list(dict.fromkeys(line for found in made for line in found.lines_left_out)),
    )


def _labelled(result: PortfolioResult) -> list[Trades]:
    pairs = zip(result.members, labels(result), strict=True)
    return [replace(member.trades, symbols=names) for member, names in pairs]


def _room(result: PortfolioResult) -> Sequence[int]:
    """How many charts each member gets of those that a page holds."""
    owner, count = [], []
    for m, member in enumerate(result.members):
        found = np.bincount(member.trades.symbol, minlength=len(member.strategy.symbols)).tolist()
        owner += [m] * len(found)
        count += found
    chosen = np.argsort(-np.array(count), kind="stable")[:MOST_SYMBOLS]
    room: list[int] = np.bincount(np.array(owner)[chosen], minlength=len(result.members)).tolist()
    return room
