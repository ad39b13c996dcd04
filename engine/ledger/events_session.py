"""Events of a session: opened, candles seen, decisions, intents, closed. Times are ms UTC."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from .values import Amounts, Direction, Mode, Role, Side, Texts


@dataclass(frozen=True, slots=True)
class SessionOpened:
    """A strategy begins to trade; `first_candle` is the open of the candle its graph starts from."""

    session_id: str
    mode: Mode
    account: str
    strategy: str
    strategy_hash: str
    deployment: str
    symbols: tuple[str, ...]
    timeframe: str
    first_candle: int
    version: str
    settings: Texts = ()


@dataclass(frozen=True, slots=True)
class SessionClosed:
    session_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Candle:
    """One closed candle; `time` is its open. A float is given as Decimal(repr(value)), which keeps its bits."""

    time: int
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal


@dataclass(frozen=True, slots=True)
class CandlesSeen:
    """Closed candles handed to the graph together, in order. Candles of one close follow each other without another
    event between them. `late`: they came after that close was decided, and decide nothing."""

    session_id: str
    symbol: str
    timeframe: str
    candles: tuple[Candle, ...]
    late: bool = False


@dataclass(frozen=True, slots=True)
class DecisionMade:
    """What the core made of a signal at the close of `candle` (its open time), with the numbers compared."""

    decision_id: str
    session_id: str
    symbol: str
    candle: int
    direction: Direction
    code: str
    numbers: Amounts = ()


@dataclass(frozen=True, slots=True)
class IntentPlanned:
    """Why orders will be sent. The same (account, strategy, symbol, candle, role, leg, attempt) is one intent."""

    intent_id: str
    session_id: str
    account: str
    strategy: str
    symbol: str
    role: Role
    side: Side
    quantity: Decimal
    reason: str
    decision_id: str | None = None
    candle: int | None = None
    leg: int = 0
    attempt: int = 0


SessionEvent = SessionOpened | SessionClosed | CandlesSeen | DecisionMade | IntentPlanned
