"""The shorthand of candles against an independent reading of it."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratrun.engine.language.scenarios.shorthand import MAX_COUNT, Piece, ShorthandError, pieces

DECIMALS = st.decimals(-10_000, 10_000, allow_nan=False, allow_infinity=False, places=3)
STEPS = st.decimals(0, 10, allow_nan=False, allow_infinity=False, places=4)


@st.composite
def words(draw: st.DrawFn) -> tuple[str, list[Decimal | None]]:
    """A piece of a series, and its values one by one."""
    form = draw(st.sampled_from(["number", "run", "repeat", "gap", "gaps"]))
    start, step, count = draw(DECIMALS), draw(STEPS), draw(st.integers(0, 12))
    if form == "number":
        return f"{start}", [start]
    if form == "repeat":
        return f"{start}x{count}", [start] * (count + 1)
    if form == "run":
        sign = draw(st.sampled_from("+-"))
        values: list[Decimal | None] = [start]
        for _ in range(count):
            last = values[-1]
            assert last is not None
            values.append(last + step if sign == "+" else last - step)
        return f"{start}{sign}{step}x{count}", values
    return ("_", [None]) if form == "gap" else (f"_x{count}", [None] * count)


@given(st.lists(words(), min_size=1, max_size=8), st.sampled_from([" ", "\n", "  \t"]))
def test_a_series_is_its_pieces_written_out(found: list[tuple[str, list[Decimal | None]]], blank: str) -> None:
    """Each value is the double nearest to the decimal it stands for, in the order of the pieces."""
    text = blank.join(word for word, _ in found)
    expected = [math.nan if value is None else float(value) for _, values in found for value in values]
    got = [value for piece in pieces(text) for value in piece.values()]
    assert len(got) == sum(piece.count for piece in pieces(text))
    assert list(map(repr, (value + 0.0 for value in got))) == list(map(repr, (value + 0.0 for value in expected)))


@given(st.lists(words(), min_size=1, max_size=8))
def test_a_piece_knows_its_place(found: list[tuple[str, list[Decimal | None]]]) -> None:
    """The text at a piece's place is the word it was read from."""
    text = " ".join(word for word, _ in found)
    assert [text[piece.start : piece.end] for piece in pieces(text)] == [word for word, _ in found]


@given(st.text(alphabet="0123456789.+-x_* e,", max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Nothing but a mistake with its place inside the text comes of a text that is no series."""
    found: list[Piece] = []
    refused = None
    try:
        found = pieces(text)
    except ShorthandError as error:
        refused = error
    assert sum(piece.count for piece in found) <= MAX_COUNT
    assert refused is None or (0 <= refused.start < refused.end <= len(text) and refused.message)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("5x3", [5, 5, 5, 5]),
        ("1+0.1x3", [1, 1.1, 1.2, 1.3]),
        ("100+1x2 _x2 90-5x1", [100, 101, 102, None, None, 90, 85]),
        ("7x0 _x0", [7]),
        ("", []),
    ],
)
def test_series_of_the_documentation(text: str, values: list[float | None]) -> None:
    """Examples that a reader can check by hand."""
    got = [value for piece in pieces(text) for value in piece.values()]
    assert [None if math.isnan(value) else value for value in got] == values


@pytest.mark.parametrize("text", ["5x1000000", "5x99999999999999999999", "1x500000 1x500000", "_x1000001"])
def test_a_series_has_a_budget(text: str) -> None:
    """More than a million values are refused before they are made."""
    with pytest.raises(ShorthandError) as raised:
        pieces(text)
    assert raised.value.code == "SR705"


@pytest.mark.parametrize("text", ["1e5", ".5", "5x", "1+x5", "--5", "5x-1", "5*3", "_5", "nan", "inf", "1_000", "٣"])
def test_what_is_no_series(text: str) -> None:
    """Whatever could be read two ways is refused."""
    with pytest.raises(ShorthandError) as raised:
        pieces(text)
    assert raised.value.code == "SR701"
    assert raised.value.help
