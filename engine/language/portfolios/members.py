"""The `members:` of a portfolio in, their checked strategies out; what is wrong with a path or with `set:` is told of
the portfolio, what is wrong with a strategy of its own file.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ...diagnostics.diagnostic import Diagnostic, Severity
from ...diagnostics.report import Report
from ..expression.units import parse_value
from ..strategy import Strategy
from ..structure.part import Part
from ..text import cut
from ..yaml.nodes import ScalarNode

Overrides = Mapping[str, str]
_UNREAD = frozenset({"SR001", "SR117"})
"""Codes of a path that leads to no strategy: told once, where the path stands."""
_OF_VALUES = frozenset({"SR420", "SR421", "SR422"})
_ROOTED = re.compile(r"[/\\]|[A-Za-z]:[/\\]")


@dataclass(frozen=True, slots=True)
class Opened:
    """A member's file after its checks: what it means, unless there are errors, and all that is said of it."""

    strategy: Strategy | None
    diagnostics: tuple[Diagnostic, ...]


Open = Callable[[Path, Overrides], Opened]
"""Reads and checks a strategy file with values of its parameters, as `--set` gives them."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of `members:`; `strategy` is None where it has mistakes."""

    part: Part
    name: str
    strategy: Strategy | None


def name_of(part: Part) -> str | None:
    """What a member is called: its own name, or that of its file without the ending; None where there is neither."""
    path = part.string("strategy").replace("\\", "/")
    return " ".join((part.string("name") or PurePosixPath(path).stem).split()) or None


class Reader:
    """Reads the members of one portfolio. `told` collects what is said of their files, each under its own name."""

    def __init__(self, path: str, given: Mapping[str, Overrides], open_: Open, report: Report) -> None:
        """`path` is the portfolio's; `given` are values that overrule the file's, by the name of a member."""
        self.told: dict[Diagnostic, None] = {}
        self._folder = Path(path).parent
        self._given = given
        self._open = open_
        self._report = report
        self._opened: dict[tuple[Path, frozenset[tuple[str, str]]], Opened] = {}

    def read(self, part: Part) -> Listed | None:
        """A member; None where not even its path can be read."""
        written, name = part.text("strategy"), name_of(part)
        if written is None or name is None:
            return None
        if _ROOTED.match(written.value):
            message = f"`{cut(written.value)}` leads there on this computer alone"
            help_ = "write the path from this file's folder, such as `../strategies/dip.yaml`"
            self._report.warning("SR728", message, part.span("strategy"), help_)
        values = {**self._values(part), **self._given.get(name, {})}
        opened = self._opened_once(self._place(written.value), values)
        for diagnostic in opened.diagnostics:
            if not self._told_here(diagnostic, part, written.value, values):
                self.told[diagnostic] = None
        self._tell_count(opened, part, written.value)
        return Listed(part, name, opened.strategy)

    def _values(self, part: Part) -> dict[str, str]:
        """The values of `set:` as `--set` gives them."""
        inside = part.part("set")
        found = {}
        for key, node in inside.node.entries:
            text = inside.text(key.text.value)
            if text is not None and isinstance(node, ScalarNode) and parse_value(text, self._report) is not None:
                found[key.text.value] = text.value
        return found

    def _place(self, written: str) -> Path:
        """The path from the user's folder, without detours where it still leads to the same file."""
        path = self._folder / written
        try:
            short = Path(os.path.normpath(path))
            return short if short.samefile(path) else path
        except (OSError, ValueError):
            return path

    def _opened_once(self, path: Path, values: Overrides) -> Opened:
        key = path, frozenset(values.items())
        if key not in self._opened:
            self._opened[key] = self._open(path, values)
        return self._opened[key]

    def _told_here(self, found: Diagnostic, part: Part, written: str, values: Overrides) -> bool:
        """Whether what was found in a member is a mistake of the portfolio, and so was told of it."""
        if found.code in _UNREAD:
            message = f"`{cut(written)}`: {found.message}"
            self._report.error("SR726", message, part.span("strategy"), _way_to(written))
            return True
        for name, value in values.items() if found.code in _OF_VALUES else ():
            said = f"--set {name}={value}: "
            if found.message.startswith(said):
                self._tell_value(found, part, name, found.message.removeprefix(said))
                return True
        return False

    def _tell_value(self, found: Diagnostic, part: Part, param: str, message: str) -> None:
        """A mistake in a value: where `set:` gives it, or of the command line."""
        name = name_of(part) or ""
        value = self._given.get(name, {}).get(param)
        if value is None:
            self._report.error(found.code, message, part.part("set").key_span(param), found.help)
        else:
            self._report.error(found.code, f"--set {name}.{param}={value}: {message}", help=found.help)

    def _tell_count(self, opened: Opened, part: Part, written: str) -> None:
        told = [d for d in opened.diagnostics if d.severity is Severity.ERROR and d in self.told]
        if told:
            count = f"{len(told):,} mistake{'s'[: len(told) != 1]}"
            self._report.error("SR727", f"`{cut(written)}` has {count}", part.span("strategy"))


def _way_to(written: str) -> str:
    if "\\" in written:
        return "folders are parted by `/`, on every system"
    if written.startswith("~"):
        return "`~` is not read here; write the path from this file's folder"
    return "name a strategy file by its path from this file's folder, such as `./dip.yaml`"
