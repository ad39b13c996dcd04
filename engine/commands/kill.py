"""`stratrun kill`: stop trading at the venue, without the session."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress

import click

from ..diagnostics.diagnostic import DocumentError, InputError
from . import control, options
from .failures import COULD_NOT_RUN, FINDINGS, fail, told
from .paths import PATH


@click.command("kill", epilog="Example: stratrun kill --deployment desk.yaml --flatten --why 'runaway orders' --yes")
@click.option("--deployment", metavar="FILE", required=True, type=PATH, help="The deployment to stop.")
@click.option("--flatten", is_flag=True, help="Close all positions at the market's price, too.")
@click.option("--all", "everything", is_flag=True,
              help="Take orders (and on spot holdings) of this account that are not stratrun's, too.")  # fmt: skip
@click.option("--why", default="kill switch", metavar="WORDS", help="The reason, for whoever finds the marker.")
@click.option("--yes", is_flag=True, help="Do it without asking.")
@options.form
@told
def command(deployment: str, flatten: bool, everything: bool, why: str, yes: bool, form: str) -> None:
    """Stop a deployment at once, from a process and over a connection of its own: leave a halt marker, cancel every
    entry order, and with --flatten close every position.

    It works when the session hangs, its ledger is locked or the file has mistakes elsewhere. Stops and targets stay
    unless the positions are closed. The session, if it lives, sends nothing but exits until `stratrun resume`.

    Exit code 0 when all is done, 1 when something is not known to be done, 2 when the venue could not be reached, or
    the file does not tell which account.
    """
    from ..language.access import load_access, written_symbols
    from ..run.beside import Beside
    from ..run.halt_marker import HaltMarker
    from ..run.operator import user

    try:
        access = load_access(deployment)
    except DocumentError as error:  # 1 would say that something was done
        fail(list(error.diagnostics), form, COULD_NOT_RUN)
    what = "cancel its entries and close its positions" if flatten else "cancel its entries"
    control.confirmed(f"Halt {access.account} at {access.venue}, {what}?", yes)
    beside, why = Beside.of(access.ledger, deployment), " ".join(why.split())
    marker = None if beside is None else HaltMarker(beside.marker)
    if marker is not None:
        with suppress(InputError):  # before anything that takes time; the switch tells whether it is there
            marker.write(user(), why)

    from ..run.connect import broker_of
    from ..run.kill.report import Did
    from ..run.kill.switch import Kill, KillSwitch

    symbols = written_symbols(deployment, access.market)
    kill = Kill(access.account, access.ledger, user(), why, symbols, flatten, everything)
    rescued: list[str] = []
    saved = None if beside is None else beside.markets
    switch = KillSwitch(kill, marker, lambda: broker_of(access, markets=saved, rescue=rescued.append))
    report = asyncio.run(switch.run())
    for words in dict.fromkeys(rescued):
        report.add("markets", Did.LEFT, words)
    click.echo(json.dumps(report.as_data(), indent=2, ensure_ascii=False) if form == "json" else report.as_text())
    if not report.complete:
        raise SystemExit(FINDINGS if report.reached else COULD_NOT_RUN)
