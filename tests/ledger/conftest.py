"""Ledgers to append to: a file, and a database on a real PostgreSQL server where its programs are on the machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from stratrun.engine.ledger.opening import open_writer
from stratrun.engine.ledger.writer import Writer

from .story import Clock


def _programs() -> Path | None:
    found = shutil.which("initdb")
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return Path(found).parent if found else next((f for f in folders if (f / "initdb").exists()), None)


def _unprivileged() -> str | None:
    """The server refuses to run as root."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return None
    import pwd

    names = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in ("postgres", "nobody") if name in names), None)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The URL, but for the database's name, of a server that listens on a socket of its own."""
    pytest.importorskip("psycopg")
    programs = _programs()
    if programs is None:
        pytest.skip("no PostgreSQL server on this machine: install postgresql to run these tests")
    user = _unprivileged()
    folder = Path(tempfile.mkdtemp(prefix="stratrun-pg-", dir="/tmp"))
    if user:
        shutil.chown(folder, user)
    data = folder / "data"

    def call(*command: object) -> None:
        subprocess.run([str(part) for part in command], check=True, capture_output=True, user=user, cwd=folder)

    try:
        call(programs / "initdb", "-D", data, "-U", "test", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
        call(programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
        try:
            yield f"postgresql://test@/{{}}?host={folder}"
        finally:
            call(programs / "pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def database(server: str) -> str:
    """The URL of an empty database."""
    import psycopg

    name = f"t{uuid.uuid4().hex}"
    with psycopg.connect(server.format("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return server.format(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where there is no ledger yet, once as a file and once on a server."""
    if request.param == "sqlite":
        return str(tmp_path / "ledger.db")
    url: str = request.getfixturevalue("database")
    return url


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The name of a file that is not there yet."""
    return tmp_path / "ledger.db"


@pytest.fixture
def writer(file: Path) -> Iterator[Writer]:
    with open_writer(file, Clock()) as writer:
        yield writer
