"""Trials on disk: a SQLite file, or any database that a URL names. Each batch is written whole or not at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sql
from sqlalchemy.exc import IntegrityError, ProgrammingError, SQLAlchemyError

from ..diagnostics.diagnostic import InputError
from ..ledger.address import ADDRESS_HELP, read_address, shown_address, strike_password
from .trial import Trial

_TABLES = sql.MetaData()
_STUDIES = sql.Table(
    "stratrun_studies", _TABLES,
    sql.Column("name", sql.String(100), primary_key=True),
    sql.Column("made_of", sql.Text, nullable=False),
)  # fmt: skip
_TRIALS = sql.Table(
    "stratrun_trials", _TABLES,
    sql.Column("study", sql.String(100), primary_key=True),
    sql.Column("number", sql.Integer, primary_key=True),
    sql.Column("point", sql.Text, nullable=False),
    sql.Column("results", sql.Text, nullable=False),
    sql.Column("returns", sql.LargeBinary, nullable=False),
)  # fmt: skip


class Store:
    """The trials of one study: `made_of` is everything they depend on; a study made of something else is refused.

    `shared`: a PostgreSQL server, where several searches may work at one study. Raises InputError for a place that is
    no database, cannot be reached, or holds another study; `place`, as messages tell it, never holds a password.
    """

    def __init__(self, place: str, made_of: Mapping[str, Any]) -> None:
        self._address = _address(place)
        self.place = shown_address(self._address) if "://" in place else place
        self._made_of = json.dumps(made_of, sort_keys=True)
        self._turns: sql.Connection | None = None
        self.shared = self._address.get_backend_name() == "postgresql"
        try:
            with self._told():
                self._engine = sql.create_engine(self._address)
                self._create()
        except (TypeError, ValueError):  # a query or a host that the driver has no use for
            raise InputError(f"the study {self.place} cannot be used: its URL does not fit the driver",
                             help="check what stands behind the `?` of the URL") from None  # fmt: skip

    def open(self, name: str) -> None:
        """Begin the study called `name`, or go on with it."""
        query = sql.select(_STUDIES.c.made_of).where(_STUDIES.c.name == name)
        with self._told():
            with self._engine.begin() as connection:
                before = connection.execute(query).scalar_one_or_none()
            if before is None:
                try:
                    with self._engine.begin() as connection:
                        connection.execute(_STUDIES.insert().values(name=name, made_of=self._made_of))
                    return
                except IntegrityError:  # another search began it in the meantime
                    with self._engine.begin() as connection:
                        before = connection.execute(query).scalar_one()
        if before != self._made_of:
            raise InputError(_differs(self.place, json.loads(before), json.loads(self._made_of)),
                             help="name another --study, or repeat the command as it was")  # fmt: skip

    def read(self, name: str, numbers: range) -> dict[int, Trial]:
        """Those of the trials `numbers` that are there."""
        within = _TRIALS.c.number.between(numbers.start, numbers.stop - 1)
        with self._told(), self._engine.begin() as connection:
            rows = connection.execute(_TRIALS.select().where(_TRIALS.c.study == name, within)).all()
        return {row.number: _read(row) for row in rows}

    @contextmanager
    def turn(self, name: str, number: int) -> Iterator[bool]:
        """Whether this search may make the trials from `number` on; others wait until it is left.

        The server forgets the turn with the connection, so a search that dies keeps nobody waiting.
        """
        if not self.shared:
            yield True
            return
        digest = hashlib.sha256(f"{self._made_of} {name} {number}".encode()).digest()
        key = int.from_bytes(digest[:8], "big", signed=True)
        with self._told():
            if self._turns is None:
                self._turns = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            mine = bool(self._turns.execute(sql.select(sql.func.pg_try_advisory_lock(key))).scalar_one())
        try:
            yield mine
        finally:
            if mine:
                with self._told():
                    self._turns.execute(sql.select(sql.func.pg_advisory_unlock(key)))

    def add(self, name: str, trials: Sequence[Trial]) -> None:
        """Write trials, all of them or none."""
        rows = [
            {"study": name, "number": t.number, "point": json.dumps(dict(t.point)),
             "results": json.dumps(_results(t)), "returns": t.returns.astype("<f8").tobytes()}
            for t in trials
        ]  # fmt: skip
        if rows:
            try:
                with self._told(), self._engine.begin() as connection:
                    connection.execute(_TRIALS.insert(), rows)
            except InputError as error:
                if isinstance(error.__cause__, IntegrityError):
                    raise InputError(f"another search writes to {self.place} as well",
                                     help="searches share a study in PostgreSQL only") from error  # fmt: skip
                raise

    def close(self) -> None:
        if self._turns is not None:
            self._turns.close()
        self._engine.dispose()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, ModuleNotFoundError) as error:
            reason = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
            words = f"the study {self.place} cannot be used: {strike_password(reason, self._address)}"
            raise InputError(words, help="check the place and its rights") from error

    def _create(self) -> None:
        try:
            _TABLES.create_all(self._engine)
        except (IntegrityError, ProgrammingError):  # another search created them in the meantime
            _TABLES.create_all(self._engine)


def _results(trial: Trial) -> list[Any]:
    return [list(trial.values), trial.trades, trial.failed, list(trial.steps), trial.pruned]


def _read(row: Any) -> Trial:
    values, trades, failed, *pruning = json.loads(row.results)
    steps, pruned = pruning or ([], False)
    returns = np.frombuffer(row.returns, "<f8").astype(np.float64)
    return Trial(row.number, json.loads(row.point), tuple(values), trades, failed, returns, tuple(steps), pruned)


def _differs(place: str, before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    names = [name for name in {**before, **now} if before.get(name) != now.get(name)]
    return f"{place} holds another study: its {', '.join(names).replace('_', ' ')} differ"


def _address(place: str) -> sql.URL:
    if "://" not in place:
        return sql.URL.create("sqlite", database=str(_file(place)))
    url = read_address(place)
    if url is None:
        raise InputError("the study's URL cannot be read", help=ADDRESS_HELP)
    return url.set(drivername="postgresql+psycopg") if url.drivername == "postgresql" else url


def _file(place: str) -> Path:
    if not place.strip():
        raise InputError("a study without a name", help="name a file, or a database's URL")
    path = Path(place).expanduser()
    if not path.parent.is_dir():
        raise InputError(f"{place}: there is no folder {path.parent}", help="create the folder first")
    if path.exists() and (not path.is_file() or (path.stat().st_size and path.read_bytes()[:6] != b"SQLite")):
        raise InputError(f"{place} is no study of stratrun", help="name a new file")
    return path.absolute()
