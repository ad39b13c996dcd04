"""Hours are told as people say them, and written so that a file reads them back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratrun.engine.explaining.hours import hours_text, hours_words
from stratrun.engine.language.meaning.hours import hours_in
from stratrun.engine.language.strategy import Hours

HOURS = st.builds(
    lambda days, start, length: Hours(days, start, (start + length - 1) % 1440 + 1),
    st.frozensets(st.integers(1, 7), min_size=1), st.integers(0, 1439), st.integers(1, 1439),
)  # fmt: skip


@pytest.mark.parametrize(
    ("written", "words"),
    [
        (["mon-fri 06:00-22:00"], "Monday to Friday 06:00-22:00"),
        (["9:30-24:00"], "every day 09:30-24:00"),
        (["sat,sun 22:00-02:00"], "Saturday and Sunday 22:00-02:00 of the next day"),
        (["sun-tue 01:00-02:00"], "Sunday to Tuesday 01:00-02:00"),
        (["mon,wed,fri 1:00-2:00"], "Monday, Wednesday and Friday 01:00-02:00"),
        (["mon-fri 6:00-22:00", "sat 8:00-9:00"], "Monday to Friday 06:00-22:00 and Saturday 08:00-09:00"),
    ],
)
def test_hours_read_as_people_say_them(written: list[str], words: str) -> None:
    """Days in stretches, and hours past midnight named as such."""
    assert hours_words([hours_in(text) for text in written]) == words


@given(HOURS)
def test_what_is_written_is_read_back(hours: Hours) -> None:
    """The short form of any hours is an entry of the language with the same meaning."""
    assert hours_in(hours_text([hours])) == hours
