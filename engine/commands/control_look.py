"""`stratrun status`, `orders`, `positions`: what a session does, or what its ledger knew when none runs."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from . import control
from .failures import COULD_NOT_RUN, told

if TYPE_CHECKING:
    from ..run.control.commands import Query


@click.command("status", epilog="Example: stratrun status --deployment desk.yaml")
@control.where
@told
def status(ledger: str | None, deployment: str | None, form: str) -> None:
    """Tell whether a session runs, what it may trade, and how many orders and positions are open.

    Exit codes: 0 it runs, also halted or paused; 1 the file does not say whose ledger; 2 none runs, with what its
    ledger knew, or it does not answer. As a monitor: stratrun status --deployment desk.yaml || alert
    """
    from ..run.control.commands import Status
    from .control_text import status_text

    _tell(Status(), status_text, ledger, deployment, form)


@click.command("orders", epilog="Example: stratrun orders --deployment desk.yaml --format json")
@control.where
@told
def orders(ledger: str | None, deployment: str | None, form: str) -> None:
    """List the open orders, and those whose fate is not known.

    Where no session runs, they are what its ledger knew, and standard error says so. Exit codes: 0 listed, 1 the
    file does not say whose ledger, 2 there is no ledger, or the session does not answer.
    """
    from ..run.control.commands import Orders
    from .control_text import orders_text

    _tell(Orders(), orders_text, ledger, deployment, form)


@click.command("positions", epilog="Example: stratrun positions --ledger desk.db")
@control.where
@told
def positions(ledger: str | None, deployment: str | None, form: str) -> None:
    """List the open positions.

    Where no session runs, they are what its ledger knew, and standard error says so. Exit codes: 0 listed, 1 the
    file does not say whose ledger, 2 there is no ledger, or the session does not answer.
    """
    from ..run.control.commands import Positions
    from .control_text import positions_text

    _tell(Positions(), positions_text, ledger, deployment, form)


def _tell(
    query: Query, words: Callable[[Any], str], ledger: str | None, deployment: str | None, form: str
) -> None:  # fmt: skip
    from ..run.beside import Beside
    from ..run.control.client import Client, NoSessionError
    from ..run.control.commands import Status
    from ..run.control.offline import NOT_RUNNING

    place = control.ledger_of(ledger, deployment)
    beside = Beside.of(place, deployment)
    source, data = "session", None
    try:
        if beside is None:
            raise NoSessionError
        answer = Client(beside).ask(query)
        if not answer.done:
            control.tell(answer, form)
        data = answer.data
    except NoSessionError:
        source, data = "ledger", _offline(query, place, beside)
    if form == "json":
        shown = data if isinstance(data, dict) else {"source": source, "rows": data}
        click.echo(json.dumps(shown, indent=2, ensure_ascii=False))
    else:
        if source == "ledger" and not isinstance(data, dict):
            click.echo(NOT_RUNNING, err=True)
        click.echo(words(data))
    if source == "ledger" and isinstance(query, Status):  # whether one runs is what was asked
        raise SystemExit(COULD_NOT_RUN)


def _offline(query: Query, place: str, beside: Any) -> Any:
    from ..ledger.opening import open_reader
    from ..run.control import offline
    from ..run.control.commands import Orders, Status
    from ..run.control.views import plain
    from ..run.halt_marker import HaltMarker

    reader = open_reader(place)
    if isinstance(query, Status):
        return plain(offline.status_of(reader, HaltMarker(beside.marker).read() if beside else None))
    return plain(offline.orders_of(reader) if isinstance(query, Orders) else offline.positions_of(reader))
