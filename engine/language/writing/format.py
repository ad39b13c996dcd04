"""A document's bytes in, its one canonical text out, proven to mean the same: `read_layout`, then a printer, then the
new text is read again and compared. What does not pass is a mistake of ours and changes nothing."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass

from ...diagnostics.diagnostic import Diagnostic, InputError, Severity
from ..deployments.secrets import without_secrets
from ..document import examine
from ..strategy import Strategy
from ..structure.kinds import DEPLOYMENT, STRATEGY, kind_of_document
from ..structure.shape import check_structure
from ..structure.version import check_version
from ..upgrade import upgraded
from ..yaml.nodes import MapNode
from ..yaml.source import Source, parse
from .json_printer import print_json
from .layout import comments
from .reading import read_layout, unified
from .sameness import same_document, same_strategy
from .shape import Shape, shape_of
from .style import Style
from .yaml_printer import print_yaml

_ABOUT_SHAPE = ("SR0", "SR1", "SR732")
"""Codes of mistakes without which a document has a canonical form. A file with a secret (SR732) is left alone."""


@dataclass(frozen=True, slots=True)
class Formatted:
    """`text` is None where `diagnostics` say why the document cannot be formatted."""

    before: str
    text: str | None
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def changed(self) -> bool:
        return self.text is not None and self.text != self.before


@dataclass(frozen=True, slots=True)
class Checked:
    """A document that has a layout: its nodes, what it means if it means anything, and its shape."""

    root: MapNode
    strategy: Strategy | None
    shape: Shape


def format_document(data: bytes, path: str) -> Formatted:
    """Format a YAML or JSON document. Raises InputError when the result would not mean the same, our own fault."""
    source = parse(path, data)
    checked = check(source)
    before = data.decode("utf-8", "replace")
    if isinstance(checked, list):
        return Formatted(before, None, tuple(checked))
    text = unified(before.removeprefix("\ufeff"))
    layout = read_layout(text)
    told = Counter(comments(layout))
    as_json = is_json(text)
    written = (print_json if as_json else print_yaml)(layout, checked.shape, Style())
    prove(checked, written, path)
    if not as_json and Counter(comments(read_layout(written))) != told:
        raise _our_fault(path, "lose a comment")
    return Formatted(before, _line_ends(before, written))


def check(source: Source) -> Checked | list[Diagnostic]:
    """The document, or its mistakes where YAML or the schema refuses it; other mistakes have no say in its layout.

    A file of an older version is not laid out but migrated, as its diagnostics say.
    """
    newest = upgraded(source)
    if newest is not source:
        return newest.report.diagnostics()
    strategy = _examined(source)
    found = source.report.diagnostics()
    bad = [d for d in found if d.severity is Severity.ERROR and d.code.startswith(_ABOUT_SHAPE)]
    if source.root is None or bad:
        return bad
    return Checked(source.root, strategy, shape_of(kind_of_document(source.root)))


def _examined(source: Source) -> Strategy | None:
    """What the document means, if it is a strategy; the report then holds what is wrong with it."""
    if source.root is None or kind_of_document(source.root) == STRATEGY:
        return examine(source)
    if check_version(source.root, source.report):
        deployed = kind_of_document(source.root) == DEPLOYMENT
        check_structure(without_secrets(source.root, source.report) if deployed else source.root, source.report)
    return None


def is_json(text: str) -> bool:
    """Whether a text is JSON as it stands."""
    if not text.lstrip().startswith("{"):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def prove(checked: Checked, text: str, path: str) -> None:
    """Read what was written. Raises InputError unless it means what the document meant."""
    source = parse(path, text.encode())
    again = _examined(source)
    if source.root is None or not same_document(checked.root, source.root, checked.shape):
        raise _our_fault(path, "change its data")
    if not same_strategy(checked.strategy, again):
        raise _our_fault(path, "change its meaning")


def _our_fault(path: str, what: str) -> InputError:
    help_ = "this is a mistake of stratrun, not yours; please report it with the file"
    return InputError(f"{path}: left as it is, because writing it anew would {what}", help_)


def _line_ends(before: str, text: str) -> str:
    """A file whose first line ends as on Windows keeps doing so."""
    first = before.find("\n")
    return text.replace("\n", "\r\n") if first > 0 and before[first - 1] == "\r" else text
