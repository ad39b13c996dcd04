"""SR7xx: test files: candles, what is expected of them, and what no test can mean."""

from .code import Code

TESTS = (
    Code(
        "SR701",
        "Not a series",
        "A series is numbers parted by blanks; `a+bxn` is a and n further values, `axn` n more like it, `_` none.",
        "candles: {close: 100*20}",
        "candles: {close: 100x19}",
    ),
    Code(
        "SR702",
        "A price or volume that cannot be",
        "Prices are above zero and volumes are not below it.",
        "candles: {close: 10-1x20}",
        "candles: {close: 10-0.1x20}",
    ),
    Code(
        "SR703",
        "Columns that do not fit together",
        "Every column has as many values as there are candles, and there is one candle at least.",
        "candles: {close: 100x9, volume: 5x4}",
        "candles: {close: 100x9, volume: 5x9}",
    ),
    Code(
        "SR704",
        "An impossible candle",
        "No price of a candle is above its high or below its low; an open that is left out is the close before.",
        "candles: {close: 100+1x9, high: 99x9}",
        "candles: {close: 100+1x9, high: 110x9}",
    ),
    Code(
        "SR705",
        "Too many candles",
        "A series has at most 1,000,000 values and all series of a file 2,000,000; longer ones are read from a file.",
        "candles: {close: 100x9999999}",
        "candles: {file: ./btc-1m.parquet}",
    ),
    Code(
        "SR706",
        "A candle that is not there",
        "Candles are numbered from 0 in their order, missing ones not counted, and a stretch runs forward.",
        "candles: {close: 100x9}\nexpect: [{at: 10, signal: none}]",
        "candles: {close: 100x9}\nexpect: [{at: 9, signal: none}]",
    ),
    Code(
        "SR707",
        "Not a time",
        "The date or the time of day does not exist, or lies before 1970 or after 2999.",
        "start: 2024-02-30",
        "start: 2024-02-29",
    ),
    Code(
        "SR708",
        "A symbol without candles",
        "What is expected of a symbol needs its candles in the same test.",
        "candles: {symbols: {BTC/USDT: {close: 100x9}}}\nexpect: [{trades: 0, symbol: ETH/USDT}]",
        "candles: {symbols: {BTC/USDT: {close: 100x9}}}\nexpect: [{trades: 0, symbol: BTC/USDT}]",
    ),
    Code(
        "SR709",
        "Two tests of one name",
        "A failure is told by the name of its test, so each needs a name of its own.",
        "tests:\n  - name: buys\n  - name: buys",
        "tests:\n  - name: buys the dip\n  - name: buys once",
    ),
    Code(
        "SR710",
        "A fee or slippage beyond reason",
        "Fee and slippage are below 10 % of the price.",
        "fee: 15%",
        "fee: 0.15%",
    ),
)
