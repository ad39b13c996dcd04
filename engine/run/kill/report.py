"""What the kill switch did, step by step."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Did(StrEnum):
    """What became of one thing. Only `failed` and `unclear` need somebody to look."""

    DONE = "done"
    GONE = "gone"
    LEFT = "left"
    UNCLEAR = "unclear"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Step:
    """`subject`: marker, ledger, venue, an order's id or a symbol."""

    subject: str
    did: Did
    words: str


@dataclass(slots=True)
class KillReport:
    """`reached`: whether the venue answered; `seconds` are those of the switch, start to end."""

    steps: list[Step] = field(default_factory=list)
    reached: bool = False
    seconds: float = 0.0

    def add(self, subject: str, did: Did, words: str) -> None:
        self.steps.append(Step(subject, did, words))

    @property
    def complete(self) -> bool:
        """Whether everything that was to be done is known to be done."""
        return self.reached and not any(step.did in (Did.UNCLEAR, Did.FAILED) for step in self.steps)

    def as_data(self) -> dict[str, Any]:
        steps = [{"subject": s.subject, "did": s.did.value, "words": s.words} for s in self.steps]
        return {"complete": self.complete, "reached": self.reached, "seconds": round(self.seconds, 3), "steps": steps}

    def as_text(self) -> str:
        width = max((len(step.did) for step in self.steps), default=0)
        lines = [f"{step.did.value:<{width}}  {step.words}" for step in self.steps]
        end = "all is done" if self.complete else "NOT ALL IS DONE: look at the venue, and run it again"
        return "\n".join([*lines, f"{end} ({self.seconds:.2f} seconds)"])
