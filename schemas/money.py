"""The models of what guards the money: `size:`, `orders:`, `risk:` and `protections:`."""

from __future__ import annotations

from typing import Annotated, Literal

from .parts import Amount, Closed, Expression, Quantity, key, one_of, ruled


class Volatility(Closed):
    target: Annotated[Amount, key("Yearly volatility of the position to aim at.", "20%")]
    window: Annotated[Amount, key("How far back the volatility is measured.", "30d")]


class AtrSize(Closed):
    risk: Annotated[Amount, key("Share of the equity that the distance costs.", "1%")]
    distance: Annotated[Expression, key("The move against the position that is risked.", "2 * atr(14)")]


class Kelly(Closed):
    fraction: Annotated[Literal["full", "half", "quarter"], key("How much of the Kelly stake to take.")]
    window: Annotated[Amount, key("How many trades back it is measured.", "50 trades")]
    fallback: Annotated[Amount, key("Share of the equity at risk until there are so many trades.", "0.5%")]
    max: Annotated[Amount | None, key("Largest share of the equity at risk.", "5%")] = None


METHODS = ("quantity", "cost", "equity", "risk", "volatility", "atr", "kelly", "equal")


class Size(Closed):
    model_config = ruled(one_of(*METHODS))
    quantity: Annotated[Quantity | None, key("A fixed amount of the base currency.", 0.5)] = None
    cost: Annotated[Amount | None, key("A fixed amount of the quote currency.", "100 USDT")] = None
    equity: Annotated[Amount | None, key("A share of the equity.", "10%")] = None
    risk: Annotated[Amount | None, key("Share of the equity that is lost at the stop.", "1%")] = None
    volatility: Annotated[
        Volatility | None, key("Aims at a yearly volatility.", {"target": "20%", "window": "30d"})
    ] = None
    atr: Annotated[
        AtrSize | None, key("Risks a share of the equity over a distance.", {"risk": "1%", "distance": "2 * atr(14)"})
    ] = None
    kelly: Annotated[
        Kelly | None, key("A part of the Kelly stake.", {"fraction": "half", "window": "50 trades", "fallback": "0.5%"})
    ] = None
    equal: Annotated[Literal["slots"] | None, key("Equity divided by the places of `risk.max_open`.")] = None
    max: Annotated[Amount | None, key("Largest cost as a share of the equity.", "20%")] = None


class Orders(Closed):
    type: Annotated[Literal["market", "limit", "stop", "stop_limit"], key("How entries are sent.")]
    offset: Annotated[
        Expression | None,
        key("Distance from the close: a limit waits for a better price, a stop for a worse one.", "0.02%"),
    ] = None
    limit: Annotated[Expression | None, key("How far beyond its trigger a stop_limit may fill.", "0.1%")] = None
    cancel_after: Annotated[Amount | None, key("When an unfilled order is canceled.", "2 candles")] = None
    fallback: Annotated[
        Literal["market", "cancel"] | None, key("What becomes of an order that was not filled in time.")
    ] = None
    post_only: Annotated[bool | None, key("Whether to send only orders that pay the maker fee.", True)] = None


class DailyLoss(Closed):
    limit: Annotated[Amount, key("Loss since midnight as a share of the equity.", "3%")]
    then: Annotated[Literal["stop_until_next_day", "halt"], key("What happens at the limit.")]


class Drawdown(Closed):
    limit: Annotated[Amount, key("Fall from the highest equity so far.", "12%")]
    then: Annotated[Literal["reduce", "halt"], key("What happens at the limit.")]
    halt: Annotated[Amount | None, key("A deeper fall, at which trading halts; with `then: reduce`.", "20%")] = None
    flatten: Annotated[bool | None, key("Whether a halt closes all positions at the next open.", True)] = None


class Correlated(Closed):
    most: Annotated[int, key("Most positions that move together.", 2, ge=1, le=10_000)]
    above: Annotated[float, key("The correlation of returns above which they do.", 0.8, gt=0, lt=1)]
    window: Annotated[Amount, key("How far back it is measured.", "30d")]


class Risk(Closed):
    model_config = ruled(minProperties=1)
    max_open: Annotated[int | None, key("Most positions open at once.", 2, ge=1, le=10_000)] = None
    max_leverage: Annotated[float | None, key("Largest exposure as a multiple of equity.", 2, ge=1, le=1000)] = None
    daily_loss: Annotated[
        DailyLoss | None, key("Stops entries after a bad day.", {"limit": "3%", "then": "stop_until_next_day"})
    ] = None
    drawdown: Annotated[Drawdown | None, key("Stops entries at a drawdown.", {"limit": "12%", "then": "halt"})] = None
    max_cost: Annotated[Amount | None, key("Largest cost of one order.", "1000 USDT")] = None
    max_position: Annotated[Amount | None, key("Largest position of a symbol as a share of the equity.", "20%")] = None
    max_exposure: Annotated[Amount | None, key("Largest sum of all positions as a share of the equity.", "100%")] = None
    max_net_exposure: Annotated[
        Amount | None, key("Largest difference between longs and shorts as a share of the equity.", "50%")
    ] = None
    risk_per_trade: Annotated[Amount | None, key("Most of the equity that a trade may lose at its stop.", "2%")] = None
    heat: Annotated[Amount | None, key("Most of the equity that all trades may lose at their stops.", "6%")] = None
    max_correlated: Annotated[
        Correlated | None, key("Limits positions that move together.", {"most": 2, "above": 0.8, "window": "30d"})
    ] = None
    stop_required: Annotated[bool | None, key("Denies entries without a stop.", True)] = None


class LowProfit(Closed):
    trades: Annotated[int, key("Least number of trades that count.", 3, ge=1, le=10_000)]
    within: Annotated[Amount, key("How far back trades count.", "3d")]
    required: Annotated[Amount, key("Least profit of those trades together.", "1%")]
    pause: Annotated[Amount, key("How long entries pause.", "12h")]


class DrawdownPause(Closed):
    within: Annotated[Amount, key("How far back the highest equity counts.", "2d")]
    limit: Annotated[Amount, key("Fall from the highest equity.", "8%")]
    pause: Annotated[Amount, key("How long entries pause.", "1d")]


class Protection(Closed):
    model_config = ruled(one_of("cooldown", "stops", "low_profit", "drawdown", "losses"))
    cooldown: Annotated[Amount | None, key("Pause after an exit.", "4 candles")] = None
    stops: Annotated[int | None, key("Pause after so many losing stops.", 3, ge=1, le=10_000)] = None
    low_profit: Annotated[
        LowProfit | None,
        key(
            "Pause where trades earn too little.",
            {"trades": 3, "within": "3d", "required": "1%", "pause": "12h"},
        ),
    ] = None
    drawdown: Annotated[
        DrawdownPause | None, key("Pause in a drawdown.", {"within": "2d", "limit": "8%", "pause": "1d"})
    ] = None
    losses: Annotated[int | None, key("Pause after so many losses in a row.", 4, ge=1, le=10_000)] = None
    after: Annotated[Literal["any_exit", "loss", "stop"] | None, key("Which exits begin a cooldown.")] = None
    within: Annotated[Amount | None, key("How far back stops or losses count.", "1d")] = None
    pause: Annotated[Amount | None, key("How long entries pause.", "12h")] = None
    per: Annotated[Literal["symbol", "strategy"] | None, key("Whether the symbol pauses or the whole strategy.")] = None
