"""The model of a strategy document, version 2: the source of `2/strategy.json`, and of nothing at run time."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import WithJsonSchema

from .figures import FigureName
from .models import Model
from .money import Orders, Protection, Risk, Size
from .parts import Amount, Closed, Expression, Name, Number, Symbol, Word, at_most_one, key, one_of, ruled, some_of
from .sides import Condition, Side
from .universe import Select, Universe


class Feed(Closed):
    symbol: Annotated[Symbol, key("Whose candles to read.", "BTC/USDT")]


class Param(Closed):
    default: Annotated[Number | Amount, key("The value, with its unit if it has one.", 20, "3%")]
    range: Annotated[
        list[Number | Amount] | None,
        key("Lowest and highest value.", [10, 40], min_length=2, max_length=2),
    ] = None
    step: Annotated[Number | Amount | None, key("Distance between tried values.", 2)] = None
    label: Annotated[Word | None, key("What a form shows for it.", "Fast EMA")] = None


class Schedule(Closed):
    model_config = ruled(minProperties=1)
    timezone: Annotated[Word | None, key("Timezone of `time.*` and of the hours below.", "UTC", "Europe/Berlin")] = None
    entries: Annotated[
        list[Word] | None, key("When entries are allowed.", ["mon-fri 06:00-22:00"], min_length=1, max_length=50)
    ] = None


class Gaps(Closed):
    max: Annotated[Amount, key("Longest gap that changes nothing.", "3 candles")]
    then: Annotated[
        Literal["deny_entries"] | None, key("What a longer gap does: it denies entries for one candle (default).")
    ] = None


class Goal(Closed):
    model_config = ruled(one_of("maximize", "minimize"))
    maximize: Annotated[FigureName | None, key("The figure to make large.", "sharpe")] = None
    minimize: Annotated[FigureName | None, key("The figure to make small.", "max_drawdown")] = None
    min_trades: Annotated[int | None, key("Fewer trades do not count.", 100, ge=0, le=10**9)] = None
    max_drawdown: Annotated[Amount | None, key("Deeper drawdowns do not count.", "20%")] = None


class WalkForward(Closed):
    train: Annotated[Amount, key("Length of each training stretch.", "180d")]
    test: Annotated[Amount, key("Length of each test stretch.", "30d")]


class Optimize(Closed):
    model_config = ruled(minProperties=1)
    tune: Annotated[list[Name] | None, key("Parameters to try.", ["fast", "slow"], min_length=1)] = None
    require: Annotated[
        list[Expression] | None, key("What must hold between the parameters.", ["fast < slow"], min_length=1)
    ] = None
    goal: Annotated[Goal | None, key("What the best parameters are.", {"maximize": "sharpe"})] = None
    walk_forward: Annotated[WalkForward | None, key("Trains and tests in turn.", {"train": "180d", "test": "30d"})] = (
        None
    )


class Strategy(Closed):
    """A stratrun strategy, version 2 (a draft until 1.0). `stratrun validate` is the authority: it also reads every
    expression, its names and units."""

    model_config = ruled(
        some_of("long", "short", "select"), at_most_one("select", "long"), at_most_one("select", "short")
    )

    stratrun: Annotated[Literal[2], key("Version of the format."), WithJsonSchema({"type": "integer", "const": 2})]
    kind: Annotated[Literal["strategy"] | None, key("Kind of document.")] = None
    name: Annotated[Word, key("What reports call the strategy.", "Buy the dip in an uptrend")]
    description: Annotated[
        str | None, key("What it does and why.", "Buys dips in an uptrend.", title="text", max_length=4000)
    ] = None
    tags: Annotated[list[Word] | None, key("Words to find it by.", ["trend"])] = None
    symbols: Annotated[
        list[Symbol],
        key("What to trade.", ["BTC/USDT"], min_length=1, max_length=1000, json_schema_extra={"uniqueItems": True}),
    ]
    universe: Annotated[
        Universe | None, key("Since when and until when each symbol takes part.", {"members": "./members.csv"})
    ] = None
    market: Annotated[Literal["spot", "perp"] | None, key("Spot (default) or perp: perpetual contracts.")] = None
    timeframe: Annotated[str, key("Length of a candle.", "1h", title="timeframe", pattern="^[1-9][0-9]{0,3}[mhdw]$")]
    feeds: Annotated[
        dict[Name, Feed] | None, key("Other symbols' candles, by a short name.", {"btc": {"symbol": "BTC/USDT"}})
    ] = None
    params: Annotated[dict[Name, Param] | None, key("Numbers that can be tuned.", {"fast": {"default": 20}})] = None
    indicators: Annotated[
        dict[Name, Expression] | None, key("Named series and conditions.", {"trend": "ema(close, 200)"})
    ] = None
    models: Annotated[
        dict[Name, Model] | None,
        key(
            "Models that learn from past candles, used as `name.probability`.",
            {
                "up": {
                    "estimator": "gradient_boosting",
                    "ready": ["returns_5", "rsi_14"],
                    "target": {"rises": "1%", "horizon": "12 candles"},
                    "train": {"window": "2000 candles", "every": "200 candles"},
                }
            },
        ),
    ] = None  # fmt: skip
    filters: Annotated[Condition | None, key("Every entry needs all of these.", ["volume > sma(volume, 96)[1]"])] = None
    long: Annotated[
        Side | None,
        key("When to buy, and what closes the position.", {"enter": "close > ema(close, 200)", "exit": {"stop": "3%"}}),
    ] = None
    short: Annotated[
        Side | None, key("When to sell short; needs `market: perp`.", {"enter": "close < ema(close, 200)"})
    ] = None
    select: Annotated[
        Select | None,
        key(
            "Hold the best symbols and choose anew now and then.",
            {"score": "roc(close, 90)", "top": 3, "every": "week"},
        ),
    ] = None
    opposite: Annotated[
        Literal["reverse", "close", "ignore"] | None, key("What an entry does to an open position of the other side.")
    ] = None
    priority: Annotated[
        Expression | None, key("Entries of one time go in this order, highest first.", "roc(close, 20)")
    ] = None
    size: Annotated[Size, key("How much to trade.", {"risk": "1%"})]
    orders: Annotated[Orders | None, key("How entries are sent.", {"type": "limit", "offset": "0.02%"})] = None
    risk: Annotated[Risk | None, key("Limits that no entry may break.", {"max_open": 2})] = None
    protections: Annotated[
        list[Protection] | None, key("Pauses after losses.", [{"cooldown": "4 candles"}], min_length=1, max_length=50)
    ] = None
    schedule: Annotated[Schedule | None, key("Hours and their timezone.", {"timezone": "UTC"})] = None
    gaps: Annotated[
        Gaps | None, key("What a gap between candles does.", {"max": "3 candles", "then": "deny_entries"})
    ] = None
    optimize: Annotated[Optimize | None, key("What to tune, and how.", {"tune": ["fast"]})] = None
