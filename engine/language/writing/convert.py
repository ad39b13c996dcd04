"""A document's bytes in, the same document as YAML, JSON or its ast form out, proven to hold the same."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from ...diagnostics.diagnostic import Diagnostic
from ...diagnostics.report import Report
from ..yaml.source import MAX_BYTES, parse
from .ast_form import from_ast, is_ast, to_ast
from .data import Data, Malformed, layout_of, read_json
from .format import Checked, check, prove
from .json_printer import print_json
from .layout import Group, Layout, comments
from .reading import read_layout, unified
from .shape import Shape, shape_of
from .style import Style
from .yaml_printer import print_yaml

NOT_A_TREE = "SR601"


class Form(StrEnum):
    AST = "ast"
    JSON = "json"
    YAML = "yaml"


@dataclass(frozen=True, slots=True)
class Converted:
    """`text` is None where `diagnostics` say why; `lost` are the comments that the form has no place for."""

    text: str | None
    diagnostics: tuple[Diagnostic, ...] = ()
    lost: int = 0


def convert_document(data: bytes, path: str, form: Form) -> Converted:
    """Convert a YAML or JSON document, or one of the ast form. Raises InputError where the result would not hold the
    same, our own fault."""
    report = Report(path)
    plain = _plain(data, report)
    if plain is None:
        return Converted(None, tuple(report.diagnostics()))
    checked = check(parse(path, plain))
    if isinstance(checked, list):
        return Converted(None, tuple(checked if plain is data else map(_without_place, checked)))
    layout = read_layout(unified(plain.decode("utf-8-sig")))
    count = sum(1 for _ in comments(layout))
    if form is Form.YAML:
        text = print_yaml(layout, checked.shape, Style(canonical=False))
        prove(checked, text, path)
        return Converted(text)
    if form is Form.JSON:
        text = print_json(layout, checked.shape, Style(canonical=False))
        prove(checked, text, path)
        return Converted(text, lost=count)
    return _as_ast(layout, checked, path, count)


def _as_ast(layout: Layout, checked: Checked, path: str, count: int) -> Converted:
    report = Report(path)
    data = to_ast(layout.root, checked.shape, report)
    if report.failed:
        return Converted(None, tuple(report.diagnostics()))
    text = _json(data, checked.shape)
    prove(checked, _json(from_ast(read_json(text), checked.shape), checked.shape), path)
    return Converted(text, lost=count)


def _json(data: Data, shape: Shape) -> str:
    root = layout_of(data)
    assert isinstance(root, Group)
    return print_json(Layout(root), shape, Style(canonical=False))


def _without_place(diagnostic: Diagnostic) -> Diagnostic:
    """What was found in a text the author never saw."""
    return replace(diagnostic, span=None, source_line=None)


def _plain(data: bytes, report: Report) -> bytes | None:
    """The document without trees: the very bytes where it has none, None where its trees are mistaken."""
    if len(data) > MAX_BYTES:
        return data
    text = data.decode("utf-8-sig", "replace")
    if not text.lstrip().startswith("{"):
        return data
    try:
        found = read_json(text)
    except (ValueError, Malformed):  # reading it as YAML tells more, and with a place
        return data
    if not is_ast(found):
        return data
    kind = found.get("kind") if isinstance(found, dict) else None
    shape = shape_of(kind if isinstance(kind, str) else "strategy")
    try:
        return _json(from_ast(found, shape), shape).encode("utf-8", "surrogatepass")
    except Malformed as error:
        report.error(NOT_A_TREE, f"`{error.where}` {error.message}" if error.where else error.message)
        return None
