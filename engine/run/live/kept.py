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
from ...language.deployment import Deployed, Deployment, Run
from ...language.document import load_deployment
from ...language.identity import deployment_hash, meaning_hash
from ...language.portfolio import Portfolio
from ...ledger.events import Entry
from ...ledger.reader import Reader
from ...ledger.rows import SessionRow
from ...ledger.values import Mode
from ...report.atomic import replacing
from .opening import one_book

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
    """Copy the files, once for the deployment's meaning and for each strategy's. Raises InputError."""
    files = files_of(deployment)
    names = [deployment_hash(deployment), *(meaning_hash(run.strategy) for run in deployment.runs())]
    missing = [_place(folder, name) for name in names if not _place(folder, name).exists()]
    if not files or not missing:
        return
    home = Path(deployment.path).resolve().parent
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        texts = {Path(os.path.relpath(one.resolve(), home)).as_posix(): one.read_text("utf-8") for one in files}
    except (OSError, ValueError) as error:
        raise InputError(f"{folder}: the strategies' files cannot be kept: {error}") from None
    told = json.dumps({"deployment": Path(deployment.path).name, "files": texts})
    for place in missing:
        with replacing(place, private=True) as file:
            file.write(told.encode())


def kept(folder: Path, meaning: str, name: str) -> Deployed | None:
    """The entry of this name as it was when a strategy of this meaning started; None where that is not known."""
    deployment = kept_whole(folder, meaning)
    for deployed in deployment.strategies if deployment is not None else ():
        if deployed.name == name and meaning in [meaning_hash(run.strategy) for run in deployed.runs()]:
            return deployed
    return None


def kept_whole(folder: Path, meaning: str) -> Deployment | None:
    """The deployment as it was when one of this meaning, or a strategy of this meaning, started; None where that is
    not known."""
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
            return load_deployment(home / PurePosixPath(told["deployment"]).name)
    return None


def bound(
    deployment: Deployment, reader: Reader, mode: Mode, account: str, folder: Path, told: Callable[[str, str], None]
) -> Deployment:
    """The deployment as it ran, where one of its strategies still holds something and they are others by now: another
    list, other shares, limits or files. Itself where nothing is held, or no copy is left. Raises LedgerError.

    All of them, not that one alone: what it was allowed depended on what the others held and had ordered, and its part
    of the Book is made again beside them.
    """
    rows, openings = running(reader, mode, account)
    if not rows or one_book(openings, deployment) or not any(busy_names(reader, account)):
        return deployment
    for meaning in (rows[-1].deployment, *(row.strategy_hash for row in rows)):
        before = kept_whole(folder, meaning)
        if before is not None and one_book(openings, before):
            told("reload", f"{_changes(before, deployment)}: it goes on as it was until nothing is held or ordered")
            return replace(
                deployment, strategies=before.strategies, limits=before.limits, timezone=before.timezone
            )  # fmt: skip
    return deployment


def running(reader: Reader, mode: Mode, account: str) -> tuple[list[SessionRow], list[Entry]]:
    """The account's sessions that were not closed, and their openings, the oldest first. Those of the order path, for
    orders by hand, are of no strategy."""
    rows = [row for row in reader.sessions(running=True) if (row.mode, row.account) == (mode, account)]
    rows = sorted((row for row in rows if row.strategy_hash), key=lambda row: row.opened_seq)
    if not rows:
        return [], []
    seqs = {row.opened_seq for row in rows}
    entries = reader.entries(rows[0].opened_seq - 1, kinds={"session_opened"})
    return rows, [entry for entry in entries if entry.seq in seqs]


def _what(run: Run) -> tuple[float, str]:
    return run.share, meaning_hash(run.strategy)


def _changes(before: Deployment, now: Deployment) -> str:
    """What is other by now, in words."""
    old, new = ({run.name: run for run in one.runs()} for one in (before, now))
    changed = [name for name in old.keys() & new.keys() if _what(old[name]) != _what(new[name])]
    names = {"left": old.keys() - new.keys(), "came": new.keys() - old.keys(), "changed": changed}
    told = [f"{', '.join(sorted(some))} {what}" for what, some in names.items() if some]
    return "; ".join(filter(None, told)) or "limits changed"


def busy_names(reader: Reader, account: str) -> Iterator[str]:
    """Strategies that hold something, or have an order that may fill; what is somebody else's is no strategy's."""
    held = [row.strategy for row in reader.positions() if row.account == account]
    ordered = [row.strategy for row in reader.orders() if row.account == account and row.ours]
    yield from (strategy for strategy in (*held, *ordered) if strategy)


def _place(folder: Path, meaning: str) -> Path:
    return folder / f"{meaning}.json"
