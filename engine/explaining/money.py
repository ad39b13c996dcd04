"""A strategy's size, orders, limits and pauses in, sentences out."""

from __future__ import annotations

from collections.abc import Iterator

from ..language.strategy import (
    Drawdown,
    ExitFilter,
    Fallback,
    LossLimit,
    OnLoss,
    Orders,
    OrderType,
    Protection,
    ProtectionKind,
    Reach,
    Risk,
    SizeMethod,
    Strategy,
)
from .expression import number_of
from .values import amount_of, length_of
from .words import Words, words_for

SIZES = {
    SizeMethod.QUANTITY: "{amount} of the base currency per trade.",
    SizeMethod.COST: "{amount} per trade.",
    SizeMethod.EQUITY: "{amount} of the equity per trade.",
    SizeMethod.RISK: "So much that the stop, if it is hit, loses {amount} of the equity.",
    SizeMethod.VOLATILITY: "So much that the position would vary by {amount} of the equity in a year, as measured by "
                           "{measure}.",
    SizeMethod.ATR: "So much that a move of {measure} against it loses {amount} of the equity.",
    SizeMethod.KELLY: "{amount} of the Kelly stake over the last {window} trades; until there are so many, {fallback} "
                      "of the equity at risk.",
    SizeMethod.EQUAL: "An equal share of the equity for each of the {places} positions allowed.",
}  # fmt: skip
ORDERS = {
    OrderType.MARKET: "Entries are market orders, filled at the next open.",
    OrderType.LIMIT: "Entries are limit orders {offset} better than the close.",
    OrderType.STOP: "Entries are stop orders {offset} beyond the close.",
    OrderType.STOP_LIMIT: "Entries are stop orders {offset} beyond the close, filled at most {limit} further.",
}
LOSSES = {
    OnLoss.STOP_UNTIL_NEXT_DAY: "no entry until the next day ({timezone})",
    OnLoss.REDUCE: "only exits from then on",
    OnLoss.HALT: "trading is halted",
}
PROTECTIONS = {
    ProtectionKind.COOLDOWN: "after {exits}",
    ProtectionKind.STOPS: "after {count} losing stops within {within}",
    ProtectionKind.LOW_PROFIT: "when at least {count} trades within {within} made less than {threshold} together",
    ProtectionKind.DRAWDOWN: "when the equity fell by {threshold} within {within}",
    ProtectionKind.LOSSES: "after {count} losing trades in a row",
}
EXITS = {ExitFilter.ANY_EXIT: "any exit", ExitFilter.LOSS: "a loss", ExitFilter.STOP: "a stop"}


def money_lines(strategy: Strategy) -> Iterator[str]:
    """What is put at stake, and what holds it back."""
    size, words = strategy.size, words_for(strategy)
    yield SIZES[size.method].format(
        amount=_spaced(amount_of(size, strategy)), measure=words.series(size.measure) if size.measure else "",
        window=size.window, fallback=share_text(size.fallback or 0.0), places=strategy.risk.max_open,
    )  # fmt: skip
    if size.max is not None:
        yield f"Never more than {share_text(size.max)} of the equity in one position."
    if size.at_risk is not None:
        yield f"Never more than {share_text(size.at_risk)} of the equity at risk."
    yield from _orders(strategy.orders, words)
    if strategy.risk.max_open is None:
        yield "Any number of positions at once, one for each symbol."
    yield from limit_lines(strategy.risk, strategy.timezone)
    for protection in strategy.protections:
        yield _protection(protection)


def _orders(orders: Orders, words: Words) -> Iterator[str]:
    offset, limit = (words.distance(distance) if distance else "0" for distance in (orders.offset, orders.limit))
    yield ORDERS[orders.type].format(offset=offset, limit=limit)
    if orders.type is OrderType.MARKET:
        return
    then = "sent as market orders" if orders.fallback is Fallback.MARKET else "canceled"
    if orders.cancel_after is not None:
        yield f"Those not filled within {length_of(orders.cancel_after)} are {then}."
    if orders.post_only:
        yield "They are sent only where they pay the maker fee."


def limit_lines(risk: Risk, timezone: str) -> Iterator[str]:
    """The limits that are set; a day begins in `timezone`."""
    if risk.max_open is not None:
        yield f"At most {risk.max_open} position{'' if risk.max_open == 1 else 's'} at once."
    if risk.max_leverage != 1.0:
        yield f"Leverage of at most {number_of(risk.max_leverage)}."
    if risk.max_cost is not None:
        yield f"No order costs more than {number_of(risk.max_cost)} of the quote currency."
    shares = {
        "A position is at most {} of the equity.": risk.max_position,
        "All positions together are at most {} of the equity.": risk.max_exposure,
        "Longs less shorts are at most {} of the equity.": risk.max_net_exposure,
        "One trade may lose at most {} of the equity at its stop.": risk.risk_per_trade,
        "All open trades together may lose at most {} of the equity at their stops.": risk.heat,
    }
    yield from (words.format(share_text(value)) for words, value in shares.items() if value is not None)
    if risk.max_correlated is not None:
        linked = risk.max_correlated
        yield (f"At most {linked.most} positions whose returns correlate by more than {number_of(linked.above)} over "
               f"{linked.window} candles.")  # fmt: skip
    if risk.stop_required:
        yield "An entry without a stop is denied."
    if risk.daily_loss is not None:
        yield _loss("a day has lost", risk.daily_loss, timezone)
    if risk.drawdown is not None:
        yield from _drawdown(risk.drawdown, timezone)


def _drawdown(limit: Drawdown, timezone: str) -> Iterator[str]:
    yield _loss("the equity has fallen from its highest by", limit, timezone)
    if limit.halt is not None:
        deeper = LossLimit(limit.halt, OnLoss.HALT)
        yield _loss("it has fallen by", deeper, timezone)
    if limit.flatten:
        yield "A halt closes all positions at their next open."


def _loss(when: str, limit: LossLimit, timezone: str) -> str:
    then = LOSSES[limit.then].format(timezone=timezone)
    return f"Once {when} {share_text(limit.limit)}, {then}."


def _protection(rule: Protection) -> str:
    when = PROTECTIONS[rule.kind].format(
        exits=EXITS[rule.after], count=rule.count, within=length_of(rule.within) if rule.within else "any time",
        threshold=share_text(rule.threshold),
    )  # fmt: skip
    if rule.reach is Reach.SYMBOL:
        return f"Entries of a symbol pause for {length_of(rule.pause)} {when}, each symbol for itself."
    return f"Entries of the whole strategy pause for {length_of(rule.pause)} {when}."


def share_text(value: float) -> str:
    """0.05 as 5 %."""
    return _spaced(number_of(value, ratio=True))


def _spaced(text: str) -> str:
    return text.replace("%", " %")
