"""Binance USD-M contracts: its REST routes with the list of algo orders, market streams, and listen keys."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from ...market.venue import Kind
from ..accounts import Account, Event
from ..exchange import Exchange, is_stop
from ..faults import Call, Faults
from ..market import Market
from ..orders import Order
from ..refusal import Refusal, RefusedError
from ..spec import ZERO
from .binance_codes import USDM, error_answer, refuser
from .binance_contracts import (
    ACTUAL,
    algo_order,
    contract_fill,
    contract_order,
    event_messages,
    is_algo,
    position,
    unrealized,
)
from .binance_lists import orders_between, own_order, rows_of
from .binance_public import Public
from .binance_sign import KEY_HEADER, Identity
from .binance_streams import Streams
from .binance_words import market_id, market_of, request_of, without_ids
from .gateway import Ask, Gateway, Route
from .numbers import integer, number, text

PREFIX = "/fapi/v1"
LISTEN = "listen-"


class BinanceUsdm:
    """`stamps` False ignores the age of requests, for an exchange whose clock runs faster than its clients'."""

    hosts = ("fapi.binance.com", "fstream.binance.com")

    def __init__(self, faults: Faults | None = None, stamps: bool = True) -> None:
        self.faults, self._stamps = faults or Faults(), stamps

    def application(self, exchange: Exchange) -> web.Application:
        self._exchange = exchange
        self._identity = Identity(exchange, self._stamps)
        self._gateway = Gateway(
            exchange, self.faults, self._identity.of_request,
            lambda call, refused, params: refuser(USDM, call, refused), error_answer, without_ids, KEY_HEADER,
        )  # fmt: skip
        self._streams = Streams(exchange, Kind.PERP, self.faults, self._tell, self._identity.of_message)
        application = web.Application()
        for (method, path), route in {**Public(exchange, Kind.PERP, PREFIX).routes(), **self._routes()}.items():
            application.router.add_route(method, path, self._gateway.handler(route))
        application.router.add_get("/{path:.*ws.*|stream.*}", self._socket)
        return application

    async def close(self) -> None:
        self._gateway.close()
        self._streams.close()

    def _routes(self) -> dict[tuple[str, str], Route]:
        find = Route(Call.FIND, lambda ask: contract_order(self._own(ask)))
        table = {
            ("POST", "/v1/order"): Route(Call.SUBMIT, self._place),
            ("PUT", "/v1/order"): Route(Call.AMEND, self._modify, seek=self._seek),
            ("DELETE", "/v1/order"): Route(Call.CANCEL, self._cancel, seek=self._seek),
            ("GET", "/v1/order"): find,
            ("GET", "/v1/openOrder"): find,
            ("GET", "/v1/openOrders"): Route(Call.OPEN_ORDERS, lambda ask: self._open(ask, algo=False)),
            ("GET", "/v1/allOrders"): Route(Call.ENDED_ORDERS, lambda ask: self._all(ask, algo=False)),
            ("POST", "/v1/algoOrder"): Route(Call.SUBMIT, self._place_algo),
            ("DELETE", "/v1/algoOrder"): Route(Call.CANCEL, self._cancel_algo, seek=self._seek_algo),
            ("GET", "/v1/algoOrder"): Route(Call.FIND, lambda ask: algo_order(self._own_algo(ask))),
            ("GET", "/v1/openAlgoOrders"): Route(Call.OPEN_ORDERS, lambda ask: self._open(ask, algo=True)),
            ("GET", "/v1/allAlgoOrders"): Route(Call.ENDED_ORDERS, lambda ask: self._all(ask, algo=True)),
            ("GET", "/v1/userTrades"): Route(Call.FILLS, self._fills),
            ("GET", "/v2/account"): Route(Call.BALANCES, self._account),
            ("GET", "/v3/account"): Route(Call.BALANCES, self._account),
            ("GET", "/v2/positionRisk"): Route(Call.POSITIONS, lambda ask: self._positions(ask, 2)),
            ("GET", "/v3/positionRisk"): Route(Call.POSITIONS, lambda ask: self._positions(ask, 3)),
            ("GET", "/v1/leverageBracket"): Route(Call.INSTRUMENTS, self._brackets),
            ("GET", "/v1/symbolConfig"): Route(Call.PERMISSIONS, self._settings),
            ("GET", "/v1/accountConfig"): Route(Call.PERMISSIONS, self._permissions),
            ("GET", "/v1/positionSide/dual"): Route(Call.PERMISSIONS, lambda ask: {"dualSidePosition": False}),
            ("POST", "/v1/leverage"): Route(Call.LEVERAGE, self._leverage),
            ("POST", "/v1/marginType"): Route(Call.LEVERAGE, self._margin),
            ("GET", "/v1/income"): Route(Call.FUNDING, self._income),
            ("POST", "/v1/listenKey"): Route(Call.PERMISSIONS, self._listen, signed=False),
            ("PUT", "/v1/listenKey"): Route(Call.PERMISSIONS, self._listen, signed=False),
        }
        return {(method, f"/fapi{path}"): route for (method, path), route in table.items()}

    def _market(self, ask: Ask) -> Market:
        return market_of(self._exchange, Kind.PERP, ask.params.get("symbol", ""))

    def _own(self, ask: Ask) -> Order:
        params = dict(ask.params)
        if (integer(params, "orderId") or 0) > ACTUAL:
            params["orderId"] = str(int(params["orderId"]) - ACTUAL)
        order = own_order(self._exchange, ask.owner, self._market(ask), params, "orderId", "origClientOrderId")
        if is_algo(order):
            raise RefusedError(Refusal.NO_ORDER, "an algo order that did not trigger")
        return order

    def _own_algo(self, ask: Ask) -> Order:
        order = self._exchange.find(ask.owner, integer(ask.params, "algoId"), ask.params.get("clientAlgoId"))
        if not is_stop(order):
            raise RefusedError(Refusal.NO_ORDER, "not an algo order")
        return order

    def _seek(self, ask: Ask) -> None:
        ask.order = self._own(ask)

    def _seek_algo(self, ask: Ask) -> None:
        ask.order = self._own_algo(ask)

    def _place(self, ask: Ask) -> dict[str, Any]:
        request = request_of(self._market(ask), ask.params)
        if request.trigger is not None:
            raise RefusedError(Refusal.BAD_REQUEST, "stops are algo orders")
        ask.order = self._exchange.place(ask.owner, request)
        return contract_order(ask.order)

    def _place_algo(self, ask: Ask) -> dict[str, Any]:
        ask.order = self._exchange.place(ask.owner, request_of(self._market(ask), ask.params))
        return algo_order(ask.order)

    def _modify(self, ask: Ask) -> dict[str, Any]:
        order, quantity, price = self._own(ask), number(ask.params, "quantity"), number(ask.params, "price")
        if quantity is None or price is None:
            raise RefusedError(Refusal.BAD_REQUEST, "quantity and price must be sent")
        ask.order = self._exchange.modify(ask.owner, order, quantity, price)
        return contract_order(ask.order)

    def _cancel(self, ask: Ask) -> dict[str, Any]:
        ask.order = self._exchange.cancel(ask.owner, self._own(ask))
        return contract_order(ask.order)

    def _cancel_algo(self, ask: Ask) -> dict[str, Any]:
        order = self._own_algo(ask)
        if not is_algo(order):
            raise RefusedError(Refusal.NO_ORDER, "it has triggered")
        ask.order = self._exchange.cancel(ask.owner, order)
        return {"algoId": order.order_id, "clientAlgoId": order.client_id, "code": "200", "msg": "success"}

    def _open(self, ask: Ask, algo: bool) -> list[dict[str, Any]]:
        symbol = self._market(ask).spec.symbol if "symbol" in ask.params else None
        mine = [order for order in ask.owner.open.values() if ":" in order.symbol and is_algo(order) is algo]
        word = algo_order if algo else contract_order
        return [word(order) for order in mine if symbol is None or order.symbol == symbol]

    def _all(self, ask: Ask, algo: bool) -> list[dict[str, Any]]:
        rows = orders_between(ask.owner, self._market(ask), ask.params)
        if algo:
            return [algo_order(order) for order in rows if is_stop(order)]
        return [contract_order(order) for order in rows if not is_algo(order)]

    def _fills(self, ask: Ask) -> list[dict[str, Any]]:
        params = dict(ask.params)
        if (integer(params, "orderId") or 0) > ACTUAL:
            params["orderId"] = str(int(params["orderId"]) - ACTUAL)
        rows = rows_of(ask.owner.fills, self._market(ask), params)
        return [contract_fill(row, ask.owner.orders[row.order_id]) for row in rows]

    def _held(self, owner: Account) -> list[Market]:
        """Markets with a position or an open order: the others are left out, as Binance leaves them out."""
        busy = {symbol for symbol, holding in owner.holdings.items() if holding.quantity}
        busy |= {order.symbol for order in owner.open.values()}
        return [market for symbol, market in self._exchange.markets.items() if symbol in busy and market.spec.settle]

    def _positions(self, ask: Ask, version: int) -> list[dict[str, Any]]:
        wanted = [self._market(ask)] if "symbol" in ask.params else self._held(ask.owner)
        left = [market for market in wanted if market.spec.symbol not in ask.omitted and "" not in ask.omitted]
        return [position(ask.owner, market, version) for market in left]

    def _account(self, ask: Ask) -> dict[str, Any]:
        owner, assets = ask.owner, []
        for name, wallet in owner.wallets.items():
            gain = sum((unrealized(owner, one) for one in self._held(owner) if one.spec.settle == name), ZERO)
            assets.append({
                "asset": name, "walletBalance": text(wallet.total), "unrealizedProfit": text(gain),
                "marginBalance": text(wallet.total + gain), "maintMargin": "0", "initialMargin": text(wallet.locked),
                "positionInitialMargin": "0", "openOrderInitialMargin": "0", "crossWalletBalance": text(wallet.free),
                "crossUnPnl": "0", "availableBalance": text(wallet.free), "maxWithdrawAmount": text(wallet.free),
                "updateTime": max(self._exchange.now(), 1),
            })  # fmt: skip
        rows = [position(owner, market, 2) for market in self._held(owner)]
        return {
            "canTrade": owner.may_trade, "canWithdraw": owner.may_withdraw, "canDeposit": True, "feeTier": 0,
            "assets": assets, "positions": rows,
        }  # fmt: skip

    def _permissions(self, ask: Ask) -> dict[str, Any]:
        owner = ask.owner
        return {"canTrade": owner.may_trade, "canWithdraw": owner.may_withdraw, "canDeposit": True,
                "dualSidePosition": False, "multiAssetsMargin": False, "feeTier": 0}  # fmt: skip

    def _brackets(self, ask: Ask) -> list[dict[str, Any]]:
        markets = [market.spec for market in self._exchange.markets.values() if market.spec.settle]
        return [
            {"symbol": market_id(spec.symbol), "brackets": [
                {"bracket": 1, "initialLeverage": int(spec.max_leverage), "notionalCap": 10**9, "notionalFloor": 0,
                 "maintMarginRatio": float(spec.maintenance), "cum": 0.0}
            ]}
            for spec in markets
        ]  # fmt: skip

    def _settings(self, ask: Ask) -> list[dict[str, Any]]:
        owner = ask.owner
        wanted = [self._market(ask)] if "symbol" in ask.params else list(self._exchange.markets.values())
        return [
            {"symbol": market_id(market.spec.symbol), "isAutoAddMargin": False,
             "marginType": "CROSSED" if market.spec.symbol in owner.cross else "ISOLATED",
             "leverage": int(owner.leverage(market.spec.symbol)), "maxNotionalValue": "1000000000"}
            for market in wanted if market.spec.settle
        ]  # fmt: skip

    def _leverage(self, ask: Ask) -> dict[str, Any]:
        symbol, leverage = self._market(ask).spec.symbol, number(ask.params, "leverage") or ZERO
        self._exchange.set_leverage(ask.owner, symbol, leverage, symbol not in ask.owner.cross)
        return {"symbol": ask.params["symbol"], "leverage": int(leverage), "maxNotionalValue": "1000000000"}

    def _margin(self, ask: Ask) -> dict[str, Any]:
        symbol, isolated = self._market(ask).spec.symbol, ask.params.get("marginType") == "ISOLATED"
        if isolated is (symbol not in ask.owner.cross):
            raise RefusedError(Refusal.NO_CHANGE, "no need to change margin type")
        self._exchange.set_leverage(ask.owner, symbol, ask.owner.leverage(symbol), isolated)
        return {"code": 200, "msg": "success"}

    def _income(self, ask: Ask) -> list[dict[str, Any]]:
        symbol = self._market(ask).spec.symbol if "symbol" in ask.params else None
        since, until = integer(ask.params, "startTime") or 0, integer(ask.params, "endTime")
        rows = [
            row for row in ask.owner.funding
            if (symbol is None or row.symbol == symbol) and row.time >= since and (until is None or row.time <= until)
        ]  # fmt: skip
        return [
            {"symbol": market_id(row.symbol), "incomeType": "FUNDING_FEE", "income": text(row.amount),
             "asset": row.currency, "time": row.time, "info": "FUNDING_FEE", "tranId": row.funding_id, "tradeId": ""}
            for row in rows[: integer(ask.params, "limit") or 100]
        ]  # fmt: skip

    def _listen(self, ask: Ask) -> dict[str, Any]:
        return {"listenKey": LISTEN + self._identity.of_key(ask.key).name}

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        listen = request.query.get("listenKey") or request.path.rpartition("/")[2]
        account = self._exchange.accounts.get(listen.removeprefix(LISTEN)) if listen.startswith(LISTEN) else None
        return await (self._streams.public(request) if account is None else self._streams.user(request, account))

    def _tell(self, account: Account, event: Event) -> list[dict[str, Any]]:
        return event_messages(self._exchange, account, event)
