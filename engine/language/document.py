"""Strategy files for everyone else: `load` one (or a portfolio of them), `validate` one."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ..diagnostics.diagnostic import Diagnostic, DocumentError, OldFileWarning
from ..diagnostics.report import EnoughError, Report
from ..market.venue import Venue
from .current import current
from .deployment import Deployment
from .folders import is_folder, walk
from .ignores import silenced
from .lint.check import lint
from .meaning.build import build
from .portability import check_venue
from .portfolio import Portfolio
from .strategy import Strategy
from .structure.kinds import DEPLOYMENT, PORTFOLIO, STRATEGY, TEST, kind_of_document
from .structure.part import Part
from .structure.shape import check_structure
from .structure.version import check_version
from .yaml.source import Source, parse, read

if TYPE_CHECKING:
    from .deployments.entries import Opening
    from .portfolios.members import Opened

_NOTHING: Mapping[str, str] = {}
_NO_STRATEGY = {
    TEST: ("test file", "`stratrun test` runs it"),
    PORTFOLIO: ("portfolio", "name the file of one of its members; `stratrun backtest` runs them all together"),
    DEPLOYMENT: ("deployment", "name the file of one of its strategies; `stratrun run` takes the whole deployment"),
}
"""What documents of other kinds are, and what takes them."""


def load(path: str | Path, overrides: Mapping[str, str] = _NOTHING) -> Strategy:
    """The checked strategy of a file; `overrides` are parameter values as `--set` gives them.

    Warns (OldFileWarning) about a file of an older version. Raises DocumentError with every mistake found.
    """
    return _loaded(read(Path(path)), overrides)


def loads(text: str, overrides: Mapping[str, str] = _NOTHING, path: str = "<text>") -> Strategy:
    """The same for a document that is not a file; `path` is only its name in messages."""
    return _loaded(parse(path, text.encode("utf-8", "surrogatepass")), overrides)


def opened(path: str | Path) -> Source:
    """The document of a file, in the newest version; its report holds what could not be read."""
    return current(read(Path(path)))


def load_portfolio(path: str | Path, overrides: Mapping[str, str] = _NOTHING) -> Portfolio:
    """The checked portfolio of a file and its members' files; `overrides` are values by `MEMBER.PARAM`.

    Warns (OldFileWarning) about members of an older version. Raises DocumentError with every mistake found, those in
    a member under the name of its file.
    """
    from .portfolios.load import examine_portfolio

    source = current(read(Path(path)))
    portfolio, inside = examine_portfolio(source, overrides, _opened)
    if portfolio is None or source.report.failed:
        raise DocumentError([*source.report.diagnostics(), *inside])
    _warn(inside)
    return portfolio


def load_deployment(path: str | Path) -> Deployment:
    """The checked deployment of a file, and of the strategies and portfolios it names.

    Warns (OldFileWarning) about those of an older version. Raises DocumentError with every mistake found, those in
    another file under that file's name.
    """
    return _deployed(read(Path(path)))


def loads_deployment(text: str, path: str = "<text>") -> Deployment:
    """The same for a document that is not a file; the files it names are found from the folder of `path`."""
    return _deployed(parse(path, text.encode("utf-8", "surrogatepass")))


def _deployed(source: Source) -> Deployment:
    from .deployments.load import examine_deployment

    source = current(source)
    deployment, inside = examine_deployment(source, _opening())
    if deployment is None or source.report.failed:
        raise DocumentError([*source.report.diagnostics(), *inside])
    _warn(inside)
    return deployment


def kind_of(path: str | Path) -> str:
    """What a file says that it is; a strategy where it says nothing or cannot be read."""
    root = read(Path(path)).root
    return STRATEGY if root is None else kind_of_document(root)


def is_portfolio(path: str | Path) -> bool:
    """Whether a file says that it is a portfolio; what cannot be read says nothing."""
    return kind_of(path) == PORTFOLIO


def validate(path: str | Path, venue: Venue | None = None) -> list[Diagnostic]:
    """Every mistake and warning in a file that its comments do not silence, sorted by position.

    With a venue's list of markets, also what that venue would not take.
    """
    path = Path(path)
    if is_folder(path) and walk([path]).files == (path,):
        report = Report(str(path))
        report.error("SR014", "the folder holds no strategy file", help="they end in .yaml, .yml or .json")
        return report.diagnostics()
    return _examined(read(path), venue)


def validate_bytes(data: bytes, path: str, venue: Venue | None = None) -> list[Diagnostic]:
    """The same for a document that is not a file; `path` is only its name in messages."""
    return _examined(parse(path, data), venue)


def examine(source: Source, overrides: Mapping[str, str] = _NOTHING) -> Strategy | None:
    """Check a document; its report then holds what was found."""
    if source.root is None or not check_version(source.root, source.report):
        return None
    if kind_of_document(source.root) != STRATEGY:
        kind = source.root.get("kind")
        span = kind.span if kind is not None else None
        what, help_ = _NO_STRATEGY[kind_of_document(source.root)]
        source.report.error("SR117", f"this is a {what}, not a strategy", span, help_)
        return None
    try:
        broken = check_structure(source.root, source.report)
        return build(source.path, source.root, broken, overrides, source.report)
    except EnoughError:
        return None


def _examined(source: Source, venue: Venue | None) -> list[Diagnostic]:
    source = current(source)
    inside: list[Diagnostic] = []
    with suppress(EnoughError):
        inside = _inspected(source, venue)
    return [*silenced(source, unchecked=("SR5",) if venue is None else ()), *inside]


def _inspected(source: Source, venue: Venue | None) -> list[Diagnostic]:
    """What is found in the files that a document names; its own report holds what is found in itself."""
    inside: list[Diagnostic] = []
    kind = STRATEGY if source.root is None else kind_of_document(source.root)
    if kind == TEST:
        from .scenarios.load import examine_tests

        examine_tests(source)
    elif kind == PORTFOLIO:
        from .portfolios.load import examine_portfolio

        _, inside = examine_portfolio(source, _NOTHING, partial(_opened, venue=venue, linted=True))
    elif kind == DEPLOYMENT:
        from .deployments.load import examine_deployment

        _, inside = examine_deployment(source, _opening(venue, linted=True))
    else:
        _looked_through(source, _NOTHING, venue)
    return inside


def _looked_through(source: Source, overrides: Mapping[str, str], venue: Venue | None) -> Strategy | None:
    """The strategy of a document; its report then holds errors and lints."""
    strategy = examine(source, overrides)
    if strategy is None or source.root is None:
        return strategy
    with suppress(EnoughError):
        lint(Part(source.root, frozenset()), strategy, source.report)
        if venue is not None and not source.report.failed:
            check_venue(strategy, source.root, venue, source.report)
    return strategy


def _opened(path: Path, overrides: Mapping[str, str], venue: Venue | None = None, linted: bool = False) -> Opened:
    """A portfolio's member; `linted` where its warnings are asked for too."""
    from .portfolios.members import Opened

    source = current(read(path))
    if linted:
        strategy = _looked_through(source, overrides, venue)
        found = silenced(source, unchecked=("SR5",) if venue is None else ())
    else:
        strategy = examine(source, overrides)
        found = source.report.diagnostics()
    return Opened(None if source.report.failed else strategy, tuple(found))


def _opened_portfolio(
    path: Path, overrides: Mapping[str, str], venue: Venue | None = None, linted: bool = False
) -> tuple[Portfolio | None, tuple[Diagnostic, ...]]:
    """A deployment's portfolio, likewise."""
    from .portfolios.load import examine_portfolio

    source = current(read(path))
    portfolio, inside = examine_portfolio(source, overrides, partial(_opened, venue=venue, linted=linted))
    found = silenced(source, unchecked=("SR5",) if venue is None else ()) if linted else source.report.diagnostics()
    return None if source.report.failed else portfolio, (*found, *inside)


def _opening(venue: Venue | None = None, linted: bool = False) -> Opening:
    from .deployments.entries import Opening

    strategy = partial(_opened, venue=venue, linted=linted)
    return Opening(strategy, partial(_opened_portfolio, venue=venue, linted=linted), is_portfolio)


def _loaded(source: Source, overrides: Mapping[str, str]) -> Strategy:
    source = current(source)
    strategy = examine(source, overrides)
    if strategy is None or source.report.failed:
        raise DocumentError(source.report.diagnostics())
    _warn(source.report.diagnostics())
    return strategy


def _warn(found: Iterable[Diagnostic]) -> None:
    for diagnostic in found:
        if diagnostic.code == "SR901":
            warnings.warn(OldFileWarning(diagnostic), stacklevel=5)
