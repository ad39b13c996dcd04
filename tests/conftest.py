"""Fixtures for every room: the shared data folders (skipped when missing) and synthetic candles."""

from __future__ import annotations

import gc
import os
import signal
import threading
from collections.abc import Callable, Generator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from stratrun.engine.market.candles import Candles

# How long an example takes says something of the machine and nothing of the project.
settings.register_profile("timeless", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("timeless")

# A fault of the program must reach the test that met it, also through a command.
os.environ["STRATRUN_TRACEBACK"] = "1"

# A shell that runs tests in the background has them ignore Ctrl-C, and so would every process that they start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN and threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGINT, signal.default_int_handler)

SHARED = Path(os.environ.get("STRATRUN_SHARED") or Path(__file__).resolve().parents[1].parent / "shared")
MEMORY, ROOM = Path("/dev/shm"), 4 * 2**30
MONDAY = 1_704_067_200_000
"""2024-01-01T00:00Z, the start of the synthetic candles."""


def in_memory() -> bool:
    """Whether the machine has a folder in memory with room for what tests write, where programs may be run."""
    if not (MEMORY.is_dir() and os.access(MEMORY, os.W_OK)):
        return False
    found = os.statvfs(MEMORY)
    return found.f_bavail * found.f_frsize >= ROOM and not found.f_flag & os.ST_NOEXEC


if in_memory():
    # Ledgers wait for the disk at every entry: thousands of times, for nothing that a test could see.
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """All tests run on every processor; those that somebody names run in one process, where they begin at once."""
    return None if config.args_source is config.ArgsSource.TESTPATHS else 0


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Nothing that is collected is garbage, and looking for some among 18,000 tests takes a fifth of the time."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


def _shared(name: str) -> Path:
    folder = SHARED / name
    if not folder.is_dir():
        pytest.skip(f"no folder {folder}; point STRATRUN_SHARED at the folder that holds `{name}`")
    return folder


@pytest.fixture(scope="session")
def candles_dir() -> Path:
    """Real candles, described by the README beside them."""
    return _shared("candles")


@pytest.fixture(scope="session")
def golden_dir() -> Path:
    """Results made by other software."""
    return _shared("golden")


@pytest.fixture(scope="session")
def sample() -> Callable[..., Candles]:
    """`sample(symbol="BTC/USDT", timeframe="1h", count=2000, start=2024-01-01)`: candles of the sample venue."""
    from stratrun.engine.market.sample import sample_candles
    from stratrun.engine.market.timeframe import Timeframe

    def candles(symbol: str = "BTC/USDT", timeframe: str = "1h", count: int = 2000, start: int = MONDAY) -> Candles:
        return sample_candles(symbol, Timeframe.parse(timeframe), start, count)

    return candles


@pytest.fixture(params=[0o022, 0o000], ids=["umask 022", "umask 000"])
def mask(request: pytest.FixtureRequest) -> Generator[None]:
    """What a user's shell takes from the rights of each new file."""
    before = os.umask(request.param)
    yield
    os.umask(before)
