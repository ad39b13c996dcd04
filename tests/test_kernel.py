"""Machine code is kept in a folder named by all sources it comes from, or nowhere."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType
from typing import Any

import numba
import pytest

from stratrun.engine import kernel
from stratrun.engine.market.steps import on_step

DAY = 24 * 3600


@pytest.fixture(autouse=True)
def _no_memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each test decides anew where machine code goes."""
    monkeypatch.setattr(kernel, "_compiled", {})
    yield
    monkeypatch.undo()
    forget()


def forget() -> None:
    kernel.kept.cache_clear()
    kernel._cache_folder.cache_clear()


def choose(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Path:
    """Where machine code of these sources goes below `folder`."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(folder))
    forget()
    return kernel._cache_folder()


def made_at(path: Path) -> FunctionType:
    """A kernel whose source is said to be `path`."""
    scope: dict[str, Any] = {"__name__": "made"}
    exec(compile("def one(x):\n    return x + 1.0\n", str(path), "exec"), scope)
    return kernel.kernel(scope["one"])


def test_machine_code_is_kept_for_the_next_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Compiled once, a kernel is on disk, and Numba's own setting is not ours afterwards."""
    folder = choose(monkeypatch, tmp_path)
    assert not kernel.prepared()
    machine = kernel.compiled(on_step)
    assert machine(0.39, 0.1, 0) == on_step(0.39, 0.1, 0)
    assert folder in Path(machine.stats.cache_path).parents
    assert kernel.prepared()
    assert str(folder) != numba.config.CACHE_DIR


def test_an_unusable_folder_means_that_nothing_is_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where our folder cannot be made, kernels still compile and leave nothing beside their sources."""
    (tmp_path / "file").write_text("no folder")
    choose(monkeypatch, tmp_path / "file")
    (tmp_path / "source.py").write_text("")
    for path in (tmp_path / "source.py", tmp_path / "missing.py"):
        machine = kernel.compiled(made_at(path))
        assert machine(1.0) == 2.0
        assert machine.stats.cache_path is None
    assert not list(tmp_path.rglob("*.nb?"))
    assert not kernel.kept()
    assert not kernel.prepared()


def test_a_part_of_the_folder_that_cannot_be_used_is_no_reason_to_go_elsewhere(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Numba's own folder in ours being unusable, nothing is kept either."""
    folder = choose(monkeypatch, tmp_path / "cache")
    source = tmp_path / "source.py"
    source.write_text("")
    place = Path(kernel.compiled(made_at(source)).stats.cache_path)
    assert place.parent == folder
    place.rmdir()
    place.write_text("no folder")
    assert kernel.compiled(made_at(source)).stats.cache_path is None


@pytest.mark.parametrize("changed", ["kernel.py", "market/steps.py", "indicators/window.py"])
def test_changed_sources_have_another_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, changed: str) -> None:
    """The options that kernels are compiled with count as much as the kernels."""
    engine = shutil.copytree(Path(kernel.__file__).parent, tmp_path / "engine", ignore=shutil.ignore_patterns("*.pyc"))
    monkeypatch.setattr(kernel, "__file__", str(engine / "kernel.py"))
    before = choose(monkeypatch, tmp_path)
    assert choose(monkeypatch, tmp_path) == before
    with (engine / changed).open("a") as file:
        file.write("# changed\n")
    assert choose(monkeypatch, tmp_path) != before


def test_folders_of_old_sources_go_when_a_new_one_is_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What no run has used for a month is removed; what is in use, or not ours, stays."""
    folder = choose(monkeypatch, tmp_path)
    old, recent, foreign = (folder.parent / name for name in ("0" * 16, "1" * 16, "mine"))
    for path in (old, recent, foreign):
        (path / "market_0").mkdir(parents=True)
        (path / "market_0" / "code.nbi").write_text("code")
    now = (old / "market_0").stat().st_mtime
    for path, age in ((old, 31 * DAY), (recent, 29 * DAY), (foreign, 400 * DAY)):
        os.utime(path, (now - age, now - age))
    assert kernel.kept()
    assert {path.name for path in folder.parent.iterdir()} == {folder.name, recent.name, foreign.name}


def test_using_a_folder_keeps_it_young(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A folder that is used counts from its last use, and removes nothing."""
    folder = choose(monkeypatch, tmp_path)
    old = folder.parent / ("0" * 16)
    for path in (folder, old):
        path.mkdir(parents=True)
        os.utime(path, (DAY, DAY))
    assert kernel.kept()
    assert folder.stat().st_mtime > DAY
    assert old.is_dir()
