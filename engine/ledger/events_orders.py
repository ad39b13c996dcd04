"""Events of an order, from the decision to send it to its end. `order_id` is our client id; times are ms UTC."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from .values import Amounts, Command, OrderType, Side, Texts


@dataclass(frozen=True, slots=True)
class OrderDenied:
    """The gate said no: nothing was sent."""

    order_id: str
    intent_id: str
    type: OrderType
    quantity: Decimal
    code: str
    numbers: Amounts = ()


@dataclass(frozen=True, slots=True)
class OrderSubmitted:
    """Committed before anything is sent: the exact parameters, what they reserve, until when an answer counts."""

    order_id: str
    intent_id: str
    attempt: int
    type: OrderType
    quantity: Decimal
    wire: Texts
    deadline: int
    price: Decimal | None = None
    trigger: Decimal | None = None
    reduce_only: bool = False
    reserved: Amounts = ()
    risk: Amounts = ()


@dataclass(frozen=True, slots=True)
class OrderAccepted:
    """The venue has it and named it `venue_id`."""

    order_id: str
    venue_id: str
    venue_time: int | None = None


@dataclass(frozen=True, slots=True)
class OrderUnknown:
    """No answer, or none that says whether the venue has it."""

    order_id: str
    cause: str


@dataclass(frozen=True, slots=True)
class OrderRejected:
    order_id: str
    code: str
    evidence: str


@dataclass(frozen=True, slots=True)
class OrderNeverPlaced:
    """Proven not to be at the venue."""

    order_id: str
    evidence: str


@dataclass(frozen=True, slots=True)
class OrderQuarantined:
    """The resolver's time is up: nobody knows, the symbol may only be reduced."""

    order_id: str
    evidence: str


@dataclass(frozen=True, slots=True)
class OrderCanceled:
    """`filled` is the venue's final cumulative fill in base units, which the fills must come to."""

    order_id: str
    filled: Decimal
    evidence: str


@dataclass(frozen=True, slots=True)
class OrderExpired:
    """Ended by the venue; `filled` as in OrderCanceled."""

    order_id: str
    filled: Decimal
    evidence: str


@dataclass(frozen=True, slots=True)
class OrderAdopted:
    """An order found at the venue that the ledger did not know, or held for never placed.

    `ours`: it carries one of our prefixes; another's is tracked and never touched.
    """

    order_id: str
    account: str
    strategy: str
    symbol: str
    side: Side
    type: OrderType
    quantity: Decimal
    venue_id: str
    ours: bool
    evidence: str
    price: Decimal | None = None
    trigger: Decimal | None = None
    reduce_only: bool = False


@dataclass(frozen=True, slots=True)
class CommandSent:
    """Committed before a cancel or an amendment is sent."""

    order_id: str
    command: Command
    reason: str
    wire: Texts = ()


@dataclass(frozen=True, slots=True)
class CommandUnknown:
    """The answer to the pending command is missing or unclear."""

    order_id: str
    cause: str


@dataclass(frozen=True, slots=True)
class CommandSettled:
    """The pending command is answered and changed nothing."""

    order_id: str
    evidence: str


@dataclass(frozen=True, slots=True)
class OrderAmended:
    """The pending amendment took: what the order is now. `reserved`: what it holds back from then on; None: as ever."""

    order_id: str
    venue_id: str
    quantity: Decimal
    price: Decimal | None = None
    trigger: Decimal | None = None
    reserved: Amounts | None = None


Ending = OrderRejected | OrderNeverPlaced | OrderCanceled | OrderExpired
OrderEvent = (
    OrderDenied
    | OrderSubmitted
    | OrderAccepted
    | OrderUnknown
    | OrderQuarantined
    | Ending
    | OrderAdopted
    | CommandSent
    | CommandUnknown
    | CommandSettled
    | OrderAmended
)
