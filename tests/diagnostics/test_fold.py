"""Lines are folded to a terminal's width, and nothing of their words is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratrun.engine.diagnostics.fold import fold

LINES = {
    "prose goes on where it began": ("one two three four", 9, "one two\nthree\nfour"),
    "what is set in goes on set in further": ("  - one two three", 11, "  - one two\n    three"),
    "a column goes on under itself": ("key    default  one two three", 24, "key    default  one two\n       three"),
    "the last column that leaves room": ("key  one two three four", 14, "key  one two\n     three\n     four"),
    "a number keeps its sign": ("it is up 12.5 % now", 14, "it is up\n12.5 % now"),
    "words are not broken": ("a/very/long/path here", 8, "a/very/long/path\nhere"),
    "lines stand as they are": ("a\n\nb", 1, "a\n\nb"),
}


@pytest.mark.parametrize("case", LINES)
def test_it_is_folded_so(case: str) -> None:
    """Long lines go on under the column in which their words began."""
    text, width, folded = LINES[case]
    assert fold(text, width) == folded


@given(st.text(alphabet="ab %-9 \n"), st.integers(1, 40))
def test_no_word_is_lost(text: str, width: int) -> None:
    """The words and their order stay; a line is too long only where a single word is."""
    folded = fold(text, width)
    assert folded.split() == text.split()
    assert fold(text, None) == text
    for line in folded.split("\n"):
        assert len(line) <= width or len(line.replace(" %", "%").split()) <= 1
