"""The files of strategies that were started, kept beside the ledger by what they mean: a position stays with what
opened it, whatever became of its file since.

A copy holds the texts of the deployment and of every file it names; reading it is loading them again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from ...diagnostics.diagnostic import DocumentError, InputError
from ...language.deployment import Deployed, Deployment
from ...language.document import load_deployment
from ...language.identity import meaning_hash
from ...language.portfolio import Portfolio
from ...ledger.reader import Reader
from ...ledger.values import Mode
from ...report.atomic import replacing

_DEEPEST = 12
"""Folders above the deployment's own that a path in it may lead to."""
_LONGEST = 5_000_000


def files_of(deployment: Deployment) -> tuple[Path, ...]:
    """The deployment's file and those it names, each once; empty where it is no file."""
    if not Path(deployment.path).is_file():
        return ()
    found = [deployment.path]
    for deployed in deployment.strategies:
        found.append(deployed.subject.path)
        if isinstance(deployed.subject, Portfolio):
            found += [member.strategy.path for member in deployed.subject.members]
    return tuple(dict.fromkeys(Path(one) for one in found if Path(one).is_file()))


def keep(folder: Path, deployment: Deployment) -> None:
    """Copy the files, once for each strategy's meaning. Raises InputError."""
    files = files_of(deployment)
    missing = [run for run in deployment.runs() if not _place(folder, meaning_hash(run.strategy)).exists()]
    if not files or not missing:
        return
    home = Path(deployment.path).resolve().parent
    try:
        folder.mkdir(exist_ok=True)
        texts = {Path(os.path.relpath(one.resolve(), home)).as_posix(): one.read_text("utf-8") for one in files}
    except (OSError, ValueError) as error:
        raise InputError(f"{folder}: the strategies' files cannot be kept: {error}") from None
    told = json.dumps({"deployment": Path(deployment.path).name, "files": texts})
    for run in missing:
        with replacing(_place(folder, meaning_hash(run.strategy))) as file:
            file.write(told.encode())


def kept(folder: Path, meaning: str, name: str) -> Deployed | None:
    """The entry of this name as it was when a strategy of this meaning started; None where that is not known."""
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError, InputError, DocumentError):
        place = _place(folder, meaning)
        if place.stat().st_size > _LONGEST:
            return None
        told = json.loads(place.read_bytes())
        with TemporaryDirectory(prefix="stratrun-") as scratch:
            home = Path(scratch, *["f"] * _DEEPEST)
            for written, text in told["files"].items():
                path = Path(os.path.normpath(home / PurePosixPath(written)))
                if not path.is_relative_to(scratch):
                    return None
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, "utf-8")
            deployment = load_deployment(home / PurePosixPath(told["deployment"]).name)
        for deployed in deployment.strategies:
            if deployed.name == name and meaning in [meaning_hash(run.strategy) for run in deployed.runs()]:
                return deployed
    return None


def bound(
    deployment: Deployment, reader: Reader, mode: Mode, account: str, folder: Path, told: Callable[[str, str], None]
) -> Deployment:
    """The deployment as it ran, where one of its strategies still holds something. Raises LedgerError.

    All of them, not that one alone: what it was allowed depended on what the others held and had ordered, and its part
    of the Book is made again beside them.
    """
    sessions = [row for row in reader.sessions(running=True) if (row.mode, row.account) == (mode, account)]
    busy = {row.strategy for row in sessions} if any(busy_names(reader, account)) else set()
    chosen = []
    for deployed in deployment.strategies:
        now = {run.name: meaning_hash(run.strategy) for run in deployed.runs()}
        older = [row for row in sessions if row.strategy in busy and row.strategy_hash != now.get(row.strategy)]
        older = [row for row in older if row.strategy in now]
        found = kept(folder, older[-1].strategy_hash, deployed.name) if older else None
        if older and found is not None:
            told(deployed.name, "its file changed: it goes on as it was until nothing is held or ordered")
        elif older and folder.is_dir():  # a deployment that is no file has no copies
            told(deployed.name, "its file changed while something is held, and no copy of the old one is left")
        chosen.append(found or deployed)
    return replace(deployment, strategies=tuple(chosen))


def busy_names(reader: Reader, account: str) -> Iterator[str]:
    """Strategies that hold something, or have an order that may fill; what is somebody else's is no strategy's."""
    held = [row.strategy for row in reader.positions() if row.account == account]
    ordered = [row.strategy for row in reader.orders() if row.account == account and row.ours]
    yield from (strategy for strategy in (*held, *ordered) if strategy)


def _place(folder: Path, meaning: str) -> Path:
    return folder / f"{meaning}.json"
