"""ccxt's dictionaries in, reports out. Whatever cannot be read for certain raises: a half-read answer is none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from ..ledger.values import OrderType, Side, Source, Texts
from .instruments import Contract, number
from .outcome import ReadError
from .words import (
    Balance,
    BalancesReport,
    CandleReport,
    FillReport,
    FundingReport,
    OrderReport,
    PositionReport,
    Quote,
    Status,
)

_STATUS = {
    "open": Status.OPEN,
    "canceling": Status.OPEN,
    "PENDING": Status.OPEN,
    "QUEUED": Status.OPEN,
    "CANCEL_QUEUED": Status.OPEN,
    "EDIT_QUEUED": Status.OPEN,
    "NEW_ADL": Status.OPEN,
    "NEW_INSURANCE": Status.OPEN,
    "closed": Status.CLOSED,
    "canceled": Status.CANCELED,
    "cancelled": Status.CANCELED,
    "expired": Status.EXPIRED,
    "expired_in_match": Status.EXPIRED,
    "rejected": Status.REJECTED,
    "REJECTED": Status.REJECTED,
    "TRIGGER_ACTIVATION_FAILURE": Status.REJECTED,
}
"""Of ccxt's words, and of venues' that it passes on as they are."""
_LONGEST_NAME = 200


def order_report(row: object, contract: Contract, source: Source, prefix: str = "") -> OrderReport:
    """`prefix` is what the venue has before every client id. Raises ReadError."""
    given = _row(row, "order")
    size, symbol = contract.size, contract.instrument.symbol
    quantity = _times(number(given.get("amount")), size)
    if quantity is None:
        raise ReadError(f"an order of {symbol} came without its quantity")
    status, filled = _progress(given, quantity, contract)
    kind = order_type(given)
    limited = kind in (OrderType.LIMIT, OrderType.STOP_LIMIT)
    return OrderReport(
        symbol=symbol,
        venue_id=_identity(given.get("id"), "order"),
        client_id=client_id_of(given, prefix),
        side=_side(given.get("side")),
        type=kind,
        status=status,
        quantity=quantity,
        filled=filled,
        price=_positive(given.get("price")) if limited else None,  # ccxt puts the average there
        trigger=trigger_of(given),
        reduce_only=given.get("reduceOnly") is True,
        time=_time(given.get("lastUpdateTimestamp")) or _time(given.get("timestamp")),
        source=source,
    )


def acknowledgement(row: object, wire: Texts, contract: Contract, prefix: str = "") -> OrderReport:
    """The answer to a new order; what it leaves out is what was sent. Raises ReadError for one without an id."""
    given, sent = _row(row, "order"), dict(wire)
    asked: dict[str, object] = {name: sent.get(name) for name in ("amount", "side", "price", "type")}
    asked |= {name.removeprefix("params."): text for name, text in sent.items() if name.startswith("params.")}
    asked |= {"status": "open", "reduceOnly": asked.get("reduceOnly") == "true"}
    merged = asked | {name: value for name, value in given.items() if value is not None}
    if merged.get("filled") is None and merged.get("remaining") is None and merged["status"] == "open":
        merged["filled"] = 0
    if number(merged.get("amount")) in (None, 0):
        merged["amount"] = sent.get("amount")
    return order_report(merged, contract, Source.ANSWER, prefix)


def order_type(given: Mapping[str, Any]) -> OrderType:
    """By its prices: venues have many names for the same four orders."""
    limited = _positive(given.get("price")) is not None and "market" not in str(given.get("type")).lower()
    if trigger_of(given) is not None:
        return OrderType.STOP_LIMIT if limited else OrderType.STOP
    return OrderType.LIMIT if limited else OrderType.MARKET


def trigger_of(given: Mapping[str, Any]) -> Decimal | None:
    for name in ("triggerPrice", "stopLossPrice", "stopPrice"):
        found = _positive(given.get(name))
        if found is not None:
            return found
    return None


def client_id_of(given: Mapping[str, Any], prefix: str = "") -> str | None:
    """None also for what can be none of ours."""
    found = given.get("clientOrderId")
    return found.removeprefix(prefix) or None if isinstance(found, str) and _is_name(found) else None


def fill_report(row: object, contract: Contract, source: Source, prefix: str = "") -> FillReport:
    """Raises ReadError."""
    given = _row(row, "fill")
    symbol = contract.instrument.symbol
    quantity, price = _times(number(given.get("amount")), contract.size), _positive(given.get("price"))
    time = _time(given.get("timestamp"))
    if quantity is None or quantity <= 0 or price is None or time is None:
        raise ReadError(f"an execution of {symbol} came without its quantity, price or time")
    fee, currency = _fee(given)
    return FillReport(
        symbol=symbol,
        fill_id=_identity(given.get("id"), "execution"),
        venue_id=_identity(given.get("order"), "order of an execution"),
        client_id=client_id_of(given, prefix),
        side=_side(given.get("side")),
        quantity=quantity,
        price=price,
        fee=fee,
        fee_currency=currency,
        maker={"maker": True, "taker": False}.get(str(given.get("takerOrMaker"))),
        time=time,
        source=source,
    )


def balances_report(given: object, source: Source, whole: bool) -> BalancesReport:
    """Raises ReadError."""
    row = _row(given, "balance")
    totals, free = row.get("total"), row.get("free")
    if not isinstance(totals, Mapping):
        raise ReadError("balances came without totals")
    free = free if isinstance(free, Mapping) else {}
    found = {}
    for currency, value in totals.items():
        total, unused = number(value), number(free.get(currency))
        if total is None and unused is None:
            continue
        total = unused if total is None else total
        found[str(currency)] = Balance(total or Decimal(0), total or Decimal(0) if unused is None else unused)
    return BalancesReport(found, whole, source)


def position_report(row: object, contract: Contract, source: Source) -> PositionReport:
    """Raises ReadError."""
    given = _row(row, "position")
    symbol = contract.instrument.symbol
    contracts, side = number(given.get("contracts")), given.get("side")
    if contracts is None or (contracts != 0 and side not in ("long", "short")):
        raise ReadError(f"the position of {symbol} came without its quantity or side")
    size = number(given.get("contractSize")) or contract.size
    quantity = abs(contracts) * size
    mode = given.get("marginMode")
    return PositionReport(
        symbol=symbol,
        quantity=-quantity if side == "short" else quantity,
        entry_price=_positive(given.get("entryPrice")),
        leverage=_positive(given.get("leverage")),
        isolated=mode == "isolated" if mode in ("isolated", "cross") else None,
        liquidation=_positive(given.get("liquidationPrice")),
        source=source,
    )


def funding_report(row: object, symbol: str) -> FundingReport:
    """Raises ReadError."""
    given = _row(row, "funding")
    amount, time = number(given.get("amount")), _time(given.get("timestamp"))
    currency = given.get("code")
    if amount is None or time is None or not isinstance(currency, str):
        raise ReadError(f"a funding payment of {symbol} came without its amount, currency or time")
    identity = given.get("id")
    return FundingReport(symbol, str(identity) if identity else f"{symbol}@{time}", amount, currency, time)


def quote(ticker: object, book: object, symbol: str, now: int) -> Quote:
    """From a ticker, and from an order book where the ticker has no best prices."""
    given = ticker if isinstance(ticker, Mapping) else {}
    bid, ask = _positive(given.get("bid")), _positive(given.get("ask"))
    levels = book if isinstance(book, Mapping) else {}
    return Quote(
        symbol,
        bid if bid is not None else _best(levels.get("bids")),
        ask if ask is not None else _best(levels.get("asks")),
        _positive(given.get("last")),
        _time(given.get("timestamp")) or now,
    )


def candle(row: object, closed: bool | None = None) -> CandleReport:
    """Raises ReadError."""
    try:
        time, *prices = list(row)  # type: ignore[call-overload]  # what is no list is told below
        opened, high, low, close, volume = (float(value) for value in prices[:5])
        return CandleReport(int(time), opened, high, low, close, volume, closed)
    except (TypeError, ValueError) as error:
        raise ReadError(f"a candle came that is none: {str(row)[:80]}") from error


def rows(answer: object) -> list[Any]:
    """Raises ReadError for what is no list."""
    if not isinstance(answer, list):
        raise ReadError(f"the venue answered {type(answer).__name__} where a list was due")
    return list(answer)


def _progress(given: Mapping[str, Any], quantity: Decimal, contract: Contract) -> tuple[Status, Decimal]:
    """Its state and how much of it was filled, where both are certain."""
    symbol, stop = contract.instrument.symbol, trigger_of(given) is not None
    status = _STATUS.get(str(given.get("status")))
    filled = _times(number(given.get("filled")), contract.size)
    if filled is None and (remaining := _times(number(given.get("remaining")), contract.size)) is not None:
        filled = quantity - remaining
    if filled is None and status is Status.CLOSED and not stop:
        filled = quantity
    if filled is None and status in (Status.OPEN, Status.CANCELED, Status.EXPIRED, Status.REJECTED) and stop:
        filled = Decimal(0)  # it never left its list of stops, which says nothing of fills
    if status is None or filled is None or filled < 0:
        raise ReadError(f"an order of {symbol} came without its state or how much of it was filled")
    if status is Status.CLOSED and filled < quantity:
        if stop:
            raise ReadError(f"a stop of {symbol} triggered, and what became of it is not said")
        status = Status.CANCELED  # it ended with a remainder
    return status, filled


def _fee(given: Mapping[str, Any]) -> tuple[Decimal | None, str | None]:
    fees = given.get("fees")
    several: Iterable[object] = fees if isinstance(fees, list) and fees else [given.get("fee")]
    costs: dict[str, Decimal] = {}
    for fee in several:
        if isinstance(fee, Mapping) and (cost := number(fee.get("cost"))) is not None:
            currency = str(fee.get("currency") or "")
            costs[currency] = costs.get(currency, Decimal(0)) + cost
    paid = {currency: cost for currency, cost in costs.items() if cost and currency}
    for currency, cost in (paid or costs).items():
        return cost, currency or None
    return None, None


def _best(levels: object) -> Decimal | None:
    try:
        return _positive(levels[0][0])  # type: ignore[index]  # what has no rows has no best
    except (TypeError, IndexError, KeyError):
        return None


def _row(given: object, what: str) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise ReadError(f"the venue answered {type(given).__name__} where an {what} was due")
    return given


def _identity(value: object, what: str) -> str:
    if value is None or isinstance(value, bool) or str(value) in ("", "None"):
        raise ReadError(f"the venue named no id of an {what}")
    if not _is_name(str(value)):
        raise ReadError(f"the venue named an id of an {what} that is none")
    return str(value)


def _is_name(text: str) -> bool:
    return len(text) <= _LONGEST_NAME and text.isprintable()


def _side(value: object) -> Side:
    if value not in ("buy", "sell"):
        raise ReadError("the venue did not say whether it is a buy or a sell")
    return Side(str(value))


def _positive(value: object) -> Decimal | None:
    found = number(value)
    return found if found is not None and found > 0 else None


def _times(value: Decimal | None, size: Decimal) -> Decimal | None:
    return value if value is None or size == 1 else value * size


def _time(value: object) -> int | None:
    found = number(value)
    return int(found) if found is not None and found > 0 else None
