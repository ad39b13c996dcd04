"""Changed files while a session runs: read, checked, and taken up at a close at which nothing is held or ordered.

A file with mistakes leaves the old strategies running; so does a change of more than strategies: it needs a start.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ...diagnostics.diagnostic import DocumentError, InputError
from ...language.deployment import Deployment
from ...language.document import load_deployment
from ...language.identity import deployment_hash
from .kept import files_of

if TYPE_CHECKING:
    from .session import Session


class Reloading:
    """`waiting`: what takes the running deployment's place once nothing is held."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._files = files_of(session.deployment)
        self._seen = self._stamps()
        self.waiting: Deployment | None = None

    async def watch(self) -> None:
        """Read the files again where one of them changed; tell what came of it."""
        now = self._stamps()
        if now == self._seen:
            return
        self._seen = now
        self._session.hooks.noticed("reload", await self.read())

    async def read(self) -> str:
        """Read the files now; what came of it, in words. Raises LedgerError."""
        running = self._session.deployment
        try:
            found = load_deployment(running.path)
        except (DocumentError, InputError) as error:
            return f"the old strategies go on, the changed files have mistakes: {error}"
        if deployment_hash(found) == deployment_hash(running):
            self.waiting = None  # what had left the list may be in it again
            await self._session.ledger.record(*self._session.automatic.removed(running))
            return "nothing that decides has changed"
        if other := _other(self.waiting or running, found):
            self.waiting = None
            return f"the old strategies go on: {other} takes effect with the next start"
        self.waiting = found
        return "the changed strategies begin at the next close at which nothing is held or ordered"

    def _stamps(self) -> tuple[tuple[int, int] | None, ...]:
        return tuple(_stamp(path) for path in self._files)


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _other(old: Deployment, new: Deployment) -> str | None:
    """What of a deployment changed that is no strategy's own."""
    if [(one.name, one.share) for one in old.strategies] != [(one.name, one.share) for one in new.strategies]:
        return "another list of strategies"
    if old.symbols != new.symbols:
        return "another list of symbols"
    same = replace(new, strategies=old.strategies, leverage=old.leverage)
    return None if same == old and new.leverage == old.leverage else "a change of the deployment itself"
