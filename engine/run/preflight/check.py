"""One thing that was looked at before a start: how it is, in words, and what to do where it is not well."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAIL = "fail"
    """The start is refused."""
    SKIPPED = "skipped"
    """It could not be looked at, because of another that failed."""


@dataclass(frozen=True, slots=True)
class Check:
    """`mend`: what to do about a warning or a failure."""

    name: str
    verdict: Verdict
    words: str
    mend: str = ""


def ok(name: str, words: str) -> Check:
    return Check(name, Verdict.OK, words)


def warn(name: str, words: str, mend: str) -> Check:
    return Check(name, Verdict.WARN, words, mend)


def fail(name: str, words: str, mend: str) -> Check:
    return Check(name, Verdict.FAIL, words, mend)


def skipped(name: str, words: str) -> Check:
    return Check(name, Verdict.SKIPPED, words)


@dataclass(frozen=True, slots=True)
class Preflight:
    """Every check, in the order in which they were made. `ready`: nothing speaks against a start."""

    checks: tuple[Check, ...]

    @classmethod
    def of(cls, *groups: Iterable[Check]) -> Preflight:
        return cls(tuple(check for group in groups for check in group))

    @property
    def ready(self) -> bool:
        return not any(check.verdict is Verdict.FAIL for check in self.checks)

    @property
    def failed(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if check.verdict is Verdict.FAIL)

    def as_data(self) -> dict[str, Any]:
        return {"ready": self.ready, "checks": [asdict(check) for check in self.checks]}
