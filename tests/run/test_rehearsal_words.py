"""The words of happenings: each action knows its own, and a length of time reads back as it is written."""

from __future__ import annotations

import inspect

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratrun.engine.run.rehearsal.happenings import ACTIONS
from stratrun.engine.run.rehearsal.scenarios import SCENARIOS
from stratrun.engine.run.rehearsal.script import HEAVY, at_random, read
from stratrun.engine.run.rehearsal.words import EXPECTED, check_words, seconds, span


@given(st.integers(0, 10**9).map(lambda ms: ms / 1_000))
def test_a_span_reads_back(length: float) -> None:
    """What is written of a length of time is that length, to the millisecond."""
    assert seconds(span(length)) == pytest.approx(length, abs=1e-4)


@pytest.mark.parametrize(("length", "text"), [(0, "0s"), (71_730.4, "19h55m30.4s"), (90, "1m30s"), (7_200, "2h")])
def test_a_span_is_written_for_readers(length: float, text: str) -> None:
    """Hours, minutes and seconds stand apart, and what is none of them is left out."""
    assert span(length) == text


@pytest.mark.parametrize("name", ACTIONS)
def test_exactly_the_actions_that_read_words_expect_them(name: str) -> None:
    """An action whose code looks at its words stands in the table, and no other."""
    body = inspect.getsource(ACTIONS[name]).partition(":\n")[2]
    assert ("words" in body) is (name in EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_examples_are_taken(name: str) -> None:
    """The example that a message shows is right."""
    check_words(name, EXPECTED[name].example.split())


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_scenario_reads_back(name: str) -> None:
    """What a script prints is the script."""
    script = SCENARIOS[name].script
    assert read(str(script), ACTIONS) == script


def test_what_is_drawn_is_what_could_be_written() -> None:
    """The happenings of heavy faults have the words that they need."""
    happenings = at_random(1, 10_000, HEAVY).happenings
    assert read("\n".join(map(str, happenings)), ACTIONS).happenings == happenings
