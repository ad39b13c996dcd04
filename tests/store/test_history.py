"""Pages through ccxt's classes: what is asked, and what each of its errors comes to."""

from __future__ import annotations

from typing import Any

import ccxt
import numpy as np
import pytest

from stratrun.engine.brokers.history import LIMITS, USUAL, CcxtPages
from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.store.pages import Unreachable
from stratrun.engine.store.series import Series

from .conftest import START

SERIES = Series.of("binance", "BTC/USDT", "1h")
ROWS = [[START + 3_600_000, 2, 3, 1, 2.5, 10], [START, 1.0, 2.0, 0.5, 1.5, None]]


class Client:
    """A blocking client; what it answers or raises is set."""

    has = {"fetchOHLCV": True, "fetchTime": True}  # noqa: RUF012
    timeframes = {"1m": "1m", "1h": "60"}  # noqa: RUF012

    def __init__(self, answer: Any = None) -> None:
        self.answer, self.asked, self.closed = answer, [], False  # type: ignore[var-annotated]
        self.last_response_headers = {"Retry-After": "9"}

    def _say(self) -> Any:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def fetch_ohlcv(self, *arguments: Any) -> Any:
        self.asked.append(arguments)
        return self._say()

    def fetch_time(self) -> Any:
        return self._say()


class AsyncClient(Client):
    """The same, awaited."""

    async def fetch_ohlcv(self, *arguments: Any) -> Any:
        self.asked.append(arguments)
        return self._say()

    async def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_a_page(kind: type[Client]) -> None:
    """Rows come sorted as columns, an empty cell as unknown, from blocking and async clients alike."""
    client = kind(ROWS)
    with CcxtPages("binance", lambda name: client) as pages:
        found = pages.page(SERIES, START)
    assert found.time.tolist() == [START, START + 3_600_000]
    assert found.close.tolist() == [1.5, 2.5]
    assert np.isnan(found.volume[0])
    assert client.asked == [("BTC/USDT", "1h", START, 1000)]
    assert client.closed == (kind is AsyncClient)


def test_limits() -> None:
    """A venue is asked for as much as it gives; one that nobody measured for little."""
    with CcxtPages("okx", lambda name: Client()) as known, CcxtPages("nobody", lambda name: Client()) as other:
        assert (known.limit, other.limit) == (LIMITS["okx"], USUAL) == (300, 200)


@pytest.mark.parametrize(
    ("error", "kind"),
    [(ccxt.NetworkError("x"), Unreachable), (ccxt.RequestTimeout("x"), Unreachable),
     (ccxt.RateLimitExceeded("x"), Unreachable), (ccxt.DDoSProtection("x"), Unreachable),
     (ccxt.ExchangeNotAvailable("x"), Unreachable), (ccxt.OperationFailed("x"), Unreachable),
     (ConnectionResetError("x"), Unreachable), (KeyError("x"), Unreachable),
     (ccxt.BadSymbol("x"), InputError), (ccxt.ExchangeError("x"), InputError), (ccxt.BadRequest("x"), InputError)],
)  # fmt: skip
def test_errors(error: Exception, kind: type[Exception]) -> None:
    """What may pass is tried again, what the user must mend is told."""
    with CcxtPages("binance", lambda name: Client(error)) as pages, pytest.raises(kind) as told:
        pages.page(SERIES, START)
    if isinstance(error, ccxt.NetworkError):
        assert isinstance(told.value, Unreachable)
        assert told.value.wait == 9.0


@pytest.mark.parametrize("answer", [5, "<html>", [["a", "b"]], [[1, 2]], {"code": 1}, [None]])
def test_nonsense_is_tried_again(answer: Any) -> None:
    """An answer that is no list of candles counts as no answer."""
    with CcxtPages("binance", lambda name: Client(answer)) as pages, pytest.raises(Unreachable):
        pages.page(SERIES, START)


def test_what_a_venue_does_not_have() -> None:
    """A timeframe or candles that a venue does not have are messages before anything is asked."""
    client = Client(ROWS)
    with CcxtPages("binance", lambda name: client) as pages, pytest.raises(InputError, match=r"no 4h candles"):
        pages.page(Series.of("binance", "BTC/USDT", "4h"), START)
    assert client.asked == []
    client.has = {"fetchOHLCV": False}
    with pytest.raises(InputError, match="no past candles"):
        CcxtPages("binance", lambda name: client)


def test_the_venues_clock() -> None:
    """The venue's time is given where it tells one."""
    client = Client(START)
    with CcxtPages("binance", lambda name: client) as pages:
        assert pages.now() == START
        client.has = {"fetchTime": False}
        assert pages.now() is None
