"""What `stratrun run` does with live data: a session is put together, looked over, agreed to, and run to its end."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..diagnostics.diagnostic import InputError
from .failures import FINDINGS, INTERRUPTED

if TYPE_CHECKING:
    from ..brokers.protocol import Broker
    from ..language.deployment import Deployment, Shutdown
    from ..ledger.values import Mode
    from ..ledger.writer import Writer
    from ..run.beside import Beside
    from ..run.logs import Logs
    from ..run.preflight.check import Preflight
    from ..trading.account import Account


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the command line says of a run with live data."""

    live: bool
    yes: bool = False
    account: str | None = None
    shutdown: str | None = None
    log: str | None = None
    once: bool = False
    capital: float | None = None
    costs: Account | None = None
    form: str = "text"


def run_live(deployment: Deployment, wishes: Wishes) -> None:
    """Raises InputError, click.Abort; exits with 1 where the checks refuse, 130 where it was ended at once."""
    from ..ledger.opening import open_writer
    from ..ledger.values import Mode
    from ..run.beside import Beside

    mode = Mode.LIVE if wishes.live else Mode.PAPER
    deployment = _as_wished(deployment, wishes)
    beside = Beside.of(deployment.ledger, deployment.path)
    with ExitStack() as opened:
        writer = opened.enter_context(open_writer(deployment.ledger, _now))
        if mode is Mode.LIVE:
            opened.enter_context(_alone(deployment))
            _agreed(deployment, beside, writer, wishes)
        logs = opened.enter_context(_logs(deployment, mode, beside, wishes))
        ended = asyncio.run(_session(deployment, mode, writer, beside, logs, wishes))
    if ended == "at once":
        raise SystemExit(INTERRUPTED)


def look_over(deployment: Deployment, beside: Beside | None, reader: Any) -> Preflight:
    """Every check of a live start."""
    from ..brokers.clock import SystemClock
    from ..ledger.values import Mode
    from ..run.connect import broker_of
    from ..run.preflight.here import Here
    from ..run.preflight.look import Look

    look = Look(Here(deployment, beside), Mode.LIVE, lambda: broker_of(deployment.access), SystemClock(), reader)
    return asyncio.run(look.look())


def _as_wished(deployment: Deployment, wishes: Wishes) -> Deployment:
    """Raises InputError where the command line contradicts the file."""
    from ..language.deployment import Capital

    if wishes.account is not None and wishes.account != deployment.account:
        raise InputError(
            f"{deployment.path} trades the account {deployment.account}, not {wishes.account}",
            help="the kill switch goes by the file: correct `account:` there",
        )
    if wishes.capital is None:
        return deployment
    return replace(deployment, capital=Capital(amount=Decimal(repr(wishes.capital))))


def _alone(deployment: Deployment) -> AbstractContextManager[object]:
    """The account's lock; without keys there is nothing to lock, and the checks tell of it. Raises InputError."""
    from ..brokers.key_stores import file_password, stores
    from ..brokers.keys import find_keys
    from ..run.account_lock import AccountLock, state_folder

    try:
        keys = find_keys(deployment.account, stores(file_password))
    except InputError:
        return nullcontext()
    return AccountLock(deployment.access, keys, state_folder())


def _agreed(deployment: Deployment, beside: Beside | None, writer: Writer, wishes: Wishes) -> None:
    """The checks, and the operator's word. Raises InputError where nobody can give it."""
    from .preflight_text import preflight_text
    from .run_view import JsonLines
    from .width import columns

    found = look_over(deployment, beside, writer.read)
    if wishes.form == "json":
        JsonLines(_now).told("preflight", found.as_data())
    else:
        click.echo(preflight_text(found, columns(sys.stderr)), err=True)
    if not found.ready:
        raise SystemExit(FINDINGS)
    if wishes.yes:
        return
    if not somebody_there():
        raise InputError("nobody is here to confirm live trading", help="give --yes to begin without asking")
    real = deployment.endpoint is None and not deployment.sandbox
    money = "REAL MONEY" if real else "no real money"
    question = f"Orders go to {deployment.venue} ({money}). Type the account's name to begin"
    if click.prompt(question, err=True, default="", show_default=False).strip() != deployment.account:
        raise InputError("that is not the account's name: nothing was started")


def somebody_there() -> bool:
    """Whether a question can be answered."""
    return sys.stdin.isatty()


async def _session(
    deployment: Deployment, mode: Mode, writer: Writer, beside: Beside | None, logs: Logs, wishes: Wishes
) -> str:
    from ..brokers.clock import SystemClock
    from ..ledger.values import Mode
    from ..report.release import release
    from ..run.connect import broker_of, public_broker_of
    from ..run.live.launch import Launch, Outside
    from ..run.live.notify import Notifier
    from .run_view import viewer_of

    saved = None if beside is None else beside.markets
    make: Callable[..., Broker] = public_broker_of if mode is Mode.PAPER else partial(broker_of, markets=saved)
    outside = Outside(
        writer, make(deployment.access), SystemClock(), logs.logger(deployment=deployment.name, mode=mode.value),
        viewer_of(wishes.form, wishes.log, deployment.currency, _now),
        Notifier.of(deployment.name, deployment.notify, os.environ), beside, release(),
        wishes.costs,
    )  # fmt: skip
    logs.adopt("asyncio")
    gc.collect()
    gc.freeze()  # libraries and the deployment stay to the end: to look through them again would hold an order up
    return (await Launch(deployment, mode, outside, _policy(wishes), wishes.once).run()).value


def _policy(wishes: Wishes) -> Shutdown | None:
    from ..language.deployment import Shutdown

    return None if wishes.shutdown is None else Shutdown(wishes.shutdown)


def _logs(deployment: Deployment, mode: Mode, beside: Beside | None, wishes: Wishes) -> Logs:
    """The log, which strikes out every secret this run knows. Raises InputError."""
    from ..brokers.key_stores import file_password, stores
    from ..brokers.keys import find_keys
    from ..brokers.secret import Redactor
    from ..ledger.values import Mode
    from ..run.live.notify import address_of
    from ..run.logs import Logs, LogSettings

    secrets = [] if mode is Mode.PAPER else list(find_keys(deployment.account, stores(file_password)).secrets)
    if deployment.notify.http is not None:
        secrets.append(address_of(deployment.notify.http, os.environ))
    match wishes.log:
        case "console":
            settings = LogSettings(console=sys.stderr)
        case "json":
            settings = LogSettings(lines=sys.stderr)
        case None:
            settings = LogSettings() if beside is None else LogSettings(Path(f"{beside.anchor}.log"))
        case path:
            settings = LogSettings(Path(path))
    return Logs(settings, Redactor(secrets).clean)


def _now() -> int:
    from ..brokers.clock import SystemClock

    return SystemClock().now()
