"""A strategy in, every value that decides out: by its key in the file, as an author would write it.

Walks the dataclasses, so that a rule added to the language later is told without a change here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from ..language.identity import NOT_MEANING
from ..language.strategy import (
    EVER,
    Distance,
    Duration,
    Fire,
    Membership,
    Protection,
    ProtectionKind,
    Risk,
    Size,
    SizeMethod,
    Strategy,
)
from ..language.term import Term
from ..market.timeframe import UNITS, Timeframe
from .expression import distance_of, expression_of, number_of
from .hours import hours_text
from .model_words import model_values

_KEYS = {
    "timezone": "schedule.timezone", "schedule": "schedule.entries", "long.fire": "long.enter.fire",
    "short.fire": "short.enter.fire", "long.exit.breakeven": "long.exit.breakeven.after",
    "short.exit.breakeven": "short.exit.breakeven.after", "long.exit.ladder": "long.exit.target",
    "short.exit.ladder": "short.exit.target",
}  # fmt: skip
"""Fields whose key in the file has another name."""
_FRACTIONS = frozenset({
    "share", "size.max", "size.fallback", "size.at_risk", "risk.daily_loss.limit", "risk.drawdown.limit",
    "risk.drawdown.halt",
    "max_position", "max_exposure", "max_net_exposure", "risk_per_trade", "heat", "threshold",
})  # fmt: skip
"""Ends of keys whose number is a fraction and written in percent."""
_FRACTION_SIZES = (SizeMethod.EQUITY, SizeMethod.RISK, SizeMethod.VOLATILITY, SizeMethod.ATR)


_UNREAD = {
    ProtectionKind.COOLDOWN: frozenset({"count", "within", "threshold"}),
    ProtectionKind.STOPS: frozenset({"threshold", "after"}),
    ProtectionKind.LOW_PROFIT: frozenset({"after"}),
    ProtectionKind.DRAWDOWN: frozenset({"count", "after"}),
    ProtectionKind.LOSSES: frozenset({"within", "threshold", "after"}),
}
"""What a kind of protection has no use for."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One value. `term` is what it computes where it is an expression, a distance or hours."""

    key: str
    text: str
    default: bool
    """Whether it is what stands there when the file says nothing."""
    term: Term | None = None
    whole: bool = False
    """Whether a change of it is told as it is written, and not as a change of its expression: distances, hours."""


def settings_of(strategy: Strategy) -> list[Setting]:
    """Every value that is set, whether the file or a default sets it, in the order of the strategy's fields."""
    found: list[Setting] = []
    one_sided = strategy.long is None or strategy.short is None
    for field in fields(strategy):
        if field.name not in NOT_MEANING and not (field.name == "opposite" and one_sided):
            value = getattr(strategy, field.name)
            if field.name == "schedule" and strategy.hours:
                found.append(Setting(_KEYS[field.name], hours_text(strategy.hours), False, value, whole=True))
                continue
            if field.name in ("members", "rotates"):
                found += _of_universe(strategy) if field.name == "members" else _of_rotation(strategy)
                continue
            found += _settings(_KEYS.get(field.name, field.name), value, _is_default(field, value), strategy)
    found += (Setting(key, text, False, term) for key, text, term in model_values(strategy))
    return found


def _of_universe(strategy: Strategy) -> Iterator[Setting]:
    for symbol, spans in strategy.members.items():
        yield Setting(f"universe.{symbol}", ", ".join(map(span_text, spans)), False)


def _of_rotation(strategy: Strategy) -> Iterator[Setting]:
    if strategy.rotates:
        yield Setting("select", "what leaves at a close pays for what enters at it", False)


def span_text(span: Membership) -> str:
    """`from 2021-01-01 to 2023-06-01`, or `always`."""
    ends = (("from", span.start, 0), ("to", span.end, EVER))
    return " ".join(f"{word} {_date(time)}" for word, time, never in ends if time != never) or "always"


def _date(ms: int) -> str:
    text = datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%dT%H:%MZ")
    return text.removesuffix("T00:00Z")


def limits_of(risk: Risk, strategy: Strategy) -> list[Setting]:
    """Every limit that is set, by its key under `risk`; `strategy` is whose currency its amounts are in."""
    return list(_settings("risk", risk, False, strategy))


def length_of(duration: Duration) -> str:
    """`96 candles` or `12h`, in the largest unit that fits."""
    if duration.candles is not None:
        return f"{duration.candles} candle{'' if duration.candles == 1 else 's'}"
    ms = duration.ms or 0
    unit = max((u for u in UNITS if ms % UNITS[u] == 0), key=UNITS.__getitem__, default="m")
    return f"{number_of(ms / UNITS[unit])}{unit}"


def quantity_text(value: float, unit: str) -> str:
    """A param's value as the language reads it back, no digit lost."""
    if unit == "%":
        return number_of(value, ratio=True)
    return f"{number_of(value)}{' ' if unit == 'candles' else ''}{unit}"


def distance_text(distance: Distance) -> str:
    """`2R`, `3%` or an expression."""
    if distance.term is not None:
        return distance_of(distance.term)
    return quantity_text(distance.r or 0.0, "R")


def _settings(key: str, value: Any, default: bool, strategy: Strategy) -> Iterator[Setting]:
    if value is None or value == ():
        return
    if isinstance(value, Size):
        yield from _size(value, strategy)
    elif isinstance(value, Distance):
        yield Setting(key, distance_text(value), default, value.term, whole=True)
    elif isinstance(value, Term):
        yield Setting(key, expression_of(value), default, value)
    elif isinstance(value, Duration):
        yield Setting(key, length_of(value), default)
    elif is_dataclass(value) and not isinstance(value, Timeframe):
        yield from _fields(key, value, strategy)
    elif isinstance(value, tuple) and is_dataclass(value[0]):
        for k, item in enumerate(value):
            yield from _fields(f"{key}.{k}", item, strategy)
    else:
        yield Setting(key, _text(key, value), default or value is Fire.ONCE)


def _fields(key: str, value: Any, strategy: Strategy) -> Iterator[Setting]:
    unread = _UNREAD[value.kind] if isinstance(value, Protection) else frozenset()
    for field in fields(value):
        inner = getattr(value, field.name)
        if field.name in unread:
            continue
        name = f"{key}.{field.name}"
        yield from _settings(_KEYS.get(name, name), inner, _is_default(field, inner), strategy)


def _size(size: Size, strategy: Strategy) -> Iterator[Setting]:
    """The method and its amount are one choice."""
    yield Setting("size", f"{size.method}: {amount_of(size, strategy)}", False)
    for field in fields(size):
        inner = getattr(size, field.name)
        if field.name not in ("method", "value"):
            yield from _settings(f"size.{field.name}", inner, _is_default(field, inner), strategy)


def amount_of(size: Size, strategy: Strategy) -> str:
    """The size's own number with its unit."""
    if size.method in _FRACTION_SIZES:
        return number_of(size.value, ratio=True)
    if size.method is SizeMethod.COST:
        pair, _, settle = strategy.symbols[0].partition(":")
        return f"{number_of(size.value)} {settle.partition('-')[0] or pair.rpartition('/')[2]}"
    return number_of(size.value)


def _text(key: str, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, (int, float)):
        share = any(key == end or key.endswith(f".{end}") for end in _FRACTIONS)
        return number_of(float(value), ratio=share)
    if isinstance(value, (tuple, list)):
        return ", ".join(_text(key, item) for item in value)
    return str(value)


def _is_default(field: Field[Any], value: object) -> bool:
    if field.default_factory is not MISSING:
        return bool(value == field.default_factory())
    return field.default is not MISSING and bool(value == field.default)
