"""The `orders:` block in, how entries are sent out."""

from __future__ import annotations

from ...diagnostics.report import Report
from ..resolve.resolver import Resolver
from ..strategy import Fallback, Orders, OrderType
from ..structure.part import Part
from ..yaml.nodes import ScalarNode
from .distances import Distances

_RESTING = (OrderType.LIMIT, OrderType.STOP, OrderType.STOP_LIMIT)
_BELONGS = {
    "offset": _RESTING,
    "limit": (OrderType.STOP_LIMIT,),
    "cancel_after": _RESTING,
    "fallback": _RESTING,
    "post_only": (OrderType.LIMIT,),
}
"""The types of order that a key says something about."""


def read_orders(part: Part, resolver: Resolver, report: Report) -> Orders:
    """What the block says; a key that does not belong to the order's type goes to the report."""
    distances = Distances(resolver, report)
    cancel_after = part.text("cancel_after")
    post_only = part.get("post_only")
    kind = OrderType(part.string("type", OrderType.MARKET))
    orders = Orders(
        type=kind,
        offset=distances.plain(part, "offset"),
        limit=distances.plain(part, "limit"),
        cancel_after=resolver.duration(cancel_after) if cancel_after is not None else None,
        fallback=Fallback(part.string("fallback", Fallback.CANCEL)),
        post_only=isinstance(post_only, ScalarNode) and post_only.value is True,
    )
    if part.get("type") is not None:
        _check_keys(part, kind, report)
    return orders


def _check_keys(part: Part, kind: OrderType, report: Report) -> None:
    for key, kinds in _BELONGS.items():
        if key in part and kind not in kinds:
            fitting = " or ".join(f"`type: {k}`" for k in kinds)
            report.error("SR440", f"`{key}` says nothing about a {_said(kind)} order", part.key_span(key), fitting)
    if kind in (OrderType.STOP, OrderType.STOP_LIMIT) and "offset" not in part:
        message = f"a {_said(kind)} entry needs `offset`: how far the price must move to trigger it"
        report.error("SR440", message, part.span("type"), "add `offset: 0.5%`, say")
    if kind is OrderType.STOP_LIMIT and "limit" not in part:
        message = "a stop-limit entry needs `limit`: how far beyond its trigger it may fill"
        report.error("SR440", message, part.span("type"), "add `limit: 0.1%`, say, or write `type: stop`")
    if kind in _RESTING and "fallback" in part and "cancel_after" not in part:
        message = "`fallback` never happens without `cancel_after`: the order rests until it is filled"
        report.error("SR440", message, part.key_span("fallback"), "add `cancel_after: 2 candles`, say")


def _said(kind: OrderType) -> str:
    return kind.replace("_", "-")
