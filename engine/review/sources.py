"""`FILE` or `REVISION:FILE` in, a version of a strategy out: the checked strategy and its document."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..diagnostics.diagnostic import Diagnostic, DocumentError, InputError
from ..language.document import loads
from ..language.strategy import Strategy
from ..language.yaml.nodes import MapNode
from ..language.yaml.source import MAX_BYTES, parse, read

_SECONDS = 30.0
"""How long git may take: it may want to fetch, or ask for something nobody can type."""


@dataclass(frozen=True, slots=True)
class Version:
    """`load` reads the same text again with other values of its params."""

    name: str
    strategy: Strategy
    root: MapNode | None
    load: Callable[[Mapping[str, str]], Strategy]


def version_of(subject: str) -> Version:
    """A file that exists, or else one of a git revision: `HEAD~1:strategies/dip.yaml`.

    Raises DocumentError for mistakes in the file, InputError where git cannot give it.
    """
    data = _bytes(subject)
    root = parse(subject, data).root
    text = _text(subject, data)

    def load(overrides: Mapping[str, str]) -> Strategy:
        return loads(text, overrides, subject)

    return Version(subject, load({}), root, load)


def _text(subject: str, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DocumentError(parse(subject, data).report.diagnostics()) from None


def _bytes(subject: str) -> bytes:
    revision, colon, path = subject.partition(":")
    if not colon or not path or len(revision) < 2 or _exists(subject):  # `C:\\dip.yaml` is a file too
        source = read(Path(subject))
        if source.root is None:
            raise DocumentError(source.report.diagnostics())
        return Path(subject).read_bytes()
    return _shown(subject, revision, path)


def _exists(subject: str) -> bool:
    try:
        return Path(subject).exists()
    except (OSError, ValueError):
        return False


def _shown(subject: str, revision: str, path: str) -> bytes:
    """What `git show` gives; the path is meant from the present folder, as the other file's is."""
    if revision.startswith("-") or "\0" in subject:
        raise InputError(f"`{revision}` is not a revision", help="write one such as HEAD~1 or a commit")
    place = path if path.startswith(("./", "../", "/")) else f"./{path}"
    try:
        ran = subprocess.run(
            ["git", "show", f"{revision}:{place}"], capture_output=True, stdin=subprocess.DEVNULL, timeout=_SECONDS,
            check=False,
        )  # fmt: skip
    except FileNotFoundError:
        raise InputError(f"{subject}: git is needed for a file of a revision, and is not installed",
                         help="install git, or name two files") from None  # fmt: skip
    except subprocess.TimeoutExpired:
        raise InputError(f"{subject}: git did not answer in {_SECONDS:g} s") from None
    if ran.returncode:
        lines = ran.stderr.decode("utf-8", "replace").strip().splitlines() or ["git gave no reason"]
        raise InputError(f"{subject}: git cannot show it: {lines[0].removeprefix('fatal: ')}",
                         help="write REVISION:FILE, such as HEAD~1:strategies/dip.yaml")  # fmt: skip
    if len(ran.stdout) > MAX_BYTES:
        raise DocumentError([Diagnostic("SR004", f"the file has {len(ran.stdout):,} bytes", subject)])
    return ran.stdout
