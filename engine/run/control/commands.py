"""What an operator may ask of a session: a closed set of values, and those as JSON texts and back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any, get_args

from ...ledger.coders import FieldCoder, coders_of
from ...ledger.values import OrderType, Scope, Side, Texts


@dataclass(frozen=True, slots=True)
class Status: ...


@dataclass(frozen=True, slots=True)
class Orders: ...


@dataclass(frozen=True, slots=True)
class Positions: ...


@dataclass(frozen=True, slots=True)
class Pause:
    """No entries; exits go on. `name` is empty for the whole account."""

    scope: Scope = Scope.ACCOUNT
    name: str = ""


@dataclass(frozen=True, slots=True)
class Halt:
    """Nothing is sent but cancels and strictly reducing orders."""

    scope: Scope = Scope.ACCOUNT
    name: str = ""


@dataclass(frozen=True, slots=True)
class Resume:
    """Active again, and the halt marker is gone where it is the whole account."""

    scope: Scope = Scope.ACCOUNT
    name: str = ""


@dataclass(frozen=True, slots=True)
class Flatten:
    """Cancel all orders and close every position; entries stay paused afterwards."""

    scope: Scope = Scope.ACCOUNT
    name: str = ""


@dataclass(frozen=True, slots=True)
class Cancel:
    """One order, or all entry orders where `order_id` is empty (of `symbol` alone where it is given)."""

    order_id: str = ""
    symbol: str = ""


@dataclass(frozen=True, slots=True)
class Close:
    """Close the positions in a symbol (of one strategy where it is given), its orders canceled first."""

    symbol: str
    strategy: str = ""


@dataclass(frozen=True, slots=True)
class PlaceManual:
    """An order by hand, through the same gate as any other."""

    symbol: str
    side: Side
    quantity: Decimal
    type: OrderType = OrderType.MARKET
    price: Decimal | None = None
    trigger: Decimal | None = None
    reduce_only: bool = False
    post_only: bool = False
    strategy: str = ""


@dataclass(frozen=True, slots=True)
class Reload:
    """Read the changed files anew; what has a position stays bound to what opened it."""


@dataclass(frozen=True, slots=True)
class Shutdown:
    """An orderly end; `policy` (keep, cancel, flatten) overrules the deployment's where it is given."""

    policy: str = ""


Query = Status | Orders | Positions
Action = Pause | Halt | Resume | Flatten | Cancel | Close | PlaceManual | Reload | Shutdown
Command = Query | Action
SAFER = (Pause, Halt, Cancel)
"""Actions that only take risk away: they are carried out even where they cannot be recorded."""


def _kind(command: type) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", command.__name__).lower()


KINDS: Mapping[str, type[Command]] = MappingProxyType({_kind(cls): cls for cls in get_args(Command)})
KIND_OF: Mapping[type[Command], str] = MappingProxyType({cls: kind for kind, cls in KINDS.items()})
_CODERS: Mapping[type, tuple[FieldCoder, ...]] = {cls: coders_of(cls) for cls in KIND_OF}


def encode(command: Command) -> dict[str, Any]:
    """Raises TypeError, ValueError for values no command may have."""
    return {"kind": KIND_OF[type(command)]} | {
        part.name: part.coder.encode(getattr(command, part.name)) for part in _CODERS[type(command)]
    }


def decode(data: Any) -> Command:
    """Raises ValueError for anything that is no command."""
    if not isinstance(data, dict) or not isinstance(data.get("kind"), str) or data["kind"] not in KINDS:
        raise ValueError("there is no such command")
    cls = KINDS[data["kind"]]
    parts = {part.name: part.coder for part in _CODERS[cls]}
    if data.keys() - {"kind"} != parts.keys():
        raise ValueError(f"`{data['kind']}` has other fields")
    try:
        return cls(**{name: coder.decode(data[name]) for name, coder in parts.items()})
    except (TypeError, ValueError, ArithmeticError, AttributeError) as error:
        raise ValueError(f"`{data['kind']}`: {error}") from None


def arguments(action: Action) -> Texts:
    """What was asked, as words for the ledger; what was left out is left out."""
    data = {name: value for name, value in encode(action).items() if name != "kind" and value not in (None, "", False)}
    return tuple((name, "true" if value is True else str(value)) for name, value in sorted(data.items()))
