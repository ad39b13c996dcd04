"""SR5xx: the strategy is sound, but the venue named with `--exchange` does not take it."""

from .code import Code
from .diagnostic import Severity

VENUE = (
    Code(
        "SR501",
        "Not listed there",
        "The venue's list of markets does not hold this symbol.",
        "symbols: [BTC/USDTT]",
        "symbols: [BTC/USDT]",
    ),
    Code(
        "SR502",
        "Not traded there at present",
        "The venue lists the symbol and takes no orders for it.",
        "symbols: [LUNA/USDT]",
        "symbols: [BTC/USDT]",
    ),
    Code(
        "SR503",
        "Another kind of market there",
        "`market:` says spot or perp, and the venue lists this symbol as another kind; only a perp can be sold short.",
        "market: perp\nsymbols: [BTC/USDT]",
        "market: perp\nsymbols: [BTC/USDT:USDT]",
    ),
    Code(
        "SR504",
        "A timeframe the venue does not offer",
        "Candles of the strategy's own timeframe come from the venue; only slower ones are made from them.",
        "timeframe: 7m",
        "timeframe: 15m",
    ),
    Code(
        "SR505",
        "Below the smallest order in money",
        "The venue refuses orders that cost less than its minimum, so no entry of this size would ever be taken.",
        "size: {cost: 2 USDT}",
        "size: {cost: 50 USDT}",
    ),
    Code(
        "SR506",
        "Outside the quantities the venue takes",
        "An order of this fixed quantity is smaller than the venue's minimum or larger than its maximum.",
        "size: {quantity: 0.0000001}",
        "size: {quantity: 0.01}",
    ),
    Code(
        "SR507",
        "More leverage than the venue gives",
        "`risk.max_leverage` is above what the venue allows for this symbol.",
        "market: perp\nsymbols: [BTC/USDT:USDT]\nrisk: {max_leverage: 200}",
        "market: perp\nsymbols: [BTC/USDT:USDT]\nrisk: {max_leverage: 3}",
    ),
    Code(
        "SR508",
        "No stop orders there",
        "The venue keeps no stop orders for this kind of market, so a stop only acts while the strategy is running.",
        "market: perp\nsymbols: [BTC/USDT:USDT]\nlong: {enter: close > open, exit: {stop: 3%}}",
        "market: perp\nsymbols: [BTC/USDT:USDT]\nlong: {enter: close > open, exit: {time: 12h}}",
        Severity.INFO,
    ),
    Code(
        "SR509",
        "The list of markets is old",
        "Venues change their markets; a list of more than 30 days may tell of symbols and minimums that are gone.",
        "stratrun validate dip.yaml --exchange binance    # with a list of last year",
        "stratrun markets update binance",
        Severity.WARNING,
    ),
)
