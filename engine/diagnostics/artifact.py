"""How other programs are told which file a diagnostic is about."""

from __future__ import annotations

import os
from pathlib import Path


def relative(path: str) -> str:
    """The path from here with `/`, or the absolute one where it lies elsewhere; a name that is no path stays."""
    if path.startswith("<"):
        return path
    whole = Path(os.path.abspath(path))  # noqa: PTH100 - links stay as they were named
    here = Path.cwd()
    return (whole.relative_to(here) if whole.is_relative_to(here) else whole).as_posix()


def uri(path: str) -> tuple[str, bool]:
    """The path as a URI reference, and whether it is relative to here."""
    from urllib.parse import quote

    near = relative(path)
    if not Path(near).is_absolute():
        return quote(os.fsencode(near)), True
    return ("file://" if near.startswith("/") else "file:///") + quote(os.fsencode(near), safe="/:"), False
