"""The layout of a repository that keeps strategies: which files it has and what they begin as."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from ..diagnostics.diagnostic import InputError
from ..language.folders import ENDINGS
from ..report.atomic import replacing
from .catalogue import find_template
from .fill import Answers
from .writing import SCHEMAS, make

_HERE = Path(__file__).parent / "repository"
_PUBLISHED = Path(__file__).resolve().parents[2] / "schemas" / "2"
_FILES: Mapping[str, str] = MappingProxyType({
    ".github/workflows/strategies.yml": "workflow.yaml",
    ".gitignore": "gitignore.txt",
    ".pre-commit-config.yaml": "pre-commit-config.yaml",
    ".vscode/settings.json": "settings.json",
    "README.md": "readme.txt",
})  # fmt: skip
"""Where a file goes -> what it begins as. They are their owner's from then on."""
_EXAMPLE = "ema_crossover"


class Became(StrEnum):
    """What became of a file."""

    WRITTEN = "written"
    UPDATED = "updated"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Laid:
    """One file of the layout, by its path inside the repository."""

    path: str
    became: Became


def lay_out(folder: Path) -> Sequence[Laid]:
    """Lay out a repository; what stands there is kept, only the schemas are brought up to date.

    Raises InputError where the folder or a file cannot be made.
    """
    _make_folder(folder)
    laid = [_schema(folder, published) for published in sorted(_PUBLISHED.glob("*.json"))]
    laid += [_begin(folder, path, source) for path, source in _FILES.items()]
    return [*laid, *_example(folder)]


def _schema(folder: Path, published: Path) -> Laid:
    path = f"{SCHEMAS}/{published.name}"
    content = published.read_bytes()
    there = (folder / path).exists()
    if there and _same(folder / path, content):
        return Laid(path, Became.KEPT)
    _write(folder / path, content)
    return Laid(path, Became.UPDATED if there else Became.WRITTEN)


def _begin(folder: Path, path: str, source: str) -> Laid:
    if (folder / path).exists() or (folder / path).is_symlink():
        return Laid(path, Became.KEPT)
    _write(folder / path, (_HERE / source).read_bytes())
    return Laid(path, Became.WRITTEN)


def _example(folder: Path) -> Iterator[Laid]:
    """A first strategy with its tests, unless there is one."""
    home = folder / "strategies"
    _make_folder(home)
    if any(path.name.endswith(ENDINGS) for path in home.rglob("*")):
        return
    made = make(find_template(_EXAMPLE), Answers(), home / f"{_EXAMPLE}.yaml", force=False)
    for path in (made.path, made.test):
        if path is not None:
            yield Laid(path.relative_to(folder).as_posix(), Became.WRITTEN)


def _same(path: Path, content: bytes) -> bool:
    try:
        return path.read_bytes() == content
    except OSError as error:
        raise InputError(f"{path}: cannot read the file: {error.strerror or error}") from error


def _write(path: Path, content: bytes) -> None:
    _make_folder(path.parent)
    with replacing(path) as file:
        file.write(content)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"{folder}: cannot make the folder: {reason}", help="name another folder") from error
