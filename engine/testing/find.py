"""Paths in, the test files among them out: files as they are given, folders walked for `kind: test`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from ..diagnostics.diagnostic import InputError
from ..language.folders import ENDINGS, walk
from ..language.structure.kinds import TEST, kind_of_document
from ..language.yaml.source import MAX_BYTES, parse

NAMES = tuple(f".test{ending}" for ending in ENDINGS)
"""How the name of a test beside its strategy ends: `dip.yaml` and `dip.test.yaml`."""
_SAYS_SO = re.compile(rb"""\bkind["']?\s*:\s*["']?test\b""")


def find_tests(paths: Iterable[str | Path]) -> list[Path]:
    """The test files under `paths`, each once. Raises InputError when there is none."""
    given = [Path(path) for path in paths]
    found = [path for path in walk(given).files if (path in given and not path.is_dir()) or _is_test(path)]
    if not found:
        where = ", ".join(map(str, given))
        raise InputError(
            f"no test files in {where}",
            help="a test file says `kind: test`; beside dip.yaml it is called dip.test.yaml",
        )
    return found


def _is_test(path: Path) -> bool:
    """Whether the file is a test, or is meant to be one and cannot be read as YAML."""
    if not path.is_file():
        return False
    if path.name.endswith(NAMES):
        return True
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES)
    except OSError:
        return False
    if not _SAYS_SO.search(data):
        return False
    root = parse(str(path), data).root
    return root is None or kind_of_document(root) == TEST
