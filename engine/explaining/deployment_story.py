"""A deployment in, its explanation in plain English out: sections of sentences, and where each value comes from."""

from __future__ import annotations

from collections.abc import Iterator

from ..language.deployment import Deployed, Deployment, Shutdown
from ..language.deployments.figures import written
from ..language.portfolio import Portfolio
from ..language.strategy import Market, Strategy
from ..language.stricter import told_limits
from ..language.yaml.nodes import MapNode
from .expression import number_of
from .money import limit_lines, share_text
from .origins import Sourced, node_at, placed
from .story import Line, Section
from .values import Setting, limits_of

_SHUTDOWN = {
    Shutdown.KEEP: "An orderly end leaves orders and positions as they are.",
    Shutdown.CANCEL: "An orderly end cancels entries; positions stay, with their stops.",
    Shutdown.FLATTEN: "An orderly end cancels all orders and closes every position.",
}


def story(deployment: Deployment) -> list[Section]:
    """The explanation, section by section."""
    return [
        Section("Where it trades", tuple(_place(deployment))),
        Section("What it trades", tuple(_deployed(deployed) for deployed in deployment.strategies)),
        Section("How much it may use", tuple(_money(deployment))),
        Section("How orders are sent", tuple(_orders(deployment))),
        Section("How it ends, and who is told", tuple(_end(deployment))),
    ]


def values(deployment: Deployment, root: MapNode | None) -> list[Sourced]:
    """Every value of the deployment's own file; `root` is its document."""
    plain, orders, data = deployment, deployment.orders, deployment.data
    texts = {
        "venue": plain.venue, "market": plain.market.value, "account": plain.account,
        "sandbox": str(plain.sandbox).lower(), "ledger": plain.ledger, "capital": _capital(plain),
        "leverage": None if plain.leverage is None else number_of(plain.leverage),
        "margin": plain.margin.value if plain.market is Market.PERP else None,
        "orders.max_naked": written(orders.max_naked), "orders.valid_for": written(orders.valid_for),
        "orders.price_collar": _percent(orders.price_collar), "orders.spread_max": _percent(orders.spread_max),
        "orders.per_second": number_of(orders.per_second), "orders.per_day": str(orders.per_day),
        "orders.rejects": str(orders.rejects), "data.wait": written(data.wait), "data.grace": written(data.grace),
        "data.stale": written(data.stale), "shutdown": plain.shutdown.value, "notify.log": plain.notify.log,
        "notify.http": plain.notify.http, "schedule.timezone": plain.timezone,
    }  # fmt: skip
    for number, deployed in enumerate(plain.strategies):
        key = f"strategies.{number}"
        texts |= {
            f"{key}.strategy": deployed.subject.path, f"{key}.name": deployed.name,
            f"{key}.weight": _percent(deployed.share), f"{key}.valid_for": written(deployed.valid_for),
        }  # fmt: skip
    settings = [Setting(key, text, node_at(root, key) is None) for key, text in texts.items() if text is not None]
    first = next(plain.runs()).strategy
    for limit in limits_of(plain.limits, first):
        key = limit.key.replace("risk", "limits", 1)
        settings.append(Setting(key, limit.text, node_at(root, key) is None))
    return [placed(setting, root) for setting in settings]


def _place(deployment: Deployment) -> Iterator[Line]:
    kind = "spot markets" if deployment.market is Market.SPOT else "perpetual contracts"
    yield Line(f"It trades {kind} with the account `{deployment.account}`.")
    if deployment.endpoint is not None:
        places = dict.fromkeys(deployment.endpoint.hosts.values() or [deployment.endpoint.address])
        yield Line(
            f"It speaks {deployment.venue}'s language to {', '.join(places)} on this machine, and to no one else."
        )
    elif deployment.sandbox:
        yield Line(f"It trades on the test network of {deployment.venue}: no real money.")
    else:
        yield Line(f"It trades at {deployment.venue}, with real money when it is run with --live.")
    if deployment.leverage is not None:
        how = f"leverage {number_of(deployment.leverage)}, {deployment.margin} margin"
        yield Line(f"The venue is told to use {how}.")
    yield Line(f"All that happens is recorded in {deployment.ledger}.")


def _deployed(deployed: Deployed) -> Line:
    subject = deployed.subject
    title = f"`{deployed.name}` has {share_text(deployed.share)} of the capital: {subject.name}."
    parts = [Line(f"Its signals may be traded for {written(deployed.valid_for)} after a close.")]
    limits = told_limits(subject.risk)
    parts.append(Line(f"Limits in force: {'; '.join(limits)}." if limits else "No limits are in force."))
    if isinstance(subject, Portfolio):
        parts.insert(0, Line(f"A portfolio of {', '.join(member.name for member in subject.members)}."))
    else:
        parts.insert(0, Line(_traded(subject)))
    parts.append(Line(f"`stratrun explain {subject.path}` tells the rest."))
    return Line(title, tuple(parts))


def _traded(strategy: Strategy) -> str:
    sides = " and ".join(name for name in ("long", "short") if getattr(strategy, name) is not None)
    return f"Trades {', '.join(strategy.symbols)}, {sides}, on {strategy.timeframe} candles."


def _money(deployment: Deployment) -> Iterator[Line]:
    capital = deployment.capital
    if capital.amount is not None:
        yield Line(f"{capital.amount:f} {deployment.currency} of the account, and never more.")
    elif capital.share is not None:
        yield Line(f"{share_text(capital.share)} of the account's {deployment.currency}.")
    else:
        yield Line(f"All of the account's {deployment.currency}.")
    left = 1.0 - sum(deployed.share for deployed in deployment.strategies)
    if left > 1e-9:
        yield Line(f"{share_text(round(left, 9))} of that is given to no strategy.")
    lines = list(limit_lines(deployment.limits, deployment.timezone))
    if lines:
        yield Line("Its limits; of these and a strategy's own the stricter holds:", tuple(map(Line, lines)))


def _orders(deployment: Deployment) -> Iterator[Line]:
    orders, data = deployment.orders, deployment.data
    yield Line(f"A position that declares a stop is without one for {written(orders.max_naked)} at most.")
    yield Line(f"No limit farther than {_percent(orders.price_collar)} from the market's price.")
    yield Line(f"No entry while the spread is wider than {_percent(orders.spread_max)}.")
    often = f"{number_of(orders.per_second)} orders a second and {orders.per_day:,} a day"
    yield Line(f"At most {often}; after {orders.rejects} rejections in a row only exits.")
    yield Line(f"Candles of all symbols are waited for {written(data.wait)}; one that nothing follows is closed by the "
               f"clock after {written(data.grace)}; data later than {written(data.stale)} denies entries.")  # fmt: skip


def _end(deployment: Deployment) -> Iterator[Line]:
    yield Line(_SHUTDOWN[deployment.shutdown])
    notify = deployment.notify
    if notify.log is not None:
        yield Line(f"Alerts are appended to {notify.log}.")
    if notify.http is not None:
        yield Line(f"Alerts are sent to the address in the environment variable {notify.http}.")


def _capital(deployment: Deployment) -> str:
    capital = deployment.capital
    if capital.amount is not None:
        return f"{capital.amount:f} {deployment.currency}"
    return "all" if capital.share is None else _percent(capital.share)


def _percent(value: float) -> str:
    return share_text(value).replace(" ", "")
