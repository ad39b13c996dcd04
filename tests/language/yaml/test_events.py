"""The quick reader gives ruamel.yaml's own events wherever it has an answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stratrun.engine.language.folders import walk
from stratrun.engine.language.yaml.event import Kind
from stratrun.engine.language.yaml.events import ruamel_events
from stratrun.engine.language.yaml.plain import plain_events

DOCUMENTS = Path(__file__).parents[2] / "documents"
CONTROL = set(b"\0\x1b")
READABLE = [
    path
    for path in walk([DOCUMENTS]).files
    if path.stat().st_size < 6_000 and not CONTROL & set(path.read_bytes()) and b"\xc2\x85" not in path.read_bytes()
]


VALID = [path for path in walk([DOCUMENTS / "valid"]).files if not path.name.startswith("test_")]


def assert_equal_events(text: str) -> bool:
    """Whether the quick reader had an answer, which then is ruamel's."""
    found = plain_events(text)
    if found is None:
        return False
    assert found == [event for event in ruamel_events(text) if event.kind is not Kind.DOCUMENT]
    return True


@pytest.mark.parametrize("path", READABLE, ids=lambda path: path.name)
def test_the_corpus_gives_equal_events(path: Path) -> None:
    """Documents, right or wrong, have the same events and places, or are left to ruamel."""
    assert_equal_events(path.read_bytes().decode("utf-8-sig", "replace"))


def test_nearly_all_strategies_are_plain() -> None:
    """Of the valid documents only those that show off YAML are left to ruamel."""
    left = [path.name for path in VALID if plain_events(path.read_text("utf-8-sig")) is None]
    assert left == [
        "aliases.yaml", "anchors_of_lists.yaml", "beginner.json", "explicit_document.yaml",
        "expression_over_lines.yaml", "ignore_of_a_folded_text.yaml", "quoted_keys.yaml", "yaml_directive.yaml",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "a: 1", "a:\n  b: 1\nc: 2\n", "a:\n- 1\n- 2\nb: 3\n", "a:\n  - b: 1\n    c: 2\n  - d: 3\n", "- a\n- b: c\n",
        "a: [1, 2, {b: c, d: [e]}, ]\n", "a: [\n  1,\n  2\n]\n", "a: {b: 1,\n    c: 2}\n", "a: 'it''s' # yes\n",
        'a: "x" \nb: \'\'\n', "# c\n\na: b # d\n  # e\nb: c#d\n", "a:\n  b:\n    c: d\ne:\n", "a:\r\n  b: c\r\n",
        "a: |\n  x\n   y\n\n  z\nb: 1\n", "a: >-\n  x\n  y\n\n  z\n\nb: 1\n", "a: |+\n  x\n\n", "- -1\n- (a) b\n",
        "a: [BTC/USDT:USDT, -3]\n", "a:\n  - |\n    x\n  - y\n", '{"a": [1, "b"],\n "c": {}}\n', "",
    ],
)  # fmt: skip
def test_usual_texts_are_read_quickly(text: str) -> None:
    """What strategy files are made of is not left to ruamel."""
    assert assert_equal_events(text)


@given(st.text(alphabet=st.sampled_from("aab:-?[]{},&*!|>'\"%@` \n\t#0.~<\r="), max_size=80))
@settings(max_examples=400, deadline=None)
def test_random_punctuation_gives_equal_events(text: str) -> None:
    """Texts made of YAML's indicators have the same events, or are left to ruamel."""
    assert_equal_events(text)


START = st.sampled_from(
    ["- ", "a: ", "b:", "", "# c", "'q': ", "[", "{", "]", "}", "a: [b, ", "a: |", "- >-", "- - ", "a: {b: "]
)
REST = st.text(alphabet=st.sampled_from("ab :#,-]}'"), max_size=8)
LINES = st.lists(st.tuples(st.integers(0, 4), START, REST), max_size=7)


@given(LINES, st.sampled_from(["\n", "\n", "\r\n", "\r"]), st.booleans())
@settings(max_examples=800, deadline=None)
@example([(0, "- >-", ""), (1, "- ", ""), (0, "- ", "")], "\n", False)
@example([(0, "a: |", ""), (2, "", "b"), (0, "# c", ""), (0, "b:", " c")], "\n", True)
def test_random_lines_give_equal_events(lines: list[tuple[int, str, str]], ending: str, closed: bool) -> None:
    """Indented lines of keys, entries, comments and blocks have the same events, or are left to ruamel."""
    text = ending.join(" " * indent + start + rest for indent, start, rest in lines)
    assert_equal_events(text + ending * closed)
