"""What a session leaves on the disk is its user's alone, whatever rights the user's other new files have."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from stratrun.engine.brokers.keys import Keys
from stratrun.engine.brokers.secret import Secret
from stratrun.engine.language.deployment import Access
from stratrun.engine.language.document import load_deployment
from stratrun.engine.language.strategy import Market
from stratrun.engine.run.account_lock import AccountLock
from stratrun.engine.run.beside import Beside
from stratrun.engine.run.halt_marker import HaltMarker
from stratrun.engine.run.live.kept import keep, kept_whole
from stratrun.engine.run.live.launch import Ended

from .launch.ground import Ground
from .test_reload import FileStage

pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="a file's mode says nothing on Windows"),
    pytest.mark.usefixtures("mask"),
]


def shared(folder: Path) -> list[str]:
    """What of a folder others than its owner may open, beside the tests' own files."""
    return [path.name for path in folder.rglob("*") if stat.S_IMODE(path.stat().st_mode) & 0o077]


def test_a_launch_leaves_nothing_to_others(tmp_path: Path) -> None:
    """Ledger, lock, log and checkpoint are private, while it runs and afterwards."""
    ground, during = Ground(tmp_path, minutes=20), list[str]()

    async def act(ground: Ground, launch: object) -> None:
        await ground.clock.sleep(19 * 60)
        during.extend(path.name for path in tmp_path.iterdir())
        assert not shared(tmp_path)
        launch.ask_to_stop("the test is over")  # type: ignore[attr-defined]  # it is live

    assert ground.play(act) == [Ended.ORDERLY]
    assert {"ledger.db", "ledger.db-wal", "ledger.db-shm", "ledger.db.lock"} <= set(during)
    assert Beside(ground.place).checkpoint.exists()
    assert not shared(tmp_path)


def test_strategies_that_were_started_are_kept_private(tmp_path: Path) -> None:
    """The folder and each copy in it; its owner reads them as before."""
    FileStage(tmp_path)
    deployment = load_deployment(tmp_path / "d.yaml")
    folder = tmp_path / "ledger.db.strategies"
    keep(folder, deployment)
    names = [path.stem for path in folder.iterdir()]
    assert len(names) == 2
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert not shared(folder)
    assert all(kept_whole(folder, name) is not None for name in names)


def test_the_lock_of_an_account_is_private(tmp_path: Path) -> None:
    """A new folder and its locks are the user's alone; a lock of an earlier release becomes so."""
    keys, folder = Keys("main", Secret("k1"), Secret("s"), None, "a test"), tmp_path / "state"
    access = Access("binance", Market.SPOT, "main", "one.db")
    for _ in range(2):
        with AccountLock(access, keys, folder):
            assert not shared(tmp_path)
        for path in folder.iterdir():
            path.chmod(0o644)


def test_an_account_may_be_locked_by_all_who_share_the_folder(tmp_path: Path) -> None:
    """Where a group may write the folder of locks, each of its users can see that another trades the account."""
    tmp_path.chmod(0o770)
    keys = Keys("main", Secret("k1"), Secret("s"), None, "a test")
    with AccountLock(Access("binance", Market.SPOT, "main", "one.db"), keys, tmp_path):
        (lock,) = tmp_path.glob("*.lock")
        assert stat.S_IMODE(lock.stat().st_mode) == 0o660


def test_a_halt_can_be_read_by_the_session_whoever_halts(tmp_path: Path) -> None:
    """The marker holds no positions, and it may be another user's: its rights are those of any new file."""
    mask = os.umask(0)
    os.umask(mask)
    marker = HaltMarker(tmp_path / "l.db.halt")
    marker.write("root", "odd fills")
    assert stat.S_IMODE(marker.path.stat().st_mode) == 0o666 & ~mask
