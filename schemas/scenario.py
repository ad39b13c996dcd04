"""The model of a test document, version 2: the source of `2/test.json`, and of nothing at run time."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, WithJsonSchema

from .figures import DecisionName, FigureName, ReasonName
from .parts import (
    Amount,
    Closed,
    Expression,
    Name,
    Number,
    Path,
    Symbol,
    Word,
    at_most_one,
    key,
    needs,
    one_of,
    only_beside,
    ruled,
)

MAX_CANDLES = 1_000_000
Price = Annotated[float, Field(gt=0, le=1e15)]
Volume = Annotated[float, Field(ge=0, le=1e15)]
Shorthand = Annotated[str, Field(title="series", min_length=1, max_length=100_000)]
Prices = Shorthand | Annotated[list[Price], Field(min_length=1)]
Row = Annotated[list[Volume], Field(min_length=5, max_length=5)]
Rows = Annotated[list[Row], Field(min_length=1)]
Share = Annotated[str, Field(title="share of the price", pattern=r"^[0-9]+(\.[0-9]+)?(%|bps)$", max_length=40)]
Time = Annotated[
    str,
    Field(
        title="time",
        pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})?)?$",
        max_length=40,
    ),
]
Candle = Annotated[int, Field(ge=0, le=MAX_CANDLES - 1)]
COLUMNS = ("open", "high", "low", "close", "volume")
TRADE = (
    "side", "entered", "exited", "reason", "entry_price", "exit_price", "quantity", "profit", "profit_pct", "fees",
    "held",
)  # fmt: skip
_BESIDE_CLOSE = tuple(name for name in COLUMNS if name != "close")


class Series(Closed):
    """One symbol's candles."""

    model_config = ruled(
        one_of("close", "file"), only_beside(("close",), *_BESIDE_CLOSE), only_beside(("file",), "from", "to")
    )
    open: Annotated[Prices | None, key("Opening prices; the close before if left out.", "100x20", [100, 101, 102])] = (
        None
    )
    high: Annotated[
        Prices | None, key("Highest prices; the higher of open and close if left out.", "105x20", [105, 106, 107])
    ] = None
    low: Annotated[
        Prices | None, key("Lowest prices; the lower of open and close if left out.", "95x20", [95, 96, 97])
    ] = None
    close: Annotated[
        Prices | None,
        key(
            "Closing prices in shorthand or as a list: `a+bxn` is a and n further values, each b more; `axn` is a and "
            "n further values like it; `_` or `_xn` are missing candles.",
            "100+1x220 316-3x13 280+4x6",
            [100, 101, 99.5],
        ),
    ] = None
    volume: Annotated[
        Shorthand | Annotated[list[Volume], Field(min_length=1)] | None,
        key("Volumes in the base currency; 1 each if left out.", "10x20", [10, 0, 12.5]),
    ] = None
    file: Annotated[Path | None, key("A CSV or Parquet file of candles, from this file's folder.", "./btc-1h.csv")] = (
        None
    )
    start: Annotated[
        Time | None, Field(alias="from"), key("The first candle to read of the file.", "2024-01-31T12:00Z")
    ] = None
    end: Annotated[
        Time | None, Field(alias="to"), key("Where to stop reading: the first candle that is left out.", "2024-03-01")
    ] = None


class Candles(Series):
    model_config = ruled(
        one_of("close", "file", "symbols"),
        only_beside(("close",), *_BESIDE_CLOSE),
        only_beside(("file",), "from", "to"),
    )
    symbols: Annotated[
        dict[Symbol, Series | Rows] | None,
        key(
            "The candles of each symbol and feed.",
            {"BTC/USDT": {"close": "100+1x50"}, "ETH/USDT": {"close": "10x50"}},
        ),
    ] = None


class Expectation(Closed):
    """One thing that must hold."""

    model_config = ruled(
        one_of("signal", "decision", "trade", "trades", "figure"),
        at_most_one("at", "from"),
        needs("from", "to"),
        needs("to", "from"),
        only_beside(("signal", "decision"), "at", "from", "to"),
        only_beside(("signal",), "because"),
        needs("because", "at"),
        only_beside(("trade",), *TRADE),
        only_beside(("figure",), "is"),
        needs("figure", "is"),
        only_beside(("figure", "trade"), "within"),
        only_beside(("signal", "decision", "trade", "trades"), "symbol"),
    )
    at: Annotated[Candle | None, key("Number of the candle, the first one being 0.", 236)] = None
    first: Annotated[Candle | None, Field(alias="from"), key("Number of the first candle it must hold at.", 0)] = None
    last: Annotated[Candle | None, Field(alias="to"), key("Number of the last candle it must hold at.", 199)] = None
    symbol: Annotated[Symbol | None, key("Which symbol is meant; the first one if left out.", "ETH/USDT")] = None
    signal: Annotated[
        Literal["enter_long", "enter_short", "exit_long", "exit_short", "none"] | None,
        key("The rule that comes true there, or none: no rule comes true."),
    ] = None
    because: Annotated[
        Expression | None,
        key("A condition that is true there and was not a candle before.", "rsi14 crosses above 30"),
    ] = None
    decision: Annotated[DecisionName | None, key("What becomes of the signal there.")] = None
    trade: Annotated[
        int | None, key("Number of a trade in order of exit, the first one being 1.", 1, ge=1, le=MAX_CANDLES)
    ] = None
    side: Annotated[Literal["long", "short"] | None, key("The trade's side.")] = None
    entered: Annotated[Candle | None, key("Number of the candle in which the trade was entered.", 237)] = None
    exited: Annotated[Candle | None, key("Number of the candle in which the trade was closed.", 250)] = None
    reason: Annotated[ReasonName | None, key("Why the trade was closed.")] = None
    entry_price: Annotated[Price | None, key("Average price of the trade's entry.", 283)] = None
    exit_price: Annotated[Price | None, key("Average price of the trade's exit.", 274.5)] = None
    quantity: Annotated[Price | None, key("The trade's quantity in the base currency.", 0.5)] = None
    profit: Annotated[Number | None, key("The trade's profit after fees in the quote currency.", 12.5)] = None
    profit_pct: Annotated[Number | None, key("The trade's profit in percent of the entry cost.", 2.5)] = None
    fees: Annotated[Volume | None, key("The trade's fees in the quote currency.", 0.25)] = None
    held: Annotated[Candle | None, key("How many closed candles the trade was held for.", 13)] = None
    trades: Annotated[int | None, key("How many trades there are in all.", 2, ge=0, le=MAX_CANDLES)] = None
    figure: Annotated[FigureName | None, key("A figure of the report.")] = None
    equal: Annotated[Number | None, Field(alias="is"), key("What the figure is.", 10120.55)] = None
    within: Annotated[Volume | None, key("How far a number may be off; a billionth of it if left out.", 0.01)] = None


class Case(Closed):
    """One test: candles in, expectations out."""

    name: Annotated[Word, key("What must hold, in a few words.", "buys the first dip in an uptrend, once")]
    start: Annotated[
        Time | None, key("When the first candle opens; 2024-01-01T00:00Z if left out.", "2024-01-31T12:00Z")
    ] = None
    set: Annotated[
        dict[Name, Number | Amount] | None, key("Values of parameters, before those of the whole file.", {"fast": 12})
    ] = None
    candles: Annotated[
        Candles | Rows,
        key(
            "The candles: columns, a list of [open, high, low, close, volume] rows, a file, or one of these for each "
            "symbol.",
            {"close": "100+1x220 316-3x13 280+4x6"},
            [[100, 102, 99, 101, 5], [101, 103, 100, 102.5, 4]],
        ),
    ]
    expect: Annotated[
        list[Expectation],
        key("What must come of it.", [{"at": 236, "signal": "enter_long"}], min_length=1, max_length=1000),
    ]


class TestFile(Closed):
    """Tests of a stratrun strategy, version 2 (a draft until 1.0). `stratrun validate` is the authority: it also reads
    every series of candles."""

    __test__ = False

    stratrun: Annotated[Literal[2], key("Version of the format."), WithJsonSchema({"type": "integer", "const": 2})]
    kind: Annotated[Literal["test"], key("Kind of document.")]
    strategy: Annotated[Path, key("The strategy file to test, from this file's folder.", "./dip.yaml")]
    set: Annotated[dict[Name, Number | Amount] | None, key("Values of parameters, for all tests.", {"fast": 12})] = None
    capital: Annotated[Price | None, key("Money to begin with, in the quote currency; 10,000 if left out.", 10_000)] = (
        None
    )
    fee: Annotated[Share | None, key("Fee of every fill; none if left out.", "0.1%", "10bps")] = None
    slippage: Annotated[
        Share | None, key("How much worse market orders are filled; nothing if left out.", "5bps", "0.05%")
    ] = None
    tests: Annotated[
        list[Case],
        key(
            "The tests, each on its own.",
            [{"name": "waits", "candles": {"close": "100x50"}, "expect": [{"trades": 0}]}],
            min_length=1,
            max_length=1000,
        ),
    ]
