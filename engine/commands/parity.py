"""`stratrun parity`: a recorded session beside a back-test, trade by trade."""

from __future__ import annotations

import json
from collections.abc import Sequence

import click

from ..diagnostics.diagnostic import DocumentError
from . import options
from .failures import COULD_NOT_RUN, FINDINGS, fail, told
from .paths import PAGE, PATH, SPEC


@click.command("parity")
@click.argument("ledger", metavar="LEDGER", type=SPEC)
@click.argument("files", metavar="[FILE]...", nargs=-1, type=PATH)
@click.option("--deployment", metavar="FILE", type=PATH, help="The deployment that ran; the same as a FILE.")
@click.option("--session", metavar="ID", help="Only this session, with those that shared its account.")
@click.option("--strategy", metavar="NAME", help="Only sessions of this strategy, by its name in the ledger.")
@click.option("--html", "html_out", metavar="OUT", type=PAGE, help="Write the report as one page, too.")
@click.option("--fail", "strict", is_flag=True, help="End with 1 where a trade differs.")
@options.form
@told
def command(
    ledger: str, files: Sequence[str], deployment: str | None, session: str | None, strategy: str | None,
    html_out: str | None, strict: bool, form: str,
) -> None:  # fmt: skip
    """Set a session's trades beside a back-test of the same candles, with the cause of every difference.

    \b
    stratrun parity ledger.db desk.yaml
    stratrun parity ledger.db desk.yaml --session dip-live-1700000000000 --html parity.html

    LEDGER is a file or postgresql://user@host/database, also one that a session writes. FILE is the deployment that
    ran, or a strategy of it. Differences are live less back-test, in quote units, and sum up to the last cent.
    """
    from ..run.parity.compare import parity
    from .ledger_text import progress

    paths = [*files, *([deployment] if deployment else [])]
    try:
        with progress() as tell:
            found = parity(ledger, paths, session, strategy, tell)
    except DocumentError as error:  # 1 would say that something differs
        fail(list(error.diagnostics), form, COULD_NOT_RUN)
    if html_out is not None:
        from ..run.parity.page import page
        from .outputs import write_bytes

        write_bytes(html_out, page(ledger, found))
    if form == "json":
        from ..run.parity.told import data

        report = {"ledger": ledger, "equal": all(one.equal for one in found), "reports": [data(one) for one in found]}
        click.echo(json.dumps(report, indent=2, ensure_ascii=False))
    else:
        from ..run.parity.text import print_parity

        print_parity(found)
    if strict and not all(one.equal for one in found):
        raise SystemExit(FINDINGS)
