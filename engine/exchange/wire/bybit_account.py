"""Bybit's unified account: what it is and allows, the wallet, positions, leverage and margin mode."""

from __future__ import annotations

from collections.abc import Callable

from ..accounts import Account
from ..exchange import Exchange
from ..faults import Call
from ..market import Market
from ..refusal import Refusal, RefusedError
from ..spec import ZERO
from .bybit_public import Answers
from .bybit_words import Row, coin_row, market_of, position_row
from .gateway import Ask, Route
from .numbers import number


class Accounts:
    """Signed routes below `/user`, `/account` and `/position`."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange, self._answers = exchange, Answers(exchange)

    def routes(self) -> dict[tuple[str, str], Route]:
        table: dict[tuple[str, str], tuple[Call, Callable[[Ask], Row]]] = {
            ("GET", "user/query-api"): (Call.PERMISSIONS, self._key),
            ("GET", "account/info"): (Call.PERMISSIONS, self._info),
            ("POST", "account/set-margin-mode"): (Call.LEVERAGE, self._set_mode),
            ("GET", "account/wallet-balance"): (Call.BALANCES, lambda ask: {"list": [wallet(ask.owner)]}),
            ("GET", "position/list"): (Call.POSITIONS, self._positions),
            ("POST", "position/set-leverage"): (Call.LEVERAGE, self._set_leverage),
        }
        return {
            (method, f"/v5/{path}"): self._answers.route(call, work, signed=True)
            for (method, path), (call, work) in table.items()
        }

    def _contracts(self) -> list[Market]:
        return [market for market in self._exchange.markets.values() if market.spec.settle]

    def _key(self, ask: Ask) -> Row:
        owner = ask.owner
        trade = owner.may_trade
        allowed = {"Spot": ["SpotTrade"] if trade else [], "ContractTrade": ["Order", "Position"] if trade else [],
                   "Wallet": ["Withdraw"] if owner.may_withdraw else []}  # fmt: skip
        return {"readOnly": 0 if trade else 1, "permissions": allowed, "uta": 1, "unified": 0, "userID": 1}

    def _info(self, ask: Ask) -> Row:
        cross = any(market.spec.symbol in ask.owner.cross for market in self._contracts())
        return {"unifiedMarginStatus": 6, "marginMode": "REGULAR_MARGIN" if cross else "ISOLATED_MARGIN"}

    def _set_mode(self, ask: Ask) -> Row:
        """The mode is the whole account's."""
        mode = ask.params.get("setMarginMode")
        if mode not in ("ISOLATED_MARGIN", "REGULAR_MARGIN"):
            raise RefusedError(Refusal.BAD_REQUEST, "setMarginMode is missing or unknown")
        owner = ask.owner
        for market in self._contracts():
            symbol = market.spec.symbol
            self._exchange.set_leverage(owner, symbol, owner.leverage(symbol), mode == "ISOLATED_MARGIN")
        return {"reasons": []}

    def _positions(self, ask: Ask) -> Row:
        """Of a symbol also where there is none; else all that there are."""
        owner, params = ask.owner, ask.params
        if params.get("symbol"):
            markets = [market_of(self._exchange, params.get("category", ""), params["symbol"])]
        elif params.get("settleCoin"):
            held = [market for market in self._contracts() if owner.holding(market.spec.symbol).quantity]
            markets = [market for market in held if market.spec.settle == params["settleCoin"]]
        elif params.get("category") == "linear":
            raise RefusedError(Refusal.BAD_REQUEST, "symbol or settleCoin must be sent")
        else:
            markets = []  # inverse contracts are not listed here
        left = [market for market in markets if market.spec.symbol not in ask.omitted and "" not in ask.omitted]
        rows = [position_row(owner, market, owner.holding(market.spec.symbol)) for market in left]
        return {"category": params.get("category"), "list": rows, "nextPageCursor": ""}

    def _set_leverage(self, ask: Ask) -> Row:
        market = market_of(self._exchange, ask.params.get("category", ""), ask.params.get("symbol", ""))
        symbol, leverage = market.spec.symbol, number(ask.params, "buyLeverage") or ZERO
        if leverage == ask.owner.leverages.get(symbol):
            raise RefusedError(Refusal.NO_CHANGE, "leverage not modified")
        self._exchange.set_leverage(ask.owner, symbol, leverage, symbol not in ask.owner.cross)
        return {}


def wallet(owner: Account) -> Row:
    return {"accountType": "UNIFIED", "coin": [coin_row(owner, name) for name in owner.wallets]}
