"""Why the venue refuses, as a closed set that each wire adapter puts into its venue's own codes."""

from __future__ import annotations

from enum import StrEnum


class Refusal(StrEnum):
    BAD_KEY = "bad_key"
    BAD_SIGNATURE = "bad_signature"
    NO_PERMISSION = "no_permission"
    STALE_REQUEST = "stale_request"
    """Its time lies outside of the window that the venue accepts."""
    THROTTLED = "throttled"
    UNKNOWN_SYMBOL = "unknown_symbol"
    NOT_TRADING = "not_trading"
    MAINTENANCE = "maintenance"
    BAD_REQUEST = "bad_request"
    BAD_QUANTITY = "bad_quantity"
    BAD_PRICE = "bad_price"
    SMALL_COST = "small_cost"
    DUPLICATE = "duplicate"
    WOULD_TRIGGER = "would_trigger"
    WOULD_MATCH = "would_match"
    REDUCE_ONLY = "reduce_only"
    NO_FUNDS = "no_funds"
    NO_ORDER = "no_order"
    BAD_LEVERAGE = "bad_leverage"
    NO_CHANGE = "no_change"


class RefusedError(Exception):
    """The venue will not do it, and nothing changed."""

    def __init__(self, refusal: Refusal, words: str) -> None:
        super().__init__(words)
        self.refusal = refusal
        self.words = words


def check_refused(name: str) -> None:
    """Raises RefusedError for what is a refusal's name."""
    if name in list(Refusal):
        raise RefusedError(Refusal(name), f"the venue refuses it: {name.replace('_', ' ')}")
