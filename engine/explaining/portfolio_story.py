"""A portfolio in, its explanation in plain English out: sections of sentences, and where each value comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from ..language.meaning.parameters import FROM_SET
from ..language.portfolio import WEIGHT, Conflict, Every, Member, Portfolio
from ..language.portfolios.together import currency
from ..language.strategy import Market, Strategy
from ..language.yaml.nodes import MapNode
from .expression import number_of
from .money import limit_lines, share_text
from .origins import SET, Origin, Sourced, node_at, placed
from .story import Line, Section
from .story import story as strategy_story
from .values import Setting, limits_of, quantity_text

_BY_NOBODY: Mapping[str, str] = {}
_MONEY = "How much it trades"
"""The section of a strategy's story that begins with its size."""
_WHEN = {
    Every.DAY: "each day", Every.WEEK: "each week (from Monday)", Every.MONTH: "each month",
    Every.QUARTER: "each quarter",
}  # fmt: skip
_CONFLICTS = {
    Conflict.DENY: "An entry is denied while another member holds the other side of its symbol, or has ordered it.",
    Conflict.ALLOW: "Members may hold opposite sides of one symbol at the same time.",
}


def story(portfolio: Portfolio) -> list[Section]:
    """The explanation, section by section."""
    return [
        Section("What it is", tuple(_account(portfolio))),
        Section("Its members", tuple(_member(member) for member in portfolio.members)),
        Section("How the money is shared", tuple(_shares(portfolio))),
        Section("What the account allows", tuple(_limits(portfolio))),
    ]


def values(portfolio: Portfolio, root: MapNode | None, given: Mapping[str, str] = _BY_NOBODY) -> list[Sourced]:
    """Every value of the portfolio's own file; `root` is its document, `given` says which of MEMBER.PARAM came from
    elsewhere than --set, and from where."""
    first = portfolio.members[0].strategy
    found = []
    for number, member in enumerate(portfolio.members):
        key = f"members.{number}"
        found += [
            placed(Setting(f"{key}.strategy", member.strategy.path, False), root),
            _weight(key, member, root, given),
            placed(Setting(f"{key}.name", member.name, node_at(root, f"{key}.name") is None), root),
            *_set(key, member, root, given),
        ]
    rules = [
        Setting("rebalance", portfolio.rebalance or "never", portfolio.rebalance is None),
        Setting("conflicts", portfolio.conflicts, portfolio.conflicts is Conflict.DENY),
        *limits_of(portfolio.risk, first),
        Setting("schedule.timezone", portfolio.timezone, portfolio.timezone == "UTC"),
    ]
    return found + [placed(setting, root) for setting in rules]


def _account(portfolio: Portfolio) -> Iterator[Line]:
    first = portfolio.members[0].strategy
    kind = "spot markets" if first.market is Market.SPOT else "perpetual contracts"
    count = len(portfolio.members)
    paces = " and ".join(timeframe.name for timeframe in portfolio.timeframes)
    several = f"{count} strategies share" if count > 1 else "One strategy has"
    yield Line(f"{several} one account in {currency(first)}; they trade {kind} on {paces} candles.")
    symbols = dict.fromkeys(symbol for member in portfolio.members for symbol in member.strategy.symbols)
    if len(portfolio.timeframes) > 1:
        yield Line("Each decides at the closes of its own candles; slower ones are made of those of the fastest.")
    yield Line(f"Together they trade {', '.join(symbols)}.")


def _member(member: Member) -> Line:
    strategy = member.strategy
    sides = " and ".join(name for name in ("long", "short") if getattr(strategy, name) is not None)
    parts = [Line(f"Trades {', '.join(strategy.symbols)} on {strategy.timeframe} candles, {sides}.")]
    changed = {n: p for n, p in strategy.params.items() if p.origin == FROM_SET}
    if changed:
        words = ", ".join(f"{name} {quantity_text(param.value, param.unit)}" for name, param in changed.items())
        parts.append(Line(f"With values of its own: {words}."))
    parts += [Line(line.text.replace("the equity", "its share")) for line in _size(strategy)]
    parts.append(Line(f"`stratrun explain {strategy.path}` tells its rules."))
    title = f"`{member.name}` has {share_text(member.weight)} of the account: {strategy.name}."
    return Line(title, tuple(parts))


def _size(strategy: Strategy) -> tuple[Line, ...]:
    """The first sentence of how much it trades, which says how an entry is sized."""
    return next(section.lines[:1] for section in strategy_story(strategy) if section.title == _MONEY)


def _shares(portfolio: Portfolio) -> Iterator[Line]:
    yield Line("Each member trades its share as if it were an account of its own: what it earns and loses is its own.")
    if portfolio.rebalance is None:
        yield Line("The shares are never set back: a member that earns more comes to weigh more.")
    else:
        when = _WHEN[portfolio.rebalance]
        yield Line(f"At the first close of {when} (UTC) the shares are set back to the weights above.")
    left = 1.0 - sum(member.weight for member in portfolio.members)
    if left > 1e-9:
        yield Line(f"{share_text(round(left, 9))} of the account is given to no member and stays in cash.")


def _limits(portfolio: Portfolio) -> Iterator[Line]:
    lines = list(limit_lines(replace(portfolio.risk, max_leverage=1.0), portfolio.timezone))
    if portfolio.leverage is not None:
        lines.insert(0, f"All positions together are at most {number_of(portfolio.leverage)} times the equity.")
    if lines:
        yield Line("Beside the limits of each member, over all of them together:", tuple(map(Line, lines)))
    else:
        yield Line("Nothing beyond the limits of each member.")
    if len(portfolio.members) > 1:
        yield Line(_CONFLICTS[portfolio.conflicts])
        yield Line("At one close members decide in the order of the file, each knowing what those before it ordered.")


def _weight(key: str, member: Member, root: MapNode | None, given: Mapping[str, str]) -> Sourced:
    text = share_text(member.weight).replace(" ", "")
    if member.declared is not None and member.declared.origin == FROM_SET:
        return Sourced(f"{key}.weight", text, Origin(given.get(f"{member.name}.{WEIGHT}", SET)))
    return placed(Setting(f"{key}.weight", text, False), root)


def _set(key: str, member: Member, root: MapNode | None, given: Mapping[str, str]) -> Iterator[Sourced]:
    for name, param in member.strategy.params.items():
        if f"{member.name}.{name}" in given:
            text = quantity_text(param.value, param.unit)
            yield Sourced(f"{key}.set.{name}", text, Origin(given[f"{member.name}.{name}"]))
        elif param.origin == FROM_SET:
            text, place = quantity_text(param.value, param.unit), f"{key}.set.{name}"
            in_file = node_at(root, place) is not None
            yield placed(Setting(place, text, False), root) if in_file else Sourced(place, text, Origin(SET))
