"""`stratrun replay`: decide a recorded session again and compare."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from ..diagnostics.diagnostic import DocumentError
from . import options
from .failures import COULD_NOT_RUN, FINDINGS, fail, told
from .paths import PATH

if TYPE_CHECKING:
    from ..run.replay.clues import Clues
    from ..run.replay.play import Replayed


@click.command("replay")
@click.argument("ledger", metavar="LEDGER")
@click.argument("files", metavar="[FILE]...", nargs=-1, type=PATH)
@click.option("--deployment", metavar="FILE", type=PATH, help="The deployment that ran; the same as a FILE.")
@click.option("--session", metavar="ID", help="Only this session, with those that shared its account.")
@click.option("--strategy", metavar="NAME", help="Only sessions of this strategy, by its name in the ledger.")
@options.candles
@options.form
@told
def command(
    ledger: str, files: Sequence[str], deployment: str | None, session: str | None, strategy: str | None,
    specs: Sequence[str], form: str,
) -> None:  # fmt: skip
    """Decide recorded sessions again, from the ledger's candles and fills, and compare every decision.

    \b
    stratrun replay ledger.db desk.yaml
    stratrun replay ledger.db dip.yaml --session dip-live-1700000000000

    LEDGER is a file or postgresql://user@host/database, also one that a session writes. FILE is the deployment that
    ran, or a strategy of it; the strategies are known by their hashes. With --candles the candles that the session saw
    are held against others, too. Exit code 1: something differs.
    """
    from ..run.replay.all import replayed
    from .ledger_text import progress

    paths = [*files, *([deployment] if deployment else [])]
    try:
        with progress() as tell:
            found = replayed(ledger, paths, session, strategy, tell, specs)
    except DocumentError as error:  # 1 would say that something differs
        fail(list(error.diagnostics), form, COULD_NOT_RUN)
    if form == "json":
        from ..run.replay.told import data

        equal = all(result.equal for result, _ in found)
        told_ = {"ledger": ledger, "equal": equal, "replays": [data(*one) for one in found]}
        click.echo(json.dumps(told_, indent=2, ensure_ascii=False))
    else:
        _say(found)
    if not all(result.equal for result, _ in found):
        raise SystemExit(FINDINGS)


def _say(found: Sequence[tuple[Replayed, Clues | None]]) -> None:
    from ..run.replay.told import lines

    plain = not options.shows_marks(sys.stdout)
    for k, one in enumerate(found):
        click.echo("\n" * (k > 0) + "\n".join(lines(*one, plain)))
