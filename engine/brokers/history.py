"""A venue's past candles through ccxt: a series and a time in, a page out; blocking and async clients alike."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from types import TracebackType
from typing import Any

from ..diagnostics.diagnostic import InputError
from ..market.columns import Columns
from ..market.venue import Kind
from ..store.pages import Unreachable
from ..store.rows import from_rows
from ..store.series import Series
from .markets import client_of

LIMITS = {
    "binance": 1000, "bybit": 1000, "okx": 300, "kraken": 720, "kucoin": 1500, "coinbase": 300, "gate": 1000,
    "bitget": 200, "mexc": 1000,
}  # fmt: skip
"""Most candles of one answer, as measured."""
USUAL = 200
"""The same for a venue nobody measured: fewer than it may give, which costs questions and never candles."""
_TYPES = {Kind.SPOT: "spot", Kind.PERP: "swap", Kind.FUTURE: "future", Kind.OPTION: "option"}


class CcxtPages:
    """`connect` gives the client of a venue's name, ccxt's blocking one where it is None; close it when done."""

    def __init__(self, venue: str, connect: Callable[[str], Any] | None = None) -> None:
        """Raises InputError for a venue that ccxt does not know or that gives no candles."""
        self.limit = LIMITS.get(venue, USUAL)
        self._venue, self._runner = venue, asyncio.Runner()
        self._client = (connect or client_of)(venue)
        if not _mapping(getattr(self._client, "has", None)).get("fetchOHLCV"):
            raise InputError(f"{venue} gives no past candles", help="`stratrun data import` takes files from elsewhere")

    def __enter__(self) -> CcxtPages:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        close = getattr(self._client, "close", None)
        if callable(close):
            closing = close()
            if inspect.isawaitable(closing):
                self._runner.run(_await(closing))
        self._runner.close()

    def page(self, series: Series, since: int) -> Columns:
        """Candles from `since` on, oldest first. Raises Unreachable, InputError."""
        frame = series.timeframe.name
        known = _mapping(getattr(self._client, "timeframes", None))
        if known and frame not in known:
            raise InputError(f"{self._venue} has no {frame} candles", help=f"it has {', '.join(map(str, known))}")
        rows = self._ask("fetch_ohlcv", series.symbol, frame, since, self.limit)
        try:
            return from_rows(sorted([_number(value) for value in row[:6]] for row in rows or ()))
        except (TypeError, ValueError, IndexError, OverflowError):
            raise Unreachable(f"{self._venue} answered with something else than candles") from None

    def now(self) -> int | None:
        """The venue's time, where it tells one. Raises Unreachable."""
        if not _mapping(getattr(self._client, "has", None)).get("fetchTime"):
            return None
        told = self._ask("fetch_time")
        return told if isinstance(told, int) else None

    def _ask(self, method: str, *arguments: Any) -> Any:
        try:
            answer = getattr(self._client, method)(*arguments)
            return self._runner.run(_await(answer)) if inspect.isawaitable(answer) else answer
        except Exception as error:  # ccxt raises KeyError and TypeError on odd answers; `_told` tells them apart
            raise _told(self._venue, error, getattr(self._client, "last_response_headers", None)) from error


def _told(venue: str, error: Exception, headers: Any) -> Exception:
    """ccxt's error as one that is tried again, or as one that the user must mend."""
    import ccxt

    words = next(iter(str(error).splitlines()), "")[:200] or type(error).__name__
    if isinstance(error, ccxt.BadSymbol):
        return InputError(
            f"{venue}: {words}", help=f"`stratrun markets update {venue}` fetches the list of its symbols"
        )
    if isinstance(error, ccxt.NetworkError | ccxt.OperationFailed | OSError | asyncio.TimeoutError):
        return Unreachable(f"{type(error).__name__}: {words}", _retry_after(headers))
    if isinstance(error, ccxt.BaseError):
        return InputError(f"{venue} refuses: {words}", help="look whether it has this symbol and timeframe")
    return Unreachable(f"{type(error).__name__}: {words}")  # KeyError and TypeError on odd answers


def _retry_after(headers: Any) -> float | None:
    told = next((value for name, value in _mapping(headers).items() if str(name).lower() == "retry-after"), None)
    try:
        return max(0.0, float(told)) if told is not None else None
    except (TypeError, ValueError):
        return None


def _number(value: Any) -> float:
    return float("nan") if value is None else float(value)


def _mapping(value: Any) -> dict[Any, Any]:
    return dict(value) if isinstance(value, dict) or hasattr(value, "items") else {}


async def _await(answer: Any) -> Any:
    return await answer
