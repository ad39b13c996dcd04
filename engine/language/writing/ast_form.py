"""The ast form of a document, made for visual editors: the same JSON, marked `form: ast`, with a tree for each
expression. A checked document's layout in, its ast form out; and the form's data in, a plain document's data out."""

from __future__ import annotations

from typing import Any

from ...diagnostics.report import Report
from ..expression.parse import parse, tree_in
from ..expression.units import read_value, written
from ..scope import Value
from ..text import Text
from .data import Data, Digits, Malformed, fields
from .expressions import print_expression
from .layout import Group, Node, Scalar
from .shape import Shape
from .trees import data_tree, tree_data

FORM = "form"
AST = "ast"


def to_ast(root: Group, shape: Shape, report: Report) -> Data:
    """The ast form; an expression that cannot be read goes to the report."""
    data = _with_trees(root, shape, report)
    assert isinstance(data, dict)
    version = data.pop("stratrun")
    return {"stratrun": version, FORM: AST, **data}


def _with_trees(node: Node, shape: Shape, report: Report) -> Data:
    if isinstance(node, Scalar):
        if shape.is_expression and isinstance(node.plain, str):
            return _tree(node.value, report)
        return node.plain if isinstance(node.plain, str | bool) or node.plain is None else Digits(node.value)
    if node.mapping:
        pairs = ((entry.key.value, entry.value) for entry in node.entries if entry.key)
        return {name: _with_trees(value, shape.key(name), report) for name, value in pairs}
    return [_with_trees(entry.value, shape.item(), report) for entry in node.entries]


def _tree(text: str, report: Report) -> Data:
    value = read_value(text) if tree_in(text) is None else None
    if value is not None and value.unit == "R":
        return {"op": "r", "value": Digits(written(value).removesuffix("R"))}
    tree = parse(Text(text), report)
    return None if tree is None else tree_data(tree)


def is_ast(data: Data) -> bool:
    """Whether a document says it is of the ast form."""
    return isinstance(data, dict) and FORM in data and "stratrun" in data


def from_ast(data: Data, shape: Shape) -> Data:
    """The same document with its expressions as texts. Raises Malformed."""
    assert isinstance(data, dict)
    if data[FORM] != AST:
        raise Malformed(FORM, f"must be `{AST}`")
    return {name: _with_texts(value, shape.key(name), name) for name, value in data.items() if name != FORM}


def _with_texts(data: Data, shape: Shape, where: str, depth: int = 0) -> Data:
    if depth > 40:
        raise Malformed(where[:80], "nested too deep")
    if isinstance(data, dict):
        if shape.is_expression and "op" in data:
            return _expression(data, where)
        return {name: _with_texts(value, shape.key(name), f"{where}.{name}", depth + 1) for name, value in data.items()}
    if isinstance(data, list):
        return [_with_texts(value, shape.item(), f"{where}[{n}]", depth + 1) for n, value in enumerate(data)]
    return data


def _expression(data: Any, where: str) -> str:
    if data["op"] == "r":
        _, number = fields(data, where, "op", "value")
        value = read_value(f"{number}R") if isinstance(number, Digits) else None
        if value is None:
            raise Malformed(f"{where}.value", "must be a number: how many times the distance to the stop")
        return written(Value(value.number, "R"))
    tree = data_tree(data, where)
    text = print_expression(tree)
    if tree_in(text) != tree:
        raise Malformed(where, "is no expression that can be written: it is too large, or a name in it is a keyword")
    return text
