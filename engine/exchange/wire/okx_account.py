"""OKX's account: balances, positions, leverage, what the keys allow, and bills of funding."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..accounts import Account
from ..exchange import Exchange
from ..faults import Call
from ..market import Market
from ..refusal import Refusal, RefusedError
from ..spec import ZERO
from .gateway import Ask, Route
from .numbers import integer, number, text
from .okx_public import PREFIX, answered
from .okx_words import Row, balance_row, market_id, market_of, position_row


class Accounts:
    """Signed routes below `/account`."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def routes(self) -> dict[tuple[str, str], Route]:
        table: dict[tuple[str, str], tuple[Call, Callable[[Ask], list[Any]]]] = {
            ("GET", "balance"): (Call.BALANCES, lambda ask: [self.balances(ask.owner, list(ask.owner.wallets))]),
            ("GET", "positions"): (Call.POSITIONS, self._positions),
            ("GET", "config"): (Call.PERMISSIONS, self._config),
            ("GET", "leverage-info"): (Call.PERMISSIONS, self._leverages),
            ("POST", "set-leverage"): (Call.LEVERAGE, self._set_leverage),
            ("GET", "bills"): (Call.FUNDING, self._bills),
            ("GET", "bills-archive"): (Call.FUNDING, self._bills),
        }
        return {
            (method, f"{PREFIX}/account/{path}"): _route(call, work) for (method, path), (call, work) in table.items()
        }

    def balances(self, owner: Account, names: list[str]) -> Row:
        now = self._exchange.now()
        rows = [balance_row(name, owner.wallet(name), now) for name in names]
        return {"details": rows, "totalEq": "0", "adjEq": "", "uTime": str(now)}

    def held(self, owner: Account) -> list[Market]:
        """Markets with a position."""
        return [market for symbol, market in self._exchange.markets.items()
                if symbol in owner.holdings and owner.holdings[symbol].quantity]  # fmt: skip

    def _positions(self, ask: Ask) -> list[Row]:
        """Asked by name, a position that ended is told as zero."""
        if ask.params.get("instId"):
            named = [market_of(self._exchange, name) for name in ask.params["instId"].split(",")]
            markets = [market for market in named if ask.owner.name in market.holders]
        else:
            markets = self.held(ask.owner)
        left = [market for market in markets if market.spec.symbol not in ask.omitted and "" not in ask.omitted]
        return [position_row(ask.owner, market, ask.owner.holding(market.spec.symbol)) for market in left]

    def _config(self, ask: Ask) -> list[Row]:
        owner = ask.owner
        allowed = ["read_only", *(["trade"] if owner.may_trade else []), *(["withdraw"] if owner.may_withdraw else [])]
        return [{"uid": "1", "acctLv": "2", "posMode": "net_mode", "autoLoan": False, "perm": ",".join(allowed)}]

    def _leverages(self, ask: Ask) -> list[Row]:
        symbol = market_of(self._exchange, ask.params.get("instId", "")).spec.symbol
        return [{"instId": ask.params["instId"], "mgnMode": ask.params.get("mgnMode", "isolated"), "posSide": "net",
                 "lever": text(ask.owner.leverage(symbol))}]  # fmt: skip

    def _set_leverage(self, ask: Ask) -> list[Row]:
        market, leverage = market_of(self._exchange, ask.params.get("instId", "")), number(ask.params, "lever")
        mode = ask.params.get("mgnMode")
        if not market.spec.settle or mode not in ("cross", "isolated"):
            raise RefusedError(Refusal.BAD_REQUEST, "only contracts have a leverage, in the mode cross or isolated")
        self._exchange.set_leverage(ask.owner, market.spec.symbol, leverage or ZERO, mode == "isolated")
        return [{"instId": ask.params["instId"], "lever": text(leverage), "mgnMode": mode, "posSide": "net"}]

    def _bills(self, ask: Ask) -> list[Row]:
        """Funding, newest first."""
        rows = [
            {"billId": str(row.funding_id), "bal": "0", "balChg": text(row.amount), "ccy": row.currency, "fee": "0",
             "instId": market_id(self._exchange.market(row.symbol).spec), "instType": "SWAP", "mgnMode": "isolated",
             "pnl": text(row.amount), "subType": "174" if row.amount > 0 else "173", "sz": "0", "ts": str(row.time),
             "type": "8"}
            for row in reversed(ask.owner.funding)
        ]  # fmt: skip
        wanted = rows if ask.params.get("type") == "8" else []
        return wanted[: min(integer(ask.params, "limit") or 100, 100)]


def _route(call: Call, work: Callable[[Ask], list[Any]]) -> Route:
    return Route(call, lambda ask: answered(work(ask)))
