"""How wide what a command prints may be: one answer for all commands."""

from __future__ import annotations

import shutil
import sys
from typing import TextIO


def columns(stream: TextIO | None = None) -> int | None:
    """Those of the terminal at `stream` (standard output); None where a program or a file reads: whole lines."""
    return shutil.get_terminal_size().columns if (stream or sys.stdout).isatty() else None
