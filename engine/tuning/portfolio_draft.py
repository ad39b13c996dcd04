"""The files of a portfolio and its members, read once and built at many points: parameters and weights."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from ..diagnostics.diagnostic import Diagnostic, DocumentError
from ..diagnostics.report import Report
from ..language.portfolio import Portfolio
from ..language.portfolios.build import build, shared_out
from ..language.portfolios.members import Opened, Reader, name_of
from ..language.structure.part import Part
from .draft import UNFULFILLED, Draft, Drafted, Unfit, refusal
from .space import Point

TOO_MUCH = "SR720"
"""What is said of weights that are more than the account."""


class PortfolioDraft(Drafted[Portfolio]):
    """Points name their values MEMBER.PARAM and MEMBER.weight. One whose weights are more than the account, or that a
    member's own `require` forbids, does not fit."""

    def __init__(
        self, path: str, fixed: Mapping[str, str] | None = None, under: Callable[[Portfolio], Portfolio] | None = None
    ) -> None:
        super().__init__(path, fixed, under)
        self._members: dict[Path, Draft] = {}
        parts = Part(self._root, self._broken).listed("members")
        self._names = [name for part in parts if (name := name_of(part))]

    def written(self, point: Point) -> Portfolio:
        report = Report(self.path)
        values, weights = shared_out({**self.fixed, **point}, self._names, report)
        reader = Reader(self.path, values, self._member, report)
        portfolio = build(self.path, self._root, self._broken, reader, report, weights)
        if portfolio is None or report.failed:
            found = [*report.diagnostics(), *reader.told]
            raise Unfit if any(d.code == TOO_MUCH for d in found) else refusal(found)
        return portfolio

    def _member(self, path: Path, values: Mapping[str, str]) -> Opened:
        """A member at its values, its file read once."""
        try:
            if path not in self._members:
                self._members[path] = Draft(str(path))
            return Opened(self._members[path].at(values), ())
        except Unfit:
            return Opened(None, (Diagnostic(UNFULFILLED, ""),))
        except DocumentError as error:
            return Opened(None, tuple(error.diagnostics))
