"""What a session tells others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ...orders.outbox import Notify


@dataclass(slots=True)
class Hooks:
    """What a session tells others, none of which may fail or take long."""

    noticed: Callable[[str, str], None] = lambda subject, words: None
    decided: Callable[[int, float], None] = lambda close, equity: None
    """A close (ms UTC) was decided; with the equity of the Book."""
    halted: Callable[[], str | None] = lambda: None
    """Why a kill switch forbids all but reducing, None where it does not."""
    notify: Notify | None = None
