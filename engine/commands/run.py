"""`stratrun run`: strategies, portfolios and deployments, on paper or live."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from ..diagnostics.diagnostic import InputError
from . import options
from .failures import told
from .paths import LOG, PATH, SPEC

if TYPE_CHECKING:
    from ..language.deployment import Deployment

SAMPLE = "sample"
SAMPLE_CANDLES = 5_000
_COSTS = frozenset({"capital", "slippage", "spread", "impact", "volume_share", "touch"})
"""Parameters that say what paper begins with, and how it fills."""
_SESSION = frozenset({"account", "yes", "shutdown", "log", "once"})
"""Those of a session with live candles."""
_DEPLOYMENT = _COSTS | _SESSION | {"files", "paper", "live", "form"}
_VENUE = _DEPLOYMENT | {"venue", "ledger", "settings", "params_file"}


@click.command(
    "run", epilog="Examples: stratrun run desk.yaml --live  |  stratrun run dip.yaml --venue binance --paper"
)
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=PATH)
@click.option("--paper", is_flag=True, help="Trade with simulated money (as a strategy does if neither is given).")
@click.option("--live", is_flag=True, help="Send a deployment's orders to its venue.")
@click.option(
    "--venue", default=SAMPLE, show_default=True, metavar="NAME",
    help="Where a strategy's candles come from: `sample` replays built-in synthetic ones, offline; a venue such as "
    "`binance` gives live ones, without keys.",
)  # fmt: skip
@options.candles
@click.option(
    "--count", type=click.IntRange(1, 1_000_000), default=SAMPLE_CANDLES, show_default=True,
    help="How many candles the sample venue serves.",
)  # fmt: skip
@click.option(
    "--ledger",
    metavar="FILE|URL",
    type=SPEC,
    help="Where paper over live candles is recorded; FILE.paper.db if left out.",
)
@click.option(
    "--account", metavar="NAME", help="The account that is meant: refused where the deployment names another."
)
@click.option("--yes", is_flag=True, help="Begin live trading without asking.")
@click.option(
    "--shutdown", type=click.Choice(["keep", "cancel", "flatten"]),
    help="What an orderly end leaves: all of it, no entries, or no positions; as the deployment says if left out.",
)  # fmt: skip
@click.option(
    "--log", metavar="FILE|console|json", type=LOG,
    help="Where the log goes: a file of JSON lines, or standard error as words or as JSON; LEDGER.log if left out.",
)  # fmt: skip
@click.option("--once", is_flag=True, help="End in order after the first close that was decided.")
@options.account_options
@options.grouped(options.fills)
@options.settings
@options.params
@options.limits
@options.grouped(options.outputs)
@options.form
@click.pass_context
@told
def command(
    context: click.Context, files: Sequence[str], venue: str, specs: Sequence[str], count: int, form: str, **given: Any
) -> None:
    """Trade a strategy or portfolio FILE on paper, or a deployment FILE on paper or live.

    A strategy trades the built-in sample venue, or candle files with --candles, and ends with a report; with
    --venue NAME it trades the venue's candles as they close, until it is told to end. A deployment needs --paper or
    --live. On paper the decisions and fills are those of `backtest` on the same candles.

    Live trading begins after `stratrun preflight` found nothing against it and you typed the account's name. Ctrl-C
    ends in order, twice at once; a crash is recovered from by the next start.

    Exit codes: 0 ended in order, 1 the checks refused, 2 could not run or failed, 130 ended at once.
    """
    from ..language.document import kind_of, load
    from ..language.yaml.source import read

    if given["live"] and given["paper"]:
        raise InputError("--live and --paper exclude each other", help="give one of them")
    deployed = [file for file in files if kind_of(file) == "deployment"]
    if deployed:
        if len(files) > 1:
            raise InputError("a deployment runs alone", help="name its file only; list further strategies in it")
        _only(context, _DEPLOYMENT, "is not for a deployment", "the deployment's file says it")
        _run_deployment(context, files[0], form, given)
    elif given["live"]:
        for file in files:
            if read(Path(file)).root is None:
                load(file)  # its mistake is what has to be told, not that it is no deployment
        raise InputError(
            "live trading needs a deployment, which says venue, account, ledger and limits; no order was sent",
            help="write one (docs/how-to/deploy.md): `stratrun kill` goes by it, too",
        )
    elif venue != SAMPLE:
        _only(context, _VENUE, f"does not go with the live candles of {venue}", "leave it out")
        from .run_made import deployment_of
        from .tuned import tuned_of

        tuned = tuned_of(given)
        values = {**(tuned.values if tuned else {}), **options.overrides_of(given["settings"])}
        _run_live(context, deployment_of(files, venue, given["ledger"], values), form, given)
    else:
        if specs and _stated(context, "venue"):
            raise InputError("--venue and --candles both say where candles come from", help="give one of them")
        past = {str(one.name) for one in context.command.params} - _SESSION - {"ledger"}
        _only(context, past, "is for live candles", "give --venue, or name a deployment")
        if len(files) > 1:
            raise InputError("candles of the past are traded by one file", help="join strategies in a portfolio")
        from .run_replayed import run_replayed

        run_replayed(files[0], specs, count, form, given)


def _run_deployment(context: click.Context, file: str, form: str, given: dict[str, Any]) -> None:
    from ..language.document import load_deployment

    if not (given["live"] or given["paper"]):
        raise InputError("a deployment can trade on paper or live", help="say which: --paper or --live")
    if given["live"]:
        _only(context, _DEPLOYMENT - _COSTS, "is for paper", "live, the deployment and the venue say it")
    _run_live(context, load_deployment(file), form, given)


def _run_live(context: click.Context, deployment: Deployment, form: str, given: dict[str, Any]) -> None:
    from ..trading.account import Account
    from .run_live import Wishes, run_live

    costs = Account(**{name: given[name] for name in _COSTS})
    capital = given["capital"] if _stated(context, "capital") else None
    names = ("live", *_SESSION)
    run_live(deployment, Wishes(**{name: given[name] for name in names}, capital=capital, costs=costs, form=form))


def _only(context: click.Context, allowed: Collection[str], words: str, mend: str) -> None:
    """Raises InputError where another option than these was given."""
    for one in context.command.params:
        if one.name not in allowed and _stated(context, str(one.name)):
            raise InputError(f"{one.opts[0]} {words}", help=mend)


def _stated(context: click.Context, name: str) -> bool:
    return context.get_parameter_source(name) is ParameterSource.COMMANDLINE
