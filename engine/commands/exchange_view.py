"""What `stratrun exchange` prints: how to reach it, a line for each order and fill, and the truth at its end."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import click

from ..exchange.accounts import Event, OrderEvent, Truth
from ..exchange.faults import Fault
from ..exchange.orders import Fill, Order
from ..run.rehearsal.stand import Stand, exports


class View:
    """`form`: text, or json for one object a line, whose `event` says what it is."""

    def __init__(self, form: str, venue: str, market: str, stand: Stand) -> None:
        self._json, self._venue, self._market, self._stand = form == "json", venue, market, stand

    def begun(self, urls: Mapping[str, str]) -> None:
        """`urls`: real host -> address; all of one address."""
        address, wanted = next(iter(urls.values())), exports(self._stand.keys)
        account, symbols = self._stand.keys.account, list(self._stand.prices)
        if self._json:
            self._tell("serving", venue=self._venue, market=self._market, account=account, endpoint=address,
                       hosts=dict(urls), symbols=symbols, environment=wanted)  # fmt: skip
            return
        lines = [f"Serving {', '.join(symbols)} as {self._venue}, on this machine alone. In the deployment:", ""]
        lines += [
            f"  venue: {self._venue}",
            f"  market: {self._market}",
            f"  account: {account}",
            f"  endpoint: {address}",
        ]
        lines += ["", f"It stands for {', '.join(urls)}."]
        if wanted:
            lines += ["Keys, in the shell of the session (worth nothing anywhere else):", ""]
            lines += [f"  export {name}={value}" for name, value in wanted.items()]
        else:
            lines += [f"It takes the keys of {account} that this shell's environment has."]
        click.echo("\n".join([*lines, "", "Ctrl-C ends it."]))

    def happened(self, event: Event) -> None:
        """A listener of the account."""
        if not isinstance(event.body, OrderEvent):
            return
        order, fill = event.body.order, event.body.fill
        if self._json:
            self._tell("fill" if fill else "order", event.time, **(fill_data(fill) if fill else order_data(order)))
            return
        at = datetime.fromtimestamp(event.time / 1_000, UTC).strftime("%Y-%m-%d %H:%M:%S")
        click.echo(f"{at}  {fill_words(fill) if fill else order_words(order)}")

    def ended(self, truth: Truth, struck: Sequence[Fault]) -> None:
        wallets = {name: {"total": str(it.total), "locked": str(it.locked)} for name, it in truth.wallets.items()}
        positions = {
            name: {"quantity": str(it.quantity), "entry": str(it.entry)} for name, it in truth.holdings.items()
        }
        if self._json:
            orders, fills = [order_data(it) for it in truth.orders], [fill_data(it) for it in truth.fills]
            self._tell("ended", orders=orders, fills=fills, balances=wallets, positions=positions,
                       faults=[str(it) for it in struck])  # fmt: skip
            return
        lines = [
            "",
            f"What really was so: {len(truth.orders)} orders ({len(truth.open)} open), {len(truth.fills)} fills",
        ]
        lines += [f"  {order_words(it)}" for it in truth.orders]
        lines += [f"  {fill_words(it)}" for it in truth.fills]
        lines += [f"  balance {name} {it['total']} ({it['locked']} locked)" for name, it in wallets.items()]
        lines += [f"  position {name} {it['quantity']} from {it['entry']}" for name, it in positions.items()]
        lines += [f"  fault {it}" for it in struck]
        click.echo("\n".join(lines))

    def _tell(self, event: str, time: int | None = None, **data: Any) -> None:
        at = datetime.now(UTC) if time is None else datetime.fromtimestamp(time / 1_000, UTC)
        click.echo(
            json.dumps({"event": event, "time": at.isoformat(timespec="milliseconds"), **data}, ensure_ascii=False)
        )


def order_words(order: Order) -> str:
    prices = f" at {order.price.normalize():f}" if order.price is not None else ""
    prices += f" triggers at {order.trigger.normalize():f}" if order.trigger is not None else ""
    return (f"order {order.order_id} {order.symbol} {order.side} {order.quantity.normalize():f} {order.type}{prices}: "
            f"{order.status}, {order.filled.normalize():f} filled")  # fmt: skip


def fill_words(fill: Fill) -> str:
    return (f"fill {fill.fill_id} of order {fill.order_id} {fill.symbol} {fill.side} {fill.quantity.normalize():f} "
            f"at {fill.price.normalize():f}, fee {fill.fee.normalize():f} {fill.fee_currency}")  # fmt: skip


def order_data(order: Order) -> dict[str, Any]:
    """As texts, so that no digit is lost."""
    return {
        "order": str(order.order_id), "client_id": order.client_id, "symbol": order.symbol, "side": str(order.side),
        "type": str(order.type), "quantity": str(order.quantity), "price": _text(order.price),
        "trigger": _text(order.trigger), "status": str(order.status), "filled": str(order.filled),
    }  # fmt: skip


def fill_data(fill: Fill) -> dict[str, Any]:
    return {
        "fill": str(fill.fill_id), "order": str(fill.order_id), "symbol": fill.symbol, "side": str(fill.side),
        "quantity": str(fill.quantity), "price": str(fill.price), "fee": str(fill.fee),
        "fee_currency": fill.fee_currency,
    }  # fmt: skip


def _text(number: object) -> str | None:
    return None if number is None else str(number)
