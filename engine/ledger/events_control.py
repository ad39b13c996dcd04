"""Events of control: states, operators, notes, and the anchor that an archive leaves."""

from __future__ import annotations

from dataclasses import dataclass

from .values import Scope, Texts, TradingState


@dataclass(frozen=True, slots=True)
class StateChanged:
    """`code` names the limit or the operator's command behind it; `until` (ms UTC) ends it by itself."""

    scope: Scope
    name: str
    state: TradingState
    code: str
    who: str
    why: str
    until: int | None = None


@dataclass(frozen=True, slots=True)
class OperatorCommanded:
    """Who asked for what, and why."""

    command_id: str
    who: str
    why: str
    command: str
    arguments: Texts = ()


@dataclass(frozen=True, slots=True)
class Noted:
    who: str
    words: str


@dataclass(frozen=True, slots=True)
class Archived:
    """Events up to `last` were moved to `file`; `head` is the hash of the last of them.

    `carried` is the hash of the rows that stayed, from which a replay of the rest begins.
    """

    last: int
    head: str
    file: str
    carried: str


ControlEvent = StateChanged | OperatorCommanded | Noted | Archived
