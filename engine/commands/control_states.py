"""`stratrun pause`, `halt`, `resume`, `flatten`: what a session may trade, changed by its operator."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from ..diagnostics.diagnostic import InputError
from . import control
from .failures import told

if TYPE_CHECKING:
    from ..ledger.values import Scope
    from ..run.beside import Beside


def target(function: Callable[..., Any]) -> Callable[..., Any]:
    """--strategy, --symbol."""
    function = click.option("--symbol", metavar="SYMBOL", help="Only this symbol.")(function)
    return click.option("--strategy", metavar="NAME", help="Only this strategy.")(function)


@click.command("pause", epilog="Example: stratrun pause --deployment desk.yaml --symbol BTC/USDT --why 'listing news'")
@target
@control.why
@control.where
@told
def pause(strategy: str | None, symbol: str | None, why: str, form: str, **place: Any) -> None:
    """Send no more entries; stops, targets and exits go on. `stratrun resume` takes it back.

    Exit codes: 0 done, 1 refused or a mistake in the file, 2 no session runs or it does not answer.
    """
    from ..run.control.commands import Pause

    control.act(Pause(*_scope(strategy, symbol)), **place, why=why, form=form)


@click.command("halt", epilog="Example: stratrun halt --deployment desk.yaml --why 'fills look wrong'")
@target
@control.why
@control.where
@told
def halt(strategy: str | None, symbol: str | None, why: str, form: str, **place: Any) -> None:
    """Send nothing but cancels and exits. `stratrun resume` takes it back.

    A session that hangs cannot be halted: `stratrun kill` works without it.

    Exit codes: 0 done, 1 refused or a mistake in the file, 2 no session runs or it does not answer.
    """
    from ..run.control.commands import Halt

    control.act(Halt(*_scope(strategy, symbol)), **place, why=why, form=form)


@click.command("resume", epilog="Example: stratrun resume --deployment desk.yaml --why 'checked the fills' --yes")
@target
@control.why
@control.yes
@control.where
@told
def resume(
    strategy: str | None, symbol: str | None, why: str, yes: bool, form: str, ledger: str | None, deployment: str | None
) -> None:
    """Take a pause, a halt or a kill back; needs a reason.

    Where no session runs, only the kill switch's marker is taken away, so that the next session may trade.

    Exit codes: 0 done, 1 refused, 2 neither a session nor a marker is there, or the session does not answer.
    """
    from ..run.control.client import Client, NoSessionError
    from ..run.control.commands import Resume

    reason = control.reasoned(why)
    scope, name = _scope(strategy, symbol)
    control.confirmed(f"Let {name or 'the whole account'} trade again?", yes)
    beside = control.beside_of(ledger, deployment)
    try:
        answer = Client(beside).ask(Resume(scope, name), reason)
    except NoSessionError:
        answer = _unmark(beside, ledger, deployment, reason, name)
    control.tell(answer, form)


@click.command("flatten", epilog="Example: stratrun flatten --deployment desk.yaml --why 'end of the test' --yes")
@target
@control.why
@control.yes
@control.where
@told
def flatten(strategy: str | None, symbol: str | None, why: str, yes: bool, form: str, **place: Any) -> None:
    """Cancel the orders and close the positions, then pause; needs a reason.

    Exit codes: 0 done, 1 refused or a mistake in the file, 2 no session runs or it does not answer.
    """
    from ..run.control.commands import Flatten

    reason = control.reasoned(why)
    scope, name = _scope(strategy, symbol)
    control.confirmed(f"Close every position of {name or 'the whole account'} at the market's price?", yes)
    control.act(Flatten(scope, name), **place, why=reason, form=form)


def _scope(strategy: str | None, symbol: str | None) -> tuple[Scope, str]:
    from ..ledger.values import Scope

    if strategy and symbol:
        raise InputError("--strategy and --symbol are both given", help="name one of them")
    if strategy:
        return Scope.STRATEGY, strategy
    return (Scope.SYMBOL, symbol) if symbol else (Scope.ACCOUNT, "")


def _unmark(beside: Beside, ledger: str | None, deployment: str | None, why: str, name: str) -> Any:
    """Take the marker away where no session runs; recorded first, where there is a ledger."""
    import time
    import uuid

    from ..ledger.opening import open_writer
    from ..ledger.place import place_of
    from ..run.control.commands import Resume
    from ..run.control.controlled import Ordered
    from ..run.control.server import commanded
    from ..run.control.wire import Answer
    from ..run.halt_marker import HaltMarker
    from ..run.operator import user

    marker = HaltMarker(beside.marker)
    if name or not marker.present:
        raise control.no_session(beside, named=bool(ledger or deployment))
    place = place_of(control.ledger_of(ledger, deployment))
    if place.exists:
        with open_writer(place, lambda: time.time_ns() // 1_000_000) as writer:
            writer.append(commanded(Ordered(uuid.uuid4().hex, user(), why, Resume())))
    marker.clear()
    return Answer(True, "OK", "no session runs; the halt marker is gone, and the next session may trade")
