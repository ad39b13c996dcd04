"""The core's records in the words that every broker speaks."""

from __future__ import annotations

from collections.abc import Iterator

from ..brokers.words import (
    Balance,
    BalancesReport,
    CandleReport,
    FillReport,
    FundingReport,
    OrderReport,
    PositionReport,
    Report,
)
from ..ledger.values import Source
from .accounts import Account, Event, Holding, HoldingEvent, OrderEvent, Wallet
from .exchange import Exchange
from .market_data import Candle
from .orders import Fill, Funding, Order
from .spec import ZERO


def order_report(order: Order, source: Source) -> OrderReport:
    return OrderReport(
        order.symbol, str(order.order_id), order.client_id, order.side, order.type, order.status, order.quantity,
        order.filled, order.price, order.trigger, order.reduce_only, order.updated, source,
    )  # fmt: skip


def fill_report(fill: Fill, source: Source) -> FillReport:
    return FillReport(
        fill.symbol, str(fill.fill_id), str(fill.order_id), fill.client_id, fill.side, fill.quantity, fill.price,
        fill.fee, fill.fee_currency, fill.maker, fill.time, source,
    )  # fmt: skip


def balances_report(wallets: dict[str, Wallet], whole: bool, source: Source) -> BalancesReport:
    return BalancesReport({name: Balance(one.total, one.free) for name, one in wallets.items()}, whole, source)


def position_report(
    exchange: Exchange, account: Account, symbol: str, holding: Holding, source: Source
) -> PositionReport:
    liquidation = holding.liquidation(exchange.market(symbol).spec.maintenance)
    entry = holding.entry if holding.quantity else None
    isolated = symbol not in account.cross
    return PositionReport(
        symbol, holding.quantity or ZERO, entry, account.leverage(symbol), isolated, liquidation, source
    )


def funding_report(funding: Funding) -> FundingReport:
    return FundingReport(funding.symbol, str(funding.funding_id), funding.amount, funding.currency, funding.time)


def candle_report(candle: Candle, closed: bool | None) -> CandleReport:
    return CandleReport(candle.time, candle.open, candle.high, candle.low, candle.close, candle.volume, closed)


def event_reports(exchange: Exchange, account: Account, event: Event) -> Iterator[Report]:
    """What one message of the user stream says: a fill before the order that it changed."""
    body = event.body
    if isinstance(body, OrderEvent):
        if body.fill is not None:
            yield fill_report(body.fill, Source.STREAM)
        yield order_report(body.order, Source.STREAM)
    elif isinstance(body, HoldingEvent):
        yield position_report(exchange, account, body.symbol, body.holding, Source.STREAM)
    else:
        yield balances_report(body.wallets, False, Source.STREAM)
