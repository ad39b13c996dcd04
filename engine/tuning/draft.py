"""A file that is read once and built at many points, and what its `optimize:` asks for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

from ..diagnostics.diagnostic import Diagnostic, DocumentError
from ..diagnostics.report import Report
from ..language.document import opened
from ..language.meaning.build import build
from ..language.meaning.wishes import Wishes, read_wishes
from ..language.portfolio import Portfolio
from ..language.strategy import Strategy
from ..language.structure.part import Part
from ..language.structure.shape import check_structure
from ..language.yaml.nodes import MapNode
from ..market.timeframe import Timeframe
from .space import Point

UNFULFILLED = "SR462"
"""What `require` says of values that do not fulfil it."""
REMEMBERED = 512
"""What is not built again."""


class Unfit(Exception):  # noqa: N818 - an answer, not a mistake
    """The point does not fulfil what the file requires of its parameters."""


S = TypeVar("S", Strategy, Portfolio)


class Drafted(ABC, Generic[S]):
    """A file that is built at many points. `fixed` are values of parameters that stay; `under` puts what is built under
    further limits.

    Raises DocumentError when the file cannot be read or built as it stands.
    """

    def __init__(
        self, path: str, fixed: Mapping[str, str] | None = None, under: Callable[[S], S] | None = None
    ) -> None:
        source = opened(path)
        if source.root is None or source.report.failed:
            raise DocumentError(source.report.diagnostics())
        self.path = path
        self._root: MapNode = source.root
        report = Report(path)
        self._broken = check_structure(self._root, report)
        if report.failed:
            raise DocumentError(report.diagnostics())
        self.fixed = dict(fixed or {})
        self._under: Callable[[S], S] | None = under
        self._built: dict[tuple[tuple[str, str], ...], S] = {}

    def __getstate__(self) -> dict[str, object]:
        """What another process builds of."""
        return {**self.__dict__, "_built": {}}

    def fits(self, point: Point) -> bool:
        """Whether the point fulfils what the file requires of its parameters."""
        try:
            self.at(point)
        except Unfit:
            return False
        except DocumentError:
            return True  # cannot be built at all, which is a trial that fails
        return True

    def at(self, point: Point) -> S:
        """What the file is with the point's values, under the limits. Raises Unfit, and DocumentError where they make
        no sense."""
        key = tuple(point.items())
        found = self._built.get(key)
        if found is None:
            if len(self._built) >= REMEMBERED:
                self._built.clear()
            found = self.written(point)
            found = self._built[key] = self._under(found) if self._under else found
        return found

    @abstractmethod
    def written(self, point: Point) -> S:
        """The same as its file alone has it, without further limits."""

    def wishes(self, timeframe: Timeframe) -> Wishes:
        """What the file's `optimize:` asks for, whose stretches hold a candle of `timeframe`. Raises DocumentError."""
        report = Report(self.path)
        found = read_wishes(Part(self._root, self._broken), timeframe, report)
        if report.failed:
            raise DocumentError(report.diagnostics())
        return found


class Draft(Drafted[Strategy]):
    """A strategy's."""

    def written(self, point: Point) -> Strategy:
        report = Report(self.path)
        strategy = build(self.path, self._root, self._broken, {**self.fixed, **point}, report)
        if strategy is None or report.failed:
            raise refusal(report.diagnostics())
        return strategy


def refusal(found: list[Diagnostic]) -> Exception:
    """What keeps a point from being built: it is not wanted, or it makes no sense."""
    return Unfit() if any(d.code == UNFULFILLED for d in found) else DocumentError(found)
