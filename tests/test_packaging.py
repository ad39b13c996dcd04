"""The repository's root is the import package: what is listed, what is built, and what a bare machine gets."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from email import message_from_bytes
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("engine", "schemas", "migrations", "strategies")
OFFLINE = re.compile(r"No matching distribution|Could not find a version|NewConnectionError|Name or service")
"""What pip and build say when a package cannot be had, as opposed to when ours is broken."""


def run(*command: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    return subprocess.run(
        [str(part) for part in command], cwd=cwd, env=clean | environment, capture_output=True, text=True, check=False
    )


def needs_network(done: subprocess.CompletedProcess[str]) -> None:
    """Skip when packages cannot be downloaded, fail when anything else went wrong."""
    said = done.stdout + done.stderr
    if done.returncode and OFFLINE.search(said):
        pytest.skip(f"cannot download packages: {said.strip().splitlines()[-1]}")
    assert done.returncode == 0, said


def sources(folder: str) -> list[Path]:
    """The files of a package folder, relative to the root."""
    found = (path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return sorted(path.relative_to(ROOT) for path in found)


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy: setuptools writes beside the sources."""
    pytest.importorskip("build")
    out, copy = tmp_path_factory.mktemp("sdist"), tmp_path_factory.mktemp("copy")
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in (path for path in ROOT.iterdir() if path.is_file()):
        shutil.copy2(file, copy)
    needs_network(run(sys.executable, "-m", "build", "--sdist", "--outdir", out, copy, cwd=out))
    return next(out.glob("*.tar.gz"))


@pytest.fixture(scope="module")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from the unpacked sdist, so that a file missing there is missing here."""
    out = tmp_path_factory.mktemp("wheel")
    with tarfile.open(sdist) as packed:
        packed.extractall(out, filter="data")
    unpacked = next(path for path in out.iterdir() if path.is_dir())
    needs_network(run(sys.executable, "-m", "build", "--wheel", "--outdir", out, unpacked, cwd=out))
    return next(out.glob("*.whl"))


def declared(wheel: Path) -> list[metadata.Distribution]:
    """What a wheel asks for, without extras, and what that asks for in turn: the distributions of this environment."""
    with zipfile.ZipFile(wheel) as packed:
        (name,) = (name for name in packed.namelist() if name.endswith(".dist-info/METADATA"))
        said = message_from_bytes(packed.read(name))
    todo = [(requirement, "") for requirement in said.get_all("Requires-Dist", [])]
    found: dict[tuple[str, str], metadata.Distribution] = {}
    while todo:
        text, extra = todo.pop()
        asked = Requirement(text)
        if asked.marker is not None and not asked.marker.evaluate({"extra": extra}):
            continue
        for wanted in ("", *asked.extras):
            if (asked.name, wanted) not in found:
                found[asked.name, wanted] = metadata.distribution(asked.name)
                todo += [(further, wanted) for further in found[asked.name, wanted].requires or ()]
    return list(found.values())


def placed(distribution: metadata.Distribution, site: Path) -> None:
    """Its packages, modules and metadata stand in a folder of packages, as links where the system has them."""
    for top in {file.parts[0] for file in distribution.files or ()} - {"..", "__pycache__"}:
        source, target = Path(str(distribution.locate_file(top))), site / top
        if target.exists():
            continue
        if os.name != "nt":
            target.symlink_to(source)
        elif source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copy2(source, target)


@pytest.fixture(scope="module")
def bare(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts folder of a virtual environment that holds the wheel and what it declares, nothing else.

    What it declares comes from this environment, without a network; pip refuses a wheel whose requirements, versions
    included, are not met by what is there.
    """
    home = tmp_path_factory.mktemp("bare")
    venv.create(home)
    scripts = home / ("Scripts" if os.name == "nt" else "bin")
    site = Path(sysconfig.get_path("purelib", "venv", {"base": str(home), "platbase": str(home)}))
    for distribution in declared(wheel):
        placed(distribution, site)
    pip = (sys.executable, "-m", "pip", "--python", scripts / "python", "install", "--no-index", "--quiet", wheel)
    done = run(*pip, cwd=home)
    assert done.returncode == 0, done.stdout + done.stderr
    return scripts


def test_packages_are_listed() -> None:
    """`packages` names each folder that holds Python files, and each of them is a package."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    folders = {path.parent for folder in FOLDERS for path in sources(folder) if path.suffix == ".py"}
    assert settings["packages"] == sorted(settings["packages"])
    assert set(settings["packages"]) == {"stratrun"} | {".".join(("stratrun", *folder.parts)) for folder in folders}
    assert [folder for folder in folders if not (ROOT / folder / "__init__.py").is_file()] == []


def test_root_holds_three_modules() -> None:
    """Every other Python file lives in a folder; pytest would import a stray one as part of the package."""
    assert {path.name for path in ROOT.glob("*.py")} == {"__init__.py", "__main__.py", "cli.py"}


def test_imports_inside_are_relative() -> None:
    """The package never names itself, so that it has one copy in memory however it is started."""
    pattern = re.compile(r"^\s*(from|import) stratrun\b", re.MULTILINE)
    files = [ROOT / path for folder in FOLDERS for path in sources(folder) if path.suffix == ".py"]
    assert [path for path in (*files, *ROOT.glob("*.py")) if pattern.search(path.read_text(encoding="utf-8"))] == []


def test_cli_runs_as_a_file(tmp_path: Path) -> None:
    """`python cli.py` works: its first statement names the package for the relative imports (PEP 366)."""
    text = (ROOT / "cli.py").read_text(encoding="utf-8")
    line = 'if __name__ == "__main__" and not __package__:\n    __package__ = "stratrun"\n'
    assert line in text
    assert text.index(line) < text.index("import click")
    done = run(sys.executable, ROOT / "cli.py", "--help", cwd=tmp_path, PYTHONPATH=str(ROOT / ".pkg"))
    assert (done.returncode, done.stdout.startswith("Usage: stratrun")) == (0, True), done.stderr


def test_link_for_type_checkers() -> None:
    """`.pkg/stratrun` leads to the root, where type checkers find the package under its name."""
    link = ROOT / ".pkg" / "stratrun"
    if os.name == "nt" and not link.is_symlink():
        pytest.skip("git made no symbolic link here (core.symlinks)")
    assert link.readlink() == Path("..")


def test_help_imports_no_engine(tmp_path: Path) -> None:
    """Help costs no numeric library."""
    code = (
        "import sys\nfrom stratrun.cli import main\n"
        "main(['--help'], standalone_mode=False)\n"
        "print(sorted({'numpy', 'numba', 'polars', 'pydantic', 'ccxt', 'rich'} & set(sys.modules)))"
    )
    done = run(sys.executable, "-c", code, cwd=tmp_path, PYTHONPATH=str(ROOT / ".pkg"))
    assert done.stdout.splitlines()[-1:] == ["[]"], done.stdout + done.stderr


def test_wheel_is_whole(wheel: Path) -> None:
    """The wheel, built from the sdist, holds every file of the package folders and nothing beside them."""
    with zipfile.ZipFile(wheel) as packed:
        names = {Path(name) for name in packed.namelist()}
    held = {name for name in names if not name.parts[0].endswith(".dist-info")}
    wanted = {path for folder in FOLDERS for path in sources(folder) if path.suffix not in (".md", ".pyc")}
    wanted |= {Path(name) for name in ("__init__.py", "__main__.py", "cli.py", "py.typed")}
    assert held == {Path("stratrun") / path for path in wanted}


def test_bare_machine(bare: Path, tmp_path: Path) -> None:
    """Installed into a bare environment, the command and the module run, and say the version that was built."""
    done = run(bare / "stratrun", "--help", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Usage: stratrun" in done.stdout
    version = run(bare / "python", "-m", "stratrun", "--version", cwd=tmp_path)
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert version.stdout.strip() == f"stratrun {settings['project']['version']}"


def test_bare_machine_runs_the_example(bare: Path, tmp_path: Path) -> None:
    """The example of the README runs in a bare environment, outside the repository, without a network."""
    example = ROOT / "examples" / "quickstart" / "strategy.yaml"
    dead = "http://127.0.0.1:9"
    done = run(bare / "stratrun", "run", example, cwd=tmp_path, HTTP_PROXY=dead, HTTPS_PROXY=dead, ALL_PROXY=dead)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "synthetic" in done.stdout
