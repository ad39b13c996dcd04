"""Who sits at this machine."""

from __future__ import annotations

import getpass


def user() -> str:
    """The operator's name, `unknown` where the system does not tell it."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"
