"""A structurally sound deployment document in, a Deployment out; what it cannot mean goes to the report.

1. the strategies and their shares; 2. whether one account can hold them; 3. limits; 4. places; 5. rules of orders and
data. A part whose structure is wrong is passed over, so that all other mistakes are still told at once.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...diagnostics.diagnostic import Diagnostic
from ...diagnostics.report import Report
from ..deployment import DataRules, Deployed, Deployment, Margin, OrderRules, Shutdown
from ..meaning.keys import check_timezone
from ..portfolios.together import currency as currency_of
from ..strategy import Market
from ..structure.part import Part
from ..text import cut
from ..yaml.nodes import ListNode, ScalarNode
from .entries import Entry, Opening, Subject, read_entries, whole
from .figures import MS, capital, fraction, length, written
from .limits import check_leverage, limited, read_limits
from .places import check_venue_name, read_endpoint, read_ledger, read_notify
from .together import check_account, check_alone, check_names, read_weights

_ORDERS, _DATA = OrderRules(), DataRules()


def build(path: str, root: Part, opening: Opening, report: Report) -> tuple[Deployment | None, list[Diagnostic]]:
    """The deployment, or None when there are errors; and what is said of the files it names."""
    check_timezone(root, report)
    check_venue_name(root, report)
    market = Market(root.string("market", "spot"))
    weights = read_weights(root.listed("strategies"), report)
    entries, told = read_entries(path, root, opening, report)
    check_names(entries, report)
    check_account(entries, market, report)
    check_alone(entries, weights, report)
    subjects = [entry.subject for entry in entries if entry.subject is not None]
    currency = currency_of(whole(subjects[0])) if subjects else ""
    check_leverage(root, market, report)
    limits = read_limits(root, subjects, currency, report)
    orders, data = _orders(root.part("orders"), report), _data(root.part("data"), report)
    fixed = root.get("sandbox")
    leverage = root.number("leverage") if market is Market.PERP else None
    found = Deployment(
        path=path,
        name=root.string("name"),
        venue=root.string("venue"),
        account=root.string("account"),
        market=market,
        currency=currency,
        ledger=read_ledger(path, root, report) if root.get("ledger") is not None else "",
        strategies=_deployed(root, entries, weights, currency, leverage, orders, report),
        capital=capital(root, currency, report),
        limits=limits,
        sandbox=isinstance(fixed, ScalarNode) and fixed.value is True,
        endpoint=read_endpoint(root, report),
        leverage=_leverage(leverage, subjects, market),
        margin=Margin(root.string("margin", Margin.ISOLATED)),
        orders=orders,
        data=data,
        shutdown=Shutdown(root.string("shutdown", Shutdown.CANCEL)),
        notify=read_notify(path, root),
        timezone=root.part("schedule").string("timezone", "UTC"),
        description=root.string("description"),
    )
    complete = not report.failed and len(subjects) == _count(root)
    return found if complete else None, told


def _deployed(
    root: Part, entries: Sequence[Entry], weights: Sequence[float], currency: str, leverage: float | None,
    orders: OrderRules, report: Report,
) -> tuple[Deployed, ...]:  # fmt: skip
    found = []
    for entry, share in zip(entries, weights, strict=False):
        valid_for = length(entry.part, "valid_for", orders.valid_for, MS["s"], MS["d"], report)
        if entry.subject is None:
            continue
        timeframe = whole(entry.subject).timeframe
        if valid_for > timeframe.ms:
            own = "valid_for" in entry.part
            part = entry.part if own else root.part("orders")
            message = f"`{cut(entry.name)}` has signals valid for {written(valid_for)}, past the next {timeframe} close"
            place = part.span("valid_for") if "valid_for" in part else entry.part.span("strategy")
            report.warning("SR737", message, place, f"write `valid_for: {written(timeframe.ms)}` or less")
        found.append(Deployed(entry.name, share, limited(root, entry.subject, currency, leverage), valid_for))
    return tuple(found)


def _orders(part: Part, report: Report) -> OrderRules:
    return OrderRules(
        max_naked=length(part, "max_naked", _ORDERS.max_naked, 100, 10 * MS["m"], report),
        valid_for=length(part, "valid_for", _ORDERS.valid_for, MS["s"], MS["d"], report),
        price_collar=fraction(part, "price_collar", _ORDERS.price_collar, report),
        spread_max=fraction(part, "spread_max", _ORDERS.spread_max, report),
        per_second=float(part.number("per_second") or _ORDERS.per_second),
        per_day=int(part.number("per_day") or _ORDERS.per_day),
        rejects=int(part.number("rejects") or _ORDERS.rejects),
    )


def _data(part: Part, report: Report) -> DataRules:
    return DataRules(
        wait=length(part, "wait", _DATA.wait, 0, 5 * MS["m"], report),
        grace=length(part, "grace", _DATA.grace, 0, 5 * MS["m"], report),
        stale=length(part, "stale", _DATA.stale, MS["s"], MS["d"], report),
    )


def _leverage(stated: float | None, subjects: Sequence[Subject], market: Market) -> float | None:
    """What the venue is told: what the file says, else the most that a strategy may use."""
    if market is Market.SPOT:
        return None
    return stated or max((whole(subject).risk.max_leverage for subject in subjects), default=1.0)


def _count(root: Part) -> int:
    node = root.get("strategies")
    return len(node.items) if isinstance(node, ListNode) else 1
