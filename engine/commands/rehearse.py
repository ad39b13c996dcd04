"""`stratrun rehearse`: a strategy through the real order path, against a simulated exchange that misbehaves."""

from __future__ import annotations

import json
import shlex
import sys
import tempfile
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..diagnostics.diagnostic import InputError
from . import options
from .failures import FINDINGS, told
from .paths import FOLDER, PATH

if TYPE_CHECKING:
    from ..language.deployment import Deployment
    from ..market.candles import Candles
    from ..run.rehearsal.ground import Rehearsal

SAMPLE_START = 1_704_067_200_000
"""2024-01-01 00:00 UTC, where the sample's candles begin."""
_MEMORY = "/dev/shm"
"""Where Linux keeps files in memory."""
_ROOM = 2_000_000_000


@click.command("rehearse")
@click.argument("file", type=PATH, required=False)
@click.option(
    "--faults", metavar="WHAT",
    help="What goes wrong: light, heavy, a name of --list, a file of lines, or lines: 'submit 3 after_accept drop'.",
)  # fmt: skip
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="What light and heavy are drawn of.")
@options.candles
@click.option(
    "--count", type=click.IntRange(50, 1_000_000), default=1_000, show_default=True,
    help="How many candles of the built-in sample, where none are given. The first, at most half of them, only warm up"
    " what the strategy reads; the others are traded.",
)  # fmt: skip
@options.span
@options.capital
@options.fee
@options.instruments
@options.settings
@click.option("--wire", is_flag=True, help="Through ccxt and real sockets on this machine instead of in one process.")
@click.option(
    "--speed", type=click.FloatRange(1, 1_000), default=20.0, show_default=True,
    help="With --wire: how many times as fast time passes.",
)  # fmt: skip
@click.option(
    "--ledger", type=FOLDER, metavar="FOLDER", help="Keep the rehearsal's ledger in this folder (new or empty)."
)
@click.option("--strict", is_flag=True, help="Exit code 1 also where nothing was traded, or none of the faults struck.")
@click.option("--list", "listed", is_flag=True, help="List the named scenarios.")
@options.form
@told
def command(file: str | None, listed: bool, strict: bool, form: str, **given: Any) -> None:
    """Rehearse a strategy, portfolio or deployment FILE: the live session itself, at a simulated exchange.

    Time is simulated, so that days pass in seconds. Faults strike calls and streams, processes die and are started
    again; after every step the invariants are checked, in the end ledger, Book and exchange are compared, and the
    trades are set beside those of a back-test. Exit code 1 when anything broke. A rehearsal in which nothing was
    traded, or none of the faults struck, says so; with --strict it ends with 1, too.

    Example: stratrun rehearse dip.yaml --count 200 --faults heavy --seed 7
    """
    if listed:
        _list(form)
        return
    if file is None:
        raise InputError("there is nothing to rehearse", help="name a strategy's file, or use --list")
    from ..run.rehearsal.play import play, play_wire, with_parity
    from ..run.rehearsal.text import as_json, as_text
    from .rehearse_progress import RehearseProgress

    rehearsal = _read(file, given)
    with _folder(given["ledger"]) as folder, RehearseProgress(rehearsal) as progress:
        if given["wire"]:
            outcome = play_wire(rehearsal, Path(folder), given["speed"], progress.told)
        else:
            outcome = play(rehearsal, Path(folder), progress.told)
    outcome = with_parity(outcome, rehearsal)
    replay = _replay()
    if form == "json":
        click.echo(json.dumps(as_json(outcome, rehearsal, replay), indent=2, ensure_ascii=False))
    else:
        for line in as_text(outcome, rehearsal, replay):
            click.echo(line)
    if not outcome.good or (strict and not outcome.telling(bool(str(rehearsal.script)))):
        raise SystemExit(FINDINGS)


def _list(form: str) -> None:
    from ..run.rehearsal.scenarios import SCENARIOS

    if form == "json":
        rows = [
            {"name": name, "words": one.words, "lines": one.text.splitlines()} for name, one in SCENARIOS.items()
        ]  # fmt: skip
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    for name, one in SCENARIOS.items():
        click.echo(f"{name:30} {one.words}")


def _read(file: str, given: dict[str, Any]) -> Rehearsal:
    """Raises InputError, DocumentError."""
    from ..market.instrument import load_instruments
    from ..run.rehearsal.prepare import rehearse, wanted_series

    deployment = _deployment(file, given)
    series = wanted_series(deployment)
    instruments = load_instruments(given["instruments_file"], tuple(series), given["fee"])
    candles = _candles(deployment, given)
    return rehearse(
        deployment, candles, instruments, given["faults"], seed=given["seed"], start=given["start"], end=given["end"],
        capital=Decimal(repr(given["capital"])),
    )  # fmt: skip


def _deployment(file: str, given: dict[str, Any]) -> Deployment:
    from ..api import load
    from ..language.document import kind_of, load_deployment, load_portfolio
    from ..run.rehearsal.prepare import at_the_simulator, deployed

    overrides = options.overrides_of(given["settings"])
    kind = kind_of(file)
    if kind == "deployment":
        if overrides:
            raise InputError("--set is for a strategy, and this is a deployment", help="write it into the file")
        return at_the_simulator(load_deployment(file))
    return deployed(load_portfolio(file, overrides) if kind == "portfolio" else load(file, overrides))


def _candles(deployment: Deployment, given: dict[str, Any]) -> dict[str, Candles]:
    from ..market.sample import sample_candles
    from ..run.rehearsal.prepare import wanted_series
    from ..store.load import Wanted, load_candles

    series = wanted_series(deployment)
    specs: Sequence[str] = given["specs"]
    if not specs or tuple(specs) == ("sample",):
        return {one: sample_candles(one, frame, SAMPLE_START, given["count"]) for one, frame in series.items()}
    found: dict[str, Candles] = {}
    for frame in dict.fromkeys(series.values()):
        symbols = [symbol for symbol, it in series.items() if it == frame]
        found |= load_candles(specs, symbols, frame, Wanted(None, given["end"], None))
    return found


def _folder(kept: str | None) -> Any:
    import contextlib

    if kept is None:
        return tempfile.TemporaryDirectory(prefix="stratrun-rehearsal-", dir=_memory())
    folder = Path(kept)
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise InputError(f"{folder} is not empty", help="name a new folder; nothing is overwritten")
    return contextlib.nullcontext(str(folder))


def _memory() -> str | None:
    """A folder in memory, where there is one with room: what is thrown away need not wait for a disk."""
    import os
    import shutil

    with_room = os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free >= _ROOM
    return _MEMORY if with_room else None


def _replay() -> str:
    """The command that does it again: equal seeds and faults, equal rehearsal."""
    return shlex.join(["stratrun", *sys.argv[1:]])
