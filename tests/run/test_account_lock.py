"""An account is traded by one session of this machine at a time, whatever the ledger and whatever it is called."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from stratrun.engine.brokers.keys import Keys
from stratrun.engine.brokers.secret import Secret
from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.language.deployment import Access
from stratrun.engine.language.strategy import Market
from stratrun.engine.run.account_lock import AccountLock

ACCESS = Access("binance", Market.SPOT, "main", "one.db")
HOLDING = """
import sys, time
from pathlib import Path
from stratrun.engine.brokers.keys import Keys
from stratrun.engine.brokers.secret import Secret
from stratrun.engine.language.deployment import Access
from stratrun.engine.language.strategy import Market
from stratrun.engine.run.account_lock import AccountLock
keys = Keys("main", Secret("k1"), Secret("s"), None, "a test")
with AccountLock(Access("binance", Market.SPOT, "main", "one.db"), keys, Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)  # until it is killed
"""


def keys(key: str) -> Keys:
    return Keys("main", Secret(key), Secret("s"), None, "a test")


def test_the_same_keys_are_refused_another_account_is_not(tmp_path: Path) -> None:
    """Another ledger and another name of the same keys change nothing; other keys, markets and networks do."""
    with AccountLock(ACCESS, keys("k1"), tmp_path):
        with pytest.raises(InputError, match=rf"process {os.getpid()} \(ledger one.db\) trades the account other"):
            AccountLock(replace(ACCESS, account="other", ledger="two.db"), keys("k1"), tmp_path).__enter__()
        for access, key in ((ACCESS, "k2"), (replace(ACCESS, market=Market.PERP), "k1"),
                            (replace(ACCESS, sandbox=True), "k1"), (replace(ACCESS, venue="okx"), "k1")):  # fmt: skip
            with AccountLock(access, keys(key), tmp_path):
                pass
    with AccountLock(ACCESS, keys("k1"), tmp_path):
        pass
    assert all("k1" not in path.name + path.read_text() for path in tmp_path.iterdir())


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is posix")
def test_a_killed_process_holds_nothing(tmp_path: Path) -> None:
    """After SIGKILL the next session may begin at once."""
    process = subprocess.Popen([sys.executable, "-c", HOLDING, str(tmp_path)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    with process.stdout:
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(InputError, match=f"process {process.pid}"):
            AccountLock(ACCESS, keys("k1"), tmp_path).__enter__()
        process.send_signal(signal.SIGKILL)
        process.wait()
    with AccountLock(ACCESS, keys("k1"), tmp_path):
        pass


def test_what_cannot_be_locked_is_told(tmp_path: Path) -> None:
    """A folder that cannot be made refuses the start and names the way out."""
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be locked") as told:
        AccountLock(ACCESS, keys("k1"), tmp_path / "file" / "sub").__enter__()
    assert "STRATRUN_STATE_FOLDER" in (told.value.help or "")


def test_a_file_system_without_locks_is_said_to_be_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No session begins that nothing keeps from being the second, and a message names the way out."""

    def refuse(*given: object, **more: object) -> None:
        raise NotImplementedError("FileSystem does not appear to support flock")

    monkeypatch.setattr("stratrun.engine.run.account_lock.FileLock.acquire", refuse)
    with pytest.raises(InputError, match="cannot be locked") as found:
        AccountLock(ACCESS, keys("k1"), tmp_path).__enter__()
    assert "STRATRUN_STATE_FOLDER" in (found.value.help or "")
