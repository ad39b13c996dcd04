"""The reader of version 1's JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratrun.migrations.json_tree import NotJson, read
from stratrun.migrations.tree import Entries, Items, Node

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


def plain(node: Node) -> Any:
    if isinstance(node, Entries):
        return {key.text: plain(value) for key, value in node.entries}
    return [plain(item) for item in node.items] if isinstance(node, Items) else node.value


@given(VALUES, st.sampled_from([None, 1, "\t"]), st.booleans())
def test_it_reads_what_json_holds(value: Any, indent: Any, ascii_only: bool) -> None:
    """Any JSON document, however indented, reads as Python's own reader reads it."""
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    assert plain(read(text)) == value


@given(VALUES)
def test_marks_are_where_values_stand(value: Any) -> None:
    """The text at a mark, read alone, is the value."""
    text = json.dumps(value, indent=1)

    def check(node: Node) -> None:
        assert json.loads(text[slice(*node.mark)]) == plain(node)
        for inner in [v for _, v in node.entries] if isinstance(node, Entries) else (
            node.items if isinstance(node, Items) else ()
        ):  # fmt: skip
            check(inner)

    check(read(text))


def twice(text: str) -> bool:
    """Whether a mapping holds a key twice, which Python's reader lets pass."""
    found: list[bool] = []
    json.loads(text, object_pairs_hook=lambda pairs: found.append(len(dict(pairs)) < len(pairs)))
    return any(found)


@given(st.text(st.sampled_from('{}[]",:tfn1.e-+ \\/#\n'), max_size=24))
def test_it_refuses_what_json_refuses(text: str) -> None:
    """Random text is refused where Python's reader refuses it, always at a place inside it."""
    try:
        expected = json.loads(text, parse_constant=lambda _: pytest.fail("a constant"))
    except ValueError:
        with pytest.raises(NotJson) as raised:
            read(text)
        assert 0 <= raised.value.at <= len(text)
    else:
        if not twice(text):
            assert plain(read(text)) == expected


@pytest.mark.parametrize(
    ("text", "words", "at"),
    [
        ("[" * 40, "nested more than 32 levels", 33),
        ("[" + "1," * 20_001 + "1]", "more than 20,000 values", 39_999),
        ("9" * 301, "a number of 301 characters", 0),
        ('"\\ud800"', "an escape that stands for no character", 0),
        ('"a\nb"', "no closing quote on its line", 0),
        ("", "the file ends where a value is expected", 0),
    ],
)
def test_hostile_json_is_told_in_words(text: str, words: str, at: int) -> None:
    """Depth, size and escapes have their bounds, each with one clear message."""
    with pytest.raises(NotJson, match=words) as raised:
        read(text)
    assert raised.value.at == at
