"""A strategy in, its identity out: one hash of everything that decides, and one digest per term.

Two files with equal hashes make the same decisions on the same candles, whatever they call things and however they
are laid out. A field that stands at its default is left out, so that a key added to the format later leaves the hashes
of older files as they are.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from decimal import Decimal
from enum import Enum
from typing import Any

from ..indicators import CATALOGUE
from ..market.timeframe import Timeframe
from .deployment import Deployment
from .portfolio import Portfolio
from .strategy import Strategy
from .term import Clock, Op, Term

SCHEME = "stratrun meaning 1"
"""Changes only when the same strategy must get another hash."""
PORTFOLIO_SCHEME = "stratrun portfolio meaning 1"
DEPLOYMENT_SCHEME = "stratrun deployment meaning 1"
_NOT_DEPLOYED = frozenset({"path", "name", "description", "ledger", "notify", "strategies"})
"""Fields of a deployment that name and describe; its strategies count by their own hashes."""
SHORT = 12
"""Hex digits of a hash in words for people."""
NOT_MEANING = frozenset(
    {"path", "name", "description", "tags", "hours", "feeds", "params", "definitions", "models", "scope"}
)
"""Fields that name and describe. Feeds, params, definitions and models count by what the terms hold of them."""

_MIRRORED = {Op.GT: Op.LT, Op.GE: Op.LE, Op.CROSS_BELOW: Op.CROSS_ABOVE}
_ANY_ORDER = (Op.ADD, Op.MUL, Op.EQ, Op.NE)
_JOINED = (Op.AND, Op.OR)
_MOST_JOINED = 256
"""Parts of an and/or that are taken together with those of one inside it: bounds the work on hostile files."""


def meaning_hash(strategy: Strategy) -> str:
    """64 hex digits: equal for equal meaning (names, order of definitions, layout and comments do not count)."""
    return _hash([SCHEME, meaning(strategy)])


def portfolio_hash(portfolio: Portfolio) -> str:
    """64 hex digits: equal for equal members in equal order with equal weights under equal rules of the account."""
    members = [[meaning_hash(member.strategy), _number(member.weight)] for member in portfolio.members]
    digests = Digests(portfolio.members[0].strategy)
    rules = {
        field.name: _plain(getattr(portfolio, field.name), digests)
        for field in fields(portfolio)
        if field.name not in NOT_MEANING | {"members"} and not _at_default(field, getattr(portfolio, field.name))
    }
    return _hash([PORTFOLIO_SCHEME, members, rules])


def deployment_hash(deployment: Deployment) -> str:
    """64 hex digits: equal for equal strategies with equal money, limits and rules on the same account of a venue."""
    runs = [[run.name, _number(run.share), run.valid_for, meaning_hash(run.strategy)] for run in deployment.runs()]
    accounts = [portfolio_hash(d.subject) for d in deployment.strategies if isinstance(d.subject, Portfolio)]
    digests = Digests(next(deployment.runs()).strategy)
    rules = {
        field.name: _plain(getattr(deployment, field.name), digests)
        for field in fields(deployment)
        if field.name not in _NOT_DEPLOYED and not _at_default(field, getattr(deployment, field.name))
    }
    return _hash([DEPLOYMENT_SCHEME, runs, accounts, rules])


def short_hash(full: str) -> str:
    """A hash as people compare it."""
    return full[:SHORT]


def meaning(strategy: Strategy) -> dict[str, Any]:
    """What is hashed, as plain data: the fields that differ from their defaults, each term as its digest."""
    digests = Digests(strategy)
    one_sided = strategy.long is None or strategy.short is None
    silent = NOT_MEANING | {"opposite"} if one_sided else NOT_MEANING
    return {
        field.name: _plain(getattr(strategy, field.name), digests)
        for field in fields(strategy)
        if field.name not in silent and not _at_default(field, getattr(strategy, field.name))
    }


class Digests:
    """Digests of one strategy's terms: equal for terms that compute the same, in this strategy or another.

    A feed counts by its symbol, and the strategy's own clock is the same in all (its timeframe is a field of its own).
    """

    def __init__(self, strategy: Strategy) -> None:
        self._feeds = strategy.feeds
        self.own = Clock("", strategy.timeframe)
        self._known: dict[Term, str] = {}
        self._joined: dict[Term, frozenset[str]] = {}

    def of(self, root: Term) -> str:
        """64 hex digits (without recursion: terms are shared and may be deep)."""
        stack = [root]
        while stack:
            term = stack[-1]
            missing = [arg for arg in term.args if arg not in self._known]
            if term in self._known:
                stack.pop()
            elif missing:
                stack.extend(missing)
            else:
                self._known[stack.pop()] = self._digest(term)
        return self._known[root]

    def _digest(self, term: Term) -> str:
        if term.op in _JOINED:
            parts = self._joined[term] = self._parts(term)
            if len(parts) == 1 and self._same_clock(term):
                return next(iter(parts))
            return _hash([term.op, sorted(parts), self.clock(term)])
        op, args = term.op, [self._known[arg] for arg in term.args]
        if op in _MIRRORED:
            op, args = _MIRRORED[op], args[::-1]
        elif op in _ANY_ORDER:
            args.sort()
        return _hash([op, args, _params(term), self.clock(term)])

    def _parts(self, term: Term) -> frozenset[str]:
        """What an and/or joins; one of the same kind inside it adds its own parts."""
        parts: set[str] = set()
        for arg in term.args:
            inner = self._joined.get(arg) if arg.op is term.op and arg.clock == term.clock else None
            parts |= inner if inner is not None and len(inner) <= _MOST_JOINED else {self._known[arg]}
        return frozenset(parts)

    def _same_clock(self, term: Term) -> bool:
        return all(arg.clock == term.clock for arg in term.args)

    def clock(self, term: Term) -> list[object] | None:
        """Whose candles a term runs on: nobody's (None), the strategy's own (empty), or a symbol's and timeframe's."""
        if term.clock is None or term.clock == self.own:
            return None if term.clock is None else []
        feed = term.clock.feed
        symbol = f"feed {self._feeds.get(feed, feed)}" if feed else ""
        return [symbol, term.clock.timeframe.ms, term.clock.timeframe.anchor]


def _params(term: Term) -> list[str]:
    """Numbers by value alone (`20` is `20.0`), an indicator by its first name, a model without what it is called."""
    params: list[str | float | int] = list(term.params[:2] if term.op is Op.MODEL else term.params)
    if term.op is Op.INDICATOR:
        params[0] = CATALOGUE[str(params[0])].name
    return [param if isinstance(param, str) else _number(param) for param in params]


def _number(value: float) -> str:
    return repr(float(value) + 0.0)


def _at_default(field: Field[Any], value: object) -> bool:
    if field.default_factory is not MISSING:
        return bool(value == field.default_factory())
    return field.default is not MISSING and bool(value == field.default)


def _plain(value: Any, digests: Digests) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Term):
        return digests.of(value)
    if isinstance(value, Timeframe):
        return [value.ms, value.anchor]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (int, float)):
        return _number(value)
    if isinstance(value, str):
        return f"text {value}"
    if isinstance(value, Decimal):
        return f"exactly {value.normalize():f}"
    if isinstance(value, Mapping):
        return {str(key): _plain(inner, digests) for key, inner in sorted(value.items())}
    if isinstance(value, (tuple, list)):
        return [_plain(inner, digests) for inner in value]
    if is_dataclass(value):
        kept = [f for f in fields(value) if not _at_default(f, getattr(value, f.name))]
        return {f.name: _plain(getattr(value, f.name), digests) for f in kept}
    raise TypeError(f"{type(value).__name__} has no place in a strategy's meaning yet")


def _hash(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
