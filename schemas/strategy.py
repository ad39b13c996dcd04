"""The models of a strategy document, version 2: the source of `2/strategy.json`, and of nothing at run time."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, RootModel, WithJsonSchema

NAME = "^[a-z][a-z0-9_]*$"
NAME_LENGTH = 64
Name = Annotated[str, Field(title="name", pattern=NAME, max_length=NAME_LENGTH, examples=["ema_fast"])]
Expression = Annotated[str, Field(title="expression", min_length=1, max_length=4000)]
Word = Annotated[str, Field(title="text", min_length=1, max_length=100)]
Amount = Annotated[str, Field(title="value with its unit", min_length=1, max_length=4000)]
ParamName = Annotated[str, Field(title="name of a param", min_length=1, max_length=NAME_LENGTH)]
Number = Annotated[float, Field(ge=-1e15, le=1e15)]
Quantity = Annotated[float, Field(gt=0, le=1e15)] | ParamName
Symbol = Annotated[
    str,
    Field(
        title="symbol",
        pattern=r"^[^\s/:]+/[^\s/:]+(:[^\s/:]+)?$",
        max_length=64,
        examples=["BTC/USDT", "BTC/USDT:USDT"],
    ),
]


def key(says: str, *examples: object, **bounds: Any) -> Any:
    """What a key means, values it may take and their bounds."""
    return Field(description=says, examples=list(examples) or None, **bounds)


class Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", title=None)


def one_of(*names: str) -> ConfigDict:
    """A mapping that holds exactly one of these keys."""
    rules: list[JsonValue] = [
        {"if": {"required": [name]}, "then": {"properties": {other: False for other in names if other != name}}}
        for name in names
    ]
    rules.append({"if": {"properties": dict.fromkeys(names, False)}, "then": {"required": [names[0]]}})
    return ConfigDict(json_schema_extra={"allOf": rules})


class Group(Closed):
    model_config = one_of("all", "any")
    all: Annotated[list[Condition] | None, key("True when all of these are.", min_length=1)] = None
    any: Annotated[list[Condition] | None, key("True when at least one is.", min_length=1)] = None


class Condition(RootModel[Expression | Annotated[list["Condition"], Field(min_length=1)] | Group]):
    pass


class Enter(Group):
    model_config = one_of("when", "all", "any")
    when: Annotated[Condition | None, key("When to enter; a list means all of it.")] = None
    fire: Annotated[
        Literal["once", "every_candle"] | None,
        key("once: when the rule turns true (default). every_candle: on each candle it is true."),
    ] = None


class Feed(Closed):
    symbol: Annotated[Symbol, key("Whose candles to read.", "BTC/USDT")]


class Param(Closed):
    default: Annotated[Number | Amount, key("The value, with its unit if it has one.", 20, "3%")]
    range: Annotated[
        list[Number | Amount] | None,
        key("Lowest and highest value.", [10, 40], min_length=2, max_length=2),
    ] = None
    step: Annotated[Number | Amount | None, key("Distance between tried values.", 2)] = None
    label: Annotated[Word | None, key("What a form shows.", "Fast EMA")] = None


class PartialTarget(Closed):
    at: Annotated[Expression, key("Distance from the entry.", "2R")]
    close: Annotated[Amount | None, key("Share of the position; all of it if left out.", "50%")] = None


class Trail(Closed):
    by: Annotated[Expression, key("Distance behind the best price.", "2.5 * atr(14)")]
    after: Annotated[Expression | None, key("Profit from which it trails.", "1R")] = None


class Breakeven(Closed):
    after: Annotated[Expression, key("Profit from which the stop stands at the entry.", "1R")]


class Exit(Closed):
    model_config = ConfigDict(json_schema_extra={"minProperties": 1})
    when: Annotated[Condition | None, key("Close at the next open when true.", "rsi14 > 70")] = None
    stop: Annotated[Expression | None, key("Distance from the entry to the stop.", "3%", "2 * atr(14)")] = None
    target: Annotated[
        Expression | Annotated[list[PartialTarget], Field(min_length=1)] | None,
        key("Distance from the entry to the target.", "3R", "6%"),
    ] = None
    trail: Annotated[Trail | None, key("A stop that follows the best price.", {"by": "2.5 * atr(14)"})] = None
    breakeven: Annotated[Breakeven | None, key("Move the stop to the entry.", {"after": "1R"})] = None
    time: Annotated[Amount | None, key("Longest holding time.", "96 candles", "12h")] = None


class Addition(Closed):
    after: Annotated[Expression, key("Distance from the last entry.", "3%")]
    size: Annotated[Amount | None, key("Share of the first entry.", "50%")] = None


class Side(Closed):
    enter: Annotated[
        Expression | Annotated[list[Condition], Field(min_length=1)] | Enter,
        key("When to enter.", "close > ema(close, 200)"),
    ]
    exit: Annotated[Exit | None, key("How the position is closed.", {"stop": "3%", "target": "2R"})] = None
    add: Annotated[list[Addition] | None, key("Further entries of the same side.", min_length=1)] = None


class Volatility(Closed):
    target: Annotated[Amount, key("Yearly volatility to aim at.", "20%")]
    window: Annotated[Amount, key("Over how long it is measured.", "30d")]


class AtrSize(Closed):
    risk: Annotated[Amount, key("Share of the equity at risk.", "1%")]
    distance: Annotated[Expression, key("The distance that is risked.", "2 * atr(14)")]


class Kelly(Closed):
    fraction: Annotated[Literal["full", "half", "quarter"], key("Part of the Kelly stake.")]
    window: Annotated[Amount, key("Over how many trades it is measured.", "50 trades")]
    max: Annotated[Amount | None, key("Largest share of the equity.", "20%")] = None


METHODS = ("quantity", "cost", "equity", "risk", "volatility", "atr", "kelly", "equal")


class Size(Closed):
    model_config = one_of(*METHODS)
    quantity: Annotated[Quantity | None, key("A fixed amount of the base currency.", 0.5)] = None
    cost: Annotated[Amount | None, key("A fixed amount of the quote currency.", "100 USDT")] = None
    equity: Annotated[Amount | None, key("A share of the equity.", "10%")] = None
    risk: Annotated[Amount | None, key("Share of the equity lost at the stop.", "1%")] = None
    volatility: Annotated[Volatility | None, key("Aims at a volatility.")] = None
    atr: Annotated[AtrSize | None, key("Risks a multiple of the ATR.")] = None
    kelly: Annotated[Kelly | None, key("A part of the Kelly stake.")] = None
    equal: Annotated[Literal["slots"] | None, key("Equity divided by max_open.")] = None
    max: Annotated[Amount | None, key("Largest cost as a share of the equity.", "20%")] = None


class Orders(Closed):
    type: Annotated[Literal["market", "limit"], key("How entries are sent.")]
    offset: Annotated[Amount | None, key("Distance of the limit from the close.", "0.02%")] = None
    cancel_after: Annotated[Amount | None, key("When an unfilled order is canceled.", "2 candles")] = None
    fallback: Annotated[Literal["market", "cancel"] | None, key("What then.")] = None
    post_only: Annotated[bool | None, key("Never take liquidity.", True)] = None


class DailyLoss(Closed):
    limit: Annotated[Amount, key("Loss of a day, of the equity.", "3%")]
    then: Annotated[Literal["stop_until_next_day", "halt"], key("What happens.")]


class Drawdown(Closed):
    limit: Annotated[Amount, key("Fall from the highest equity.", "12%")]
    then: Annotated[Literal["reduce", "halt"], key("What happens.")]


class Risk(Closed):
    model_config = ConfigDict(json_schema_extra={"minProperties": 1})
    max_open: Annotated[int | None, key("Most positions open at once.", 2, ge=1, le=10_000)] = None
    max_leverage: Annotated[float | None, key("Largest exposure / equity.", 2, ge=1, le=1000)] = None
    daily_loss: Annotated[DailyLoss | None, key("Stops entries after a bad day.")] = None
    drawdown: Annotated[Drawdown | None, key("Stops at a drawdown.")] = None


class LowProfit(Closed):
    trades: Annotated[int, key("Least number of trades.", 3, ge=1, le=10_000)]
    within: Annotated[Amount, key("Looking back how far.", "3d")]
    required: Annotated[Amount, key("Least profit.", "1%")]
    pause: Annotated[Amount, key("How long entries pause.", "12h")]


class DrawdownPause(Closed):
    within: Annotated[Amount, key("Looking back how far.", "2d")]
    limit: Annotated[Amount, key("Of the equity.", "8%")]
    pause: Annotated[Amount, key("How long entries pause.", "1d")]


class Protection(Closed):
    model_config = one_of("cooldown", "stops", "low_profit", "drawdown", "losses")
    cooldown: Annotated[Amount | None, key("Pause after an exit.", "4 candles")] = None
    stops: Annotated[int | None, key("Pause after so many losing stops.", 3, ge=1, le=10_000)] = None
    low_profit: Annotated[LowProfit | None, key("Pause a symbol that earns too little.")] = None
    drawdown: Annotated[DrawdownPause | None, key("Pause in a drawdown.")] = None
    losses: Annotated[int | None, key("Pause after so many losses in a row.", 4, ge=1, le=10_000)] = None
    after: Annotated[Literal["any_exit", "loss", "stop"] | None, key("Which exits count.")] = None
    within: Annotated[Amount | None, key("Looking back how far.", "1d")] = None
    pause: Annotated[Amount | None, key("How long entries pause.", "12h")] = None
    per: Annotated[Literal["symbol", "strategy"] | None, key("What pauses.")] = None


class Schedule(Closed):
    model_config = ConfigDict(json_schema_extra={"minProperties": 1})
    timezone: Annotated[Word | None, key("Of `time.*` and of the hours below.", "UTC")] = None
    entries: Annotated[list[Word] | None, key("When entries are allowed.", ["mon-fri 06:00-22:00"], min_length=1)] = (
        None
    )


class Gaps(Closed):
    max: Annotated[Amount, key("Longest gap that changes nothing.", "3 candles")]
    then: Annotated[Literal["deny_entries"] | None, key("Denies entries for one candle.")] = None


class Goal(Closed):
    model_config = one_of("maximize", "minimize")
    maximize: Annotated[Word | None, key("The figure to make large.", "sharpe")] = None
    minimize: Annotated[Word | None, key("The figure to make small.", "max_drawdown")] = None
    min_trades: Annotated[int | None, key("Fewer trades do not count.", 100, ge=0, le=10**9)] = None
    max_drawdown: Annotated[Amount | None, key("Deeper drawdowns do not count.", "20%")] = None


class WalkForward(Closed):
    train: Annotated[Amount, key("Length of each training stretch.", "180d")]
    test: Annotated[Amount, key("Length of each test stretch.", "30d")]


class Optimize(Closed):
    model_config = ConfigDict(json_schema_extra={"minProperties": 1})
    tune: Annotated[list[Name] | None, key("Parameters to try.", ["fast", "slow"], min_length=1)] = None
    require: Annotated[list[Expression] | None, key("What must hold between them.", ["fast < slow"], min_length=1)] = (
        None
    )
    goal: Annotated[Goal | None, key("What is best.", {"maximize": "sharpe"})] = None
    walk_forward: Annotated[WalkForward | None, key("Train and test in turn.")] = None


class Strategy(Closed):
    """A stratrun strategy, version 2 (a draft until 1.0). `stratrun validate` is the authority: it also reads every
    expression, its names and units."""

    model_config = ConfigDict(
        json_schema_extra={
            "allOf": [{"if": {"properties": {"long": False, "short": False}}, "then": {"required": ["long"]}}]
        }
    )

    stratrun: Annotated[Literal[2], key("Version of the format."), WithJsonSchema({"type": "integer", "const": 2})]
    kind: Annotated[Literal["strategy"] | None, key("Kind of document.")] = None
    name: Annotated[Word, key("What reports call the strategy.", "Buy the dip in an uptrend")]
    description: Annotated[str | None, key("What it does and why.", "Buys dips.", title="text", max_length=4000)] = None
    tags: Annotated[list[Word] | None, key("Words to find it by.", ["trend"])] = None
    symbols: Annotated[
        list[Symbol],
        key("What to trade.", ["BTC/USDT"], min_length=1, max_length=1000, json_schema_extra={"uniqueItems": True}),
    ]
    market: Annotated[Literal["spot", "perp"] | None, key("Spot (default) or perpetual contracts.")] = None
    timeframe: Annotated[str, key("Length of a candle.", "1h", title="timeframe", pattern="^[1-9][0-9]{0,3}[mhdw]$")]
    feeds: Annotated[
        dict[Name, Feed] | None, key("Other symbols' candles, by a short name.", {"btc": {"symbol": "BTC/USDT"}})
    ] = None
    params: Annotated[dict[Name, Param] | None, key("Numbers that can be tuned.", {"fast": {"default": 20}})] = None
    indicators: Annotated[
        dict[Name, Expression] | None, key("Named series and conditions.", {"trend": "ema(close, 200)"})
    ] = None
    filters: Annotated[Condition | None, key("Every entry needs all of these.", ["volume > sma(volume, 96)[1]"])] = None
    long: Annotated[Side | None, key("Buying.", {"enter": "close > ema(close, 200)", "exit": {"stop": "3%"}})] = None
    short: Annotated[Side | None, key("Selling; needs market: perp.", {"enter": "close < ema(close, 200)"})] = None
    opposite: Annotated[
        Literal["reverse", "close", "ignore"] | None, key("What an entry does to an open position of the other side.")
    ] = None
    priority: Annotated[
        Expression | None, key("Entries of one time go in this order, highest first.", "roc(close, 20)")
    ] = None
    size: Annotated[Size, key("How much to trade.", {"risk": "1%"})]
    orders: Annotated[Orders | None, key("How entries are sent.", {"type": "limit", "offset": "0.02%"})] = None
    risk: Annotated[Risk | None, key("Limits.", {"max_open": 2})] = None
    protections: Annotated[
        list[Protection] | None, key("Pauses after losses.", [{"cooldown": "4 candles"}], min_length=1)
    ] = None
    schedule: Annotated[Schedule | None, key("Hours and their timezone.", {"timezone": "UTC"})] = None
    gaps: Annotated[
        Gaps | None, key("What a gap between candles does.", {"max": "3 candles", "then": "deny_entries"})
    ] = None
    optimize: Annotated[Optimize | None, key("What to tune, and how.", {"tune": ["fast"]})] = None
