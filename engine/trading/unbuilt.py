"""Rules that a strategy may state and the decision core does not run yet: refused by name, never silently ignored."""

from __future__ import annotations

from collections.abc import Iterator

from ..diagnostics.diagnostic import InputError
from ..language.strategy import SizeMethod, Strategy

_LIMITS = (
    "daily_loss", "drawdown", "max_cost", "max_position", "max_exposure", "max_net_exposure", "risk_per_trade", "heat",
    "max_correlated", "stop_required",
)  # fmt: skip
_SIZES = (SizeMethod.VOLATILITY, SizeMethod.ATR, SizeMethod.KELLY, SizeMethod.EQUAL)


def refuse_unbuilt(strategy: Strategy) -> None:
    """Raises InputError naming every key that would have no effect."""
    found = list(_unbuilt(strategy))
    if found:
        named = ", ".join(f"`{key}`" for key in found)
        raise InputError(f"{strategy.name}: this release does not run {named} yet", help="leave it out for now")


def _unbuilt(strategy: Strategy) -> Iterator[str]:
    if strategy.size.method in _SIZES:
        yield f"size.{strategy.size.method}"
    for limit in _LIMITS:
        if getattr(strategy.risk, limit):
            yield f"risk.{limit}"
    if strategy.protections:
        yield "protections"
    if strategy.schedule is not None:
        yield "schedule.entries"
