"""Collects what is found in one version 1 document; each word for an author is said here or by the caller."""

from __future__ import annotations

from ..step import Finding, Weight
from ..tree import Mark, Node

AMBIGUOUS, NOT_CARRIED, ASSUMED, NOT_UNDERSTOOD, MISSING, TWICE = "SR804", "SR802", "SR803", "SR805", "SR806", "SR807"


class Told:
    def __init__(self) -> None:
        self.findings: list[Finding] = []

    @property
    def failed(self) -> bool:
        return any(finding.weight is Weight.ERROR for finding in self.findings)

    def error(self, code: str, message: str, at: Node | Mark | None, help: str | None = None) -> None:
        self.findings.append(Finding(code, message, _mark(at), help, Weight.ERROR))

    def unclear(self, message: str, at: Node | Mark | None, help: str | None = None) -> None:
        """Something that cannot be read as version 1."""
        self.error(NOT_UNDERSTOOD, message, at, help)

    def missing(self, message: str, at: Node | Mark | None, help: str | None = None) -> None:
        self.error(MISSING, message, at, help)

    def assumed(self, message: str, at: Node | Mark | None = None) -> None:
        self.findings.append(Finding(ASSUMED, message, _mark(at), "look whether that is what was meant"))

    def dropped(self, message: str, at: Node | Mark | None, help: str | None = None) -> None:
        self.findings.append(Finding(NOT_CARRIED, message, _mark(at), help))


def _mark(at: Node | Mark | None) -> Mark | None:
    return at if at is None or isinstance(at, Mark) else at.mark


def shown(text: str) -> str:
    """A piece of the file in a message: on one line and short."""
    line = " ".join(text.split())
    return line if len(line) <= 40 else line[:37] + "..."
