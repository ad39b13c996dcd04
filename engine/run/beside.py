"""A deployment or a ledger in, the files beside it out: how a session is reached, and what halts it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Beside:
    """`note`: the running session's address and token; `marker`: while it is there, nothing but exits is sent.

    They stand beside the ledger's file; of a ledger in a database, beside the deployment's file.
    """

    anchor: Path

    @classmethod
    def of(cls, ledger: str, deployment: str | Path | None = None) -> Beside | None:
        """None for a database without a deployment's file, which has no place for them."""
        if "://" not in ledger:
            return cls(Path(ledger))
        return None if deployment is None else cls(Path(deployment))

    @property
    def note(self) -> Path:
        return self.anchor.with_name(self.anchor.name + ".control")

    @property
    def socket(self) -> Path:
        return self.anchor.with_name(self.anchor.name + ".sock")

    @property
    def marker(self) -> Path:
        return self.anchor.with_name(self.anchor.name + ".halt")

    @property
    def checkpoint(self) -> Path:
        """The Book as it stood, to start faster."""
        return self.anchor.with_name(self.anchor.name + ".checkpoint")

    @property
    def markets(self) -> Path:
        """The venue's markets as they were listed last, for the kill switch."""
        return self.anchor.with_name(self.anchor.name + ".markets")

    @property
    def strategies(self) -> Path:
        """A folder with the files of strategies that were started."""
        return self.anchor.with_name(self.anchor.name + ".strategies")
