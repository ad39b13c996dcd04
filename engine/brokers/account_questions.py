"""Balances, positions, funding, what the keys allow, leverage and the venue's own state, through ccxt."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any

from ..ledger.values import Source
from ..market.venue import Kind
from . import classify, parse
from .connect import Connection
from .instruments import Contract
from .local_session import UnmappedError
from .paging import DAY, GRAIN, everything
from .shared_reading import SharedReading
from .words import BalancesReport, FundingReport, Permissions, PositionReport, Quote

_ALREADY = ("NoChange", "MarginModeAlreadySet")
_SPAN = 7 * DAY - GRAIN


@dataclass(frozen=True, slots=True)
class AccountQuestions:
    """`contract` and `now` as in OrderQuestions."""

    link: Connection
    contract: Callable[[str], Contract]
    now: Callable[[], int]
    _account: SharedReading[FundingReport] = field(default_factory=SharedReading)

    async def balances(self) -> BalancesReport:
        return parse.balances_report(await self.link.client.fetch_balance(), Source.POLL, whole=True)

    async def positions(self, symbols: Sequence[str]) -> list[PositionReport]:
        if self.link.kind is not Kind.PERP or not symbols:
            return []
        wanted = set(symbols)
        questions = [[symbol] for symbol in symbols]
        if self.link.facts.position_at_once:  # some venues list those settled in one coin only
            settled = dict.fromkeys(symbol.rpartition(":")[2] for symbol in symbols)
            questions = [[one for one in symbols if one.rpartition(":")[2] == coin] for coin in settled]
        rows = [row for asked in questions for row in parse.rows(await self.link.client.fetch_positions(asked))]
        return [
            parse.position_report(row, self.contract(row["symbol"]), Source.POLL)
            for row in rows
            if isinstance(row, Mapping) and row.get("symbol") in wanted
        ]

    async def funding(self, symbol: str, since: int) -> list[FundingReport]:
        if self.link.kind is not Kind.PERP or not self.link.can("fetchFundingHistory"):
            return []

        if not self.link.facts.funding_whole:
            return await self._funding_since(symbol, since)
        paid = await self._account.rows(since, partial(self._funding_since, None))
        return [report for report in paid if report.symbol == symbol and report.time >= since]

    async def _funding_since(self, symbol: str | None, since: int) -> list[FundingReport]:
        """None: of every market."""

        async def fetch(start: int, end: int) -> list[FundingReport]:
            begin = max(start - 1, 0)
            asked = self._funding_names(symbol, begin, end)
            rows = parse.rows(await self.link.client.fetch_funding_history(symbol, begin, 100, asked))
            return [parse.funding_report(row, symbol or str(row.get("symbol"))) for row in rows]

        return await everything(
            fetch, since, self.now(), page=100, span=_SPAN,
            key=lambda report: report.funding_id, time=lambda report: report.time,
        )  # fmt: skip

    def _funding_names(self, symbol: str | None, begin: int, end: int) -> dict[str, Any]:
        names, market = self.link.facts.funding_names, self.link.facts.funding_market
        if names is None:
            length = self.link.facts.funding_length
            return {"until": end} if length is None else {"until": end, length: 100}
        asked: dict[str, Any] = {names[0]: begin // names[2], names[1]: end // names[2]}
        return asked if market is None else asked | {market: self.link.client.market(symbol)["id"]}

    async def quote(self, symbol: str) -> Quote:
        ticker = await self.link.client.fetch_ticker(symbol)
        best = parse.quote(ticker, None, symbol, self.now())
        if best.bid is not None and best.ask is not None:
            return best
        return parse.quote(ticker, await self.link.client.fetch_order_book(symbol, 5), symbol, self.now())

    async def normal(self) -> bool:
        """True where the venue does not say: sandboxes do not, nor endpoints that stand for other hosts only."""
        if not self.link.can("fetchStatus") or self.link.sandbox:
            return True
        try:
            status = await self.link.client.fetch_status()
        except UnmappedError:
            return True
        return not isinstance(status, Mapping) or status.get("status") in ("ok", None)

    async def permissions(self) -> Permissions:
        """Asks the venue where it can be asked; otherwise all that is known is whether a question is answered."""
        ask = _PERMISSIONS.get(self.link.facts.exchange)
        if ask is not None and not self.link.sandbox:
            try:
                return await ask(self.link.client, self.link.kind)
            except Exception as error:  # only a refusal leads to the next question, all else is raised
                if not classify.is_refusal(error) and not isinstance(error, UnmappedError):
                    raise
        try:
            await self.link.client.fetch_balance()
        except Exception as error:  # only a refusal says that the keys are not taken, all else is raised
            if classify.is_refusal(error):
                return Permissions(False, None, None)
            raise
        return Permissions(True, None, None)

    async def set_leverage(self, symbol: str, leverage: Decimal, isolated: bool) -> None:
        """Margin mode first, where the venue sets it by itself; a venue that has both already is content."""
        client, mode = self.link.client, "isolated" if isolated else "cross"
        value = int(leverage) if leverage == leverage.to_integral_value() else float(leverage)
        together = self.link.facts.exchange in ("okx", "gate")
        if not together and self.link.can("setMarginMode"):
            await _content(partial(client.set_margin_mode, mode, symbol))
        await _content(partial(client.set_leverage, value, symbol, {"marginMode": mode} if together else {}))


async def _content(call: Callable[[], Any]) -> None:
    try:
        await call()
    except Exception as error:  # only "it is so already" is none, all else is raised
        if type(error).__name__ not in _ALREADY and "not modified" not in str(error):
            raise


async def _binance(client: Any, kind: Kind) -> Permissions:
    row = await client.sapi_get_account_apirestrictions()
    trade = "enableSpotAndMarginTrading" if kind is Kind.SPOT else "enableFutures"
    return Permissions(_yes(row, "enableReading"), _yes(row, trade), _yes(row, "enableWithdrawals"))


async def _bybit(client: Any, kind: Kind) -> Permissions:
    row = (await client.private_get_v5_user_query_api())["result"]
    writes = str(row.get("readOnly")) == "0"
    allowed = row.get("permissions") or {}
    traded = allowed.get("Spot" if kind is Kind.SPOT else "ContractTrade") or []
    wallet = allowed.get("Wallet") or []
    return Permissions(True, writes and bool(traded), writes and "Withdraw" in wallet)


async def _okx(client: Any, kind: Kind) -> Permissions:
    rows = (await client.private_get_account_config())["data"]
    words = {word.strip() for word in str(rows[0].get("perm") or "").split(",")}
    return Permissions("read_only" in words, "trade" in words, "withdraw" in words)


_PERMISSIONS = {"binance": _binance, "bybit": _bybit, "okx": _okx}


def _yes(row: Any, name: str) -> bool | None:
    value = row.get(name) if isinstance(row, Mapping) else None
    return value if isinstance(value, bool) else {"true": True, "false": False}.get(str(value).lower())
