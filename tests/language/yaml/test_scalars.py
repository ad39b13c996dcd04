"""Scalars: typed by YAML 1.2's core schema, placed exactly in every style."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratrun.engine.language.yaml.core_schema import resolve
from stratrun.engine.language.yaml.nodes import ScalarNode
from stratrun.engine.language.yaml.source import parse


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "yes"), ("no", "no"), ("on", "on"), ("Off", "Off"), ("y", "y"), ("true", True), ("False", False),
        ("tRue", "tRue"), ("null", None), ("~", None), ("", None), ("12", 12), ("-12", -12), ("+1", 1), ("012", 12),
        ("0o14", 12), ("0x1F", 31), ("-0x1F", "-0x1F"), ("0b1", "0b1"), ("1_000", "1_000"), ("12:30", "12:30"),
        ("1.5", 1.5), (".5", 0.5), ("5.", 5.0), ("1e3", 1000.0), ("2024-01-01", "2024-01-01"), ("=", "="), ("<<", "<<"),
        (".inf", math.inf), ("-.INF", -math.inf), ("1e999", math.inf), ("9" * 5000, math.inf), ("٣", "٣"),
    ],
)  # fmt: skip
def test_plain_scalars_follow_the_core_schema(text: str, value: object) -> None:
    """Words of YAML 1.1 stay texts; only core-schema numbers, booleans and null are anything else."""
    assert resolve(text) == value
    assert type(resolve(text)) is type(value)


def test_nan_is_a_number() -> None:
    """`.nan` is the float, to be refused where a number is wanted."""
    assert math.isnan(resolve(".nan"))  # type: ignore[arg-type]


def scalar(document: str) -> ScalarNode:
    source = parse("x.yaml", document.encode())
    assert source.report.diagnostics() == []
    assert source.root is not None
    node = source.root.entries[-1][1]
    assert isinstance(node, ScalarNode)
    return node


def words_found(document: str, node: ScalarNode) -> list[str]:
    """What stands in the file where each word of the value is said to be."""
    lines = document.split("\n")
    found, at = [], 0
    for word in node.text.value.split():
        at = node.text.value.index(word, at)
        span = node.text.span(at, at + len(word))
        assert span.line == span.end_line
        found.append(lines[span.line - 1][span.column - 1 : span.end_column - 1])
        at += len(word)
    return found


WORDS = st.lists(st.text("abcxyz09_.<>()+é終😀", min_size=1, max_size=6), min_size=1, max_size=9)
GAPS = st.lists(st.sampled_from([" ", "  ", "\n  ", "\n\n    ", " \n  "]), min_size=9, max_size=9)


def joined(words: list[str], gaps: list[str]) -> str:
    return "".join(word + gap for word, gap in zip(words, gaps, strict=False)).strip()


@given(WORDS, GAPS, st.sampled_from(["plain", "single", "double", "literal", "folded", "anchored"]), st.booleans())
def test_every_word_is_found_where_it_was_written(words: list[str], gaps: list[str], style: str, windows: bool) -> None:
    """Through quotes, folds and indents, a stretch of the value maps back to the same characters in the file."""
    words = ["w" + word for word in words]
    text = joined(words, gaps)
    blocks = joined(words, [gap if "\n" not in gap else "\n" + " " * 2 for gap in gaps])
    document = {
        "plain": f"key: {text}\n",
        "single": f"key: '{text}'\n",
        "double": f'key: "{text}"\n',
        "literal": f"key: |-  # a comment\n  {blocks}\n",
        "folded": f"key: >+2\n  {blocks}\n\n",
        "anchored": f"key: &mark\n  '{text}'\n",
    }[style]
    node = scalar(document.replace("\n", "\r\n") if windows else document)
    assert node.text.value.split() == words
    assert words_found(document, node) == words


@pytest.mark.parametrize(
    ("written", "value", "stretch", "columns"),
    [
        ("'it''s rsi'", "it's rsi", (5, 8), (13, 16)),
        ("'it''s rsi'", "it's rsi", (2, 3), (9, 11)),
        ('"\\x41 \\u0042 \\U00000043"', "A B C", (4, 5), (19, 29)),
        ('"a\\tb"', "a\tb", (2, 3), (10, 11)),
        ('"\\ud83d\\ude00 x"', "😀 x", (0, 1), (6, 22)),
        ("plain text", "plain text", (6, 10), (12, 16)),
        ("plain text", "plain text", (10, 10), (16, 17)),
        ("plain text", "plain text", (3, 99), (9, 16)),
    ],
)
def test_places_inside_one_line(written: str, value: str, stretch: tuple[int, int], columns: tuple[int, int]) -> None:
    """Escapes count as the characters they were written with; a place beyond the end stays on the line."""
    node = scalar(f"key: {written}\n")
    assert node.text.value == value
    span = node.text.span(*stretch)
    assert (span.column, span.end_column) == columns
