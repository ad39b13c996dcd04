"""`stratrun exchange`: the exchange simulator on this machine, for a deployment's `endpoint` and for ccxt."""

from __future__ import annotations

import asyncio
import signal
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import click

from ..diagnostics.diagnostic import InputError
from . import options
from .failures import told

if TYPE_CHECKING:
    from ..market.candles import Candles
    from ..run.rehearsal.stand import Stand

VENUES = ("binance", "bybit", "okx")
MONEY = Decimal(10_000)
PRICE = Decimal(100)


@click.command(
    "exchange",
    epilog="Example: stratrun exchange binance --symbols BTC/USDT=60000,ETH/USDT=3000 --seed 7 --faults light",
)
@click.argument("venue", type=click.Choice(VENUES))
@click.option(
    "--symbols", default="BTC/USDT", show_default=True, metavar="SYMBOL[=PRICE],...",
    help="What it lists, and the price that each begins with; 100 if left out.",
)  # fmt: skip
@click.option(
    "--market",
    type=click.Choice(["spot", "perp"]),
    default="spot",
    show_default=True,
    help="Spot, or perpetual contracts.",
)
@click.option(
    "--port", type=click.IntRange(0, 65_535), default=8123, show_default=True, help="Of 127.0.0.1; 0 takes a free one."
)
@click.option(
    "--account",
    default="main",
    show_default=True,
    metavar="NAME",
    help="Whose keys it takes, as the deployment's `account:` names it.",
)
@click.option(
    "--balance", "balances", multiple=True, metavar="CURRENCY=AMOUNT",
    help="What the account holds; 10,000 of what the symbols are paid in if left out. Repeatable.",
)  # fmt: skip
@click.option(
    "--seed",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="What prices, and light and heavy faults, are drawn of.",
)
@click.option(
    "--faults", metavar="WHAT",
    help="What goes wrong: light, heavy, a file of lines, or lines: 'submit 3 after_accept drop'.",
)  # fmt: skip
@click.option(
    "--speed",
    type=click.IntRange(1, 1_440),
    default=1,
    show_default=True,
    help="How many times as fast prices move; the clock stays the real one.",
)
@options.candles
@click.option(
    "--timeframe",
    default="1h",
    show_default=True,
    help="Of --candles: their first half is the past, the rest is played.",
)
@click.option("--quiet", is_flag=True, help="No line for each order and fill.")
@options.form
@told
def command(venue: str, form: str, quiet: bool, **given: Any) -> None:
    """Serve the exchange simulator on this machine, as VENUE, for a deployment's `endpoint:` and for ccxt.

    It listens on 127.0.0.1 alone, knows no real money and no real keys, and prints what to write into the deployment
    and what to export. Prices walk at random from a seed, with 120 days of past for what a strategy reads, or
    play candles. Ctrl-C ends it and tells what really was so: orders, fills and balances.

    Exit codes: 0 ended, 2 could not run.
    """
    from ..run.rehearsal.stand import faults_of, keys_for

    symbols = symbols_of(given["symbols"], given["market"])
    tapes = _tapes(given["specs"], list(symbols), given["timeframe"])
    schedule = faults_of(given["faults"], given["seed"])
    from ..brokers.keys import check_account
    from ..run.rehearsal.stand import Stand

    keys = keys_for(check_account(given["account"]), venue)
    stand = Stand(symbols, balances_of(given["balances"], symbols), keys, given["seed"], given["speed"], tapes)
    asyncio.run(_serve(stand, venue, given["market"], given["port"], schedule, form, quiet))


async def _serve(stand: Stand, venue: str, market: str, port: int, schedule: Any, form: str, quiet: bool) -> None:
    from ..exchange.clocks import SpeedClock
    from ..exchange.faults import Faults
    from ..exchange.wire.serve import serve
    from .exchange_view import View

    ended = asyncio.Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError, RuntimeError):  # not there on Windows, nor outside the main thread
            asyncio.get_running_loop().add_signal_handler(one, ended.set)
    with _port_told(port), socket.socket() as probe:  # before the past is made, which takes seconds
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
    exchange = stand.exchange(SpeedClock(int(time.time() * 1_000)))
    faults = Faults(schedule, on_crash=lambda: None)
    with _port_told(port):
        served = await serve(exchange, [_adapter(venue, market)(faults)], port)
    view = View(form, venue, market, stand)
    try:
        view.begun(served.urls)
        if not quiet:
            exchange.accounts[stand.keys.account].listeners.append(view.happened)
        await ended.wait()
    finally:
        await served.close()
        view.ended(exchange.truth(stand.keys.account), faults.struck)


@contextmanager
def _port_told(port: int) -> Iterator[None]:
    """Raises InputError where the port cannot be had."""
    try:
        yield
    except OSError as error:
        raise InputError(
            f"port {port} of 127.0.0.1 cannot be served: {error.strerror or error}",
            help="give another --port, or 0 for a free one",
        ) from None


def _adapter(venue: str, market: str) -> Any:
    if venue == "okx":
        from ..exchange.wire.okx import Okx

        return Okx
    if venue == "bybit":
        from ..exchange.wire.bybit import Bybit

        return Bybit
    from ..exchange.wire.binance_spot import BinanceSpot
    from ..exchange.wire.binance_usdm import BinanceUsdm

    return BinanceUsdm if market == "perp" else BinanceSpot


def symbols_of(text: str, market: str) -> dict[str, Decimal]:
    """`BTC/USDT=60000,ETH/USDT` as symbols of a kind of market with their prices. Raises InputError."""
    from ..market.symbol import parse_symbol
    from ..run.rehearsal.stand import HIGHEST, LOWEST

    found: dict[str, Decimal] = {}
    for part in text.split(","):
        name, _, price = part.strip().partition("=")
        base, quote, settle = parse_symbol(name)
        if settle is not None and (market == "spot" or settle != quote):
            raise InputError(f"{name} is not a {'spot market' if market == 'spot' else 'linear contract'}",
                             help="give --market perp, and contracts such as BTC/USDT:USDT")  # fmt: skip
        symbol = f"{base}/{quote}:{quote}" if market == "perp" else name
        if symbol in found:
            raise InputError(f"{symbol} is named twice", help="name each symbol once")
        found[symbol] = _amount(price, f"--symbols {part.strip()}") if price else PRICE
        if not LOWEST <= found[symbol] <= HIGHEST:
            raise InputError(f"--symbols {part.strip()}: the price is beyond what is served",
                             help=f"give a price from {LOWEST} to {HIGHEST:,}")  # fmt: skip
    return found


def balances_of(texts: Sequence[str], symbols: dict[str, Decimal]) -> dict[str, Decimal]:
    """`USDT=10000` as currencies with amounts; without any, money for each symbol. Raises InputError."""
    from ..market.symbol import parse_symbol

    if not texts:
        return {parse_symbol(symbol)[1]: MONEY for symbol in symbols}
    found: dict[str, Decimal] = {}
    for text in (part for given in texts for part in given.split(",")):
        currency, _, amount = text.strip().partition("=")
        if not currency.isalnum():
            raise InputError(f"--balance {text}: expected CURRENCY=AMOUNT", help="write --balance USDT=10000")
        found[currency] = _amount(amount, f"--balance {text}")
    return found


def _amount(text: str, where: str) -> Decimal:
    try:
        amount = Decimal(text.strip())
    except InvalidOperation:
        amount = Decimal("nan")
    if not amount.is_finite() or not 0 <= amount <= 10**12:
        raise InputError(f"{where}: `{text}` is no amount", help="write a number such as 10000 or 0.5")
    return amount


def _tapes(specs: Sequence[str], symbols: list[str], timeframe: str) -> dict[str, Candles]:
    if not specs:
        return {}
    from ..market.timeframe import Timeframe
    from ..store.load import load_candles

    try:
        frame = Timeframe.parse(timeframe)
    except ValueError as error:
        raise InputError(f"--timeframe: {error}") from None
    return load_candles(specs, symbols, frame)
