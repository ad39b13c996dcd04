"""Expression trees as text and as data: what is written is read back as the same tree, and nothing else is taken."""

from __future__ import annotations

from pathlib import Path as Page
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stratrun.engine.language.expression.parse import tree_in
from stratrun.engine.language.expression.tree import (
    Argument,
    Arithmetic,
    Comparison,
    Count,
    Crossing,
    Junction,
    Lag,
    Negation,
    Negative,
    Node,
    Number,
    Path,
    Segment,
    Trend,
    Window,
)
from stratrun.engine.language.expression.words import KEYWORDS
from stratrun.engine.language.writing.data import Digits, Malformed
from stratrun.engine.language.writing.expressions import print_expression
from stratrun.engine.language.writing.trees import SHAPES, data_tree, tree_data

NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,6}", fullmatch=True).filter(lambda name: name not in KEYWORDS)
NUMBERS = st.one_of(st.integers(0, 10**6).map(float), st.floats(0, 1e9, allow_nan=False).map(lambda x: round(x, 4)))
COUNTS = st.builds(Count, st.one_of(st.integers(1, 500).map(float), NAMES))


def chains(inner: st.SearchStrategy[Node], signs: str) -> st.SearchStrategy[tuple[tuple[str, Node], ...]]:
    return st.lists(st.tuples(st.sampled_from(signs.split()), inner), min_size=1, max_size=3).map(tuple)


def grown(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    arguments = st.builds(Argument, inner, st.one_of(st.none(), NAMES))
    calls = st.builds(Segment, NAMES, st.lists(arguments, min_size=1, max_size=3).map(tuple))
    later = st.one_of(calls, st.builds(Segment, st.one_of(NAMES, st.sampled_from(["above", "candles", "or"]))))
    frame = st.builds(Segment, st.just("4h"), st.none(), st.just(True))
    paths = st.tuples(st.one_of(calls, st.builds(Segment, NAMES)), st.lists(later, max_size=2))
    slower = st.tuples(frame, st.lists(later, min_size=1, max_size=2))
    return st.one_of(
        st.one_of(paths, slower).map(lambda both: Path((both[0], *both[1]))),
        st.builds(Negative, inner),
        st.builds(Arithmetic, inner, chains(inner, "+ -")),
        st.builds(Arithmetic, inner, chains(inner, "* /")),
        st.builds(Lag, inner, COUNTS),
        st.builds(Comparison, inner, chains(inner, "< <= > >= == !=")),
        st.builds(Crossing, inner, st.booleans(), inner),
        st.builds(Trend, inner, st.booleans()),
        st.builds(Window, inner, st.sampled_from(["for", "within"]), COUNTS),
        st.builds(Negation, inner),
        st.builds(Junction, st.sampled_from(["and", "or"]), st.lists(inner, min_size=2, max_size=3).map(tuple)),
    )


LEAVES: st.SearchStrategy[Node] = st.one_of(
    st.builds(Number, NUMBERS),
    st.builds(lambda digits: Number(float(f"{digits}e-2"), True), st.integers(0, 10_000)),
    NAMES.map(lambda name: Path((Segment(name),))),
)
TREES = st.recursive(LEAVES, grown, max_leaves=12)


@given(TREES)
def test_a_printed_tree_is_read_as_the_same_tree(tree: Node) -> None:
    """Every tree has a text that means exactly it."""
    text = print_expression(tree)
    if text.count("(") + text.count("[") < 28:
        assert tree_in(text) == tree


@given(TREES)
def test_printing_puts_no_needless_brackets(tree: Node) -> None:
    """A pair of brackets that could go is never written, except around the condition of a window."""
    text = print_expression(tree)
    if " for " in text or " within " in text or len(text) > 200:
        return
    for at in [index for index, char in enumerate(text) if char == "("]:
        if at and (text[at - 1].isalnum() or text[at - 1] == "_"):
            continue
        assert tree_in(without(text, at)) != tree


def without(text: str, at: int) -> str:
    """The text without the pair of brackets that opens at `at`."""
    depth = 0
    for index in range(at, len(text)):
        depth += {"(": 1, ")": -1}.get(text[index], 0)
        if not depth:
            return f"{text[:at]} {text[at + 1 : index]} {text[index + 1 :]}"
    raise AssertionError("not closed")


@given(TREES)
def test_data_gives_the_tree_back(tree: Node) -> None:
    """A tree survives as data."""
    assert data_tree(tree_data(tree), "x") == tree


@pytest.mark.parametrize("op", SHAPES)
def test_each_shape_has_an_example(op: str) -> None:
    """The example of a shape is an expression of that shape, and comes back as it is written."""
    text, _ = SHAPES[op]
    tree = tree_in(text)
    assert tree is not None
    data = tree_data(tree)
    assert isinstance(data, dict)
    assert data["op"] == op
    assert print_expression(data_tree(data, "x")) == text


CLOSE = {"op": "path", "parts": ["close"]}
REFUSED: list[Any] = [
    None, 3, "close", [], {}, {"op": 3}, {"op": "eval"}, {"op": "number"}, {"op": "number", "value": "20"},
    {"op": "number", "value": Digits("-1")}, {"op": "number", "value": Digits("1e999")},
    {"op": "number", "value": Digits("9" * 5000)}, {"op": "number", "value": Digits("1"), "unit": "R"},
    {"op": "path", "parts": []}, {"op": "path", "parts": ["close; drop"]}, {"op": "path", "parts": [["a"]]},
    {"op": "path", "parts": [{"call": "ema"}]}, {"op": "path", "parts": [{"call": "ema", "args": "close"}]},
    {"op": "path", "parts": [{"call": "ema", "args": [{"name": "a b", "value": CLOSE}]}]},
    {"op": "sum", "signs": ["*"], "args": [CLOSE, CLOSE]}, {"op": "sum", "signs": [], "args": [CLOSE, CLOSE]},
    {"op": "sum", "signs": [], "args": [CLOSE]}, {"op": "sum", "signs": [{}], "args": [CLOSE, CLOSE]},
    {"op": "compare", "signs": ["<"], "args": [CLOSE]}, {"op": "not", "args": []}, {"op": "and", "args": [CLOSE]},
    {"op": "crosses", "direction": "over", "args": [CLOSE, CLOSE]}, {"op": "is", "direction": [], "args": [CLOSE]},
    {"op": "lag", "count": None, "args": [CLOSE]}, {"op": "lag", "count": Digits("1"), "args": [CLOSE, CLOSE]},
]  # fmt: skip


@pytest.mark.parametrize("data", REFUSED, ids=str)
def test_data_of_another_shape_is_refused(data: Any) -> None:
    """What is no tree is told with its place."""
    with pytest.raises(Malformed) as raised:
        data_tree(data, "long.enter")
    assert raised.value.where.startswith("long.enter")


JUNK = st.recursive(
    st.one_of(st.none(), st.booleans(), st.text(max_size=5), st.sampled_from([Digits("1"), "close", "above", "<"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.fixed_dictionaries(
            {"op": st.sampled_from([*SHAPES, "x"])},
            optional=dict.fromkeys(("args", "signs", "value", "count", "direction", "parts", "name", "call"), inner),
        ),
    ),
    max_leaves=15,
)


@given(JUNK)
@settings(max_examples=300)
def test_junk_is_read_or_refused(data: Any) -> None:
    """No data ends in anything but a tree or a refusal."""
    try:
        tree = data_tree(data, "x")
    except Malformed:
        return
    print_expression(tree)


def test_deep_data_is_refused() -> None:
    """Nesting is bounded before the stack is."""
    data: Any = CLOSE
    for _ in range(5_000):
        data = {"op": "not", "args": [data]}
    with pytest.raises(Malformed, match="nested"):
        data_tree(data, "x")


def test_the_page_shows_every_shape() -> None:
    """The page about the ast form lists the shapes with their keys, examples and meanings, and no others."""
    page = Page(__file__).resolve().parents[3] / "docs" / "how-to" / "format-and-convert.md"
    rows = []
    for op, (text, meaning) in SHAPES.items():
        tree = tree_in(text)
        assert tree is not None
        data = tree_data(tree)
        assert isinstance(data, dict)
        keys = ", ".join(f"`{key}`" for key in data if key != "op")
        rows.append(f"| `{op}` | {keys} | `{text}` | {meaning} |")
    assert "\n".join(["| --- | --- | --- | --- |", *rows, ""]) in page.read_text("utf-8")
