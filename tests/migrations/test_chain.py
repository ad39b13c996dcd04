"""The chain, by a step to a version that does not exist: one step after another, and every byte that no step means."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratrun.engine.language.upgrade import Conversion, convert, tree_of, upgraded
from stratrun.engine.language.yaml.source import parse
from stratrun.migrations.chain import STEPS
from stratrun.migrations.edits import Edit, apply
from stratrun.migrations.step import Document
from stratrun.migrations.tree import Mark

from .case import DOCUMENTS
from .next_version import V2ToV3

CHAIN = (*STEPS, V2ToV3())
LINES = (
    "stratrun: 2", "name: A name", "tags: [one, two]", "symbols: [BTC/USDT]", "timeframe: 1h", "long:",
    "  enter: close > open", "  exit:", "    time: 12h", "    stop: 3%", "size:", "  equity: 10%",
)  # fmt: skip
AFTER = {
    "stratrun: 2": "stratrun: 3", "tags: [one, two]": "labels: [one, two]", "timeframe: 1h": "clock: {timeframe: 1h}",
    "    time: 12h": "    time: 720m",
}  # fmt: skip
QUOTED = {
    "tags: [one, two]": '"tags": [one, two]', "timeframe: 1h": "timeframe: '1h'", "    time: 12h": '    time: "12h"',
    "name: A name": "name: 'A name'", "long:": "'long':", "stratrun: 2": '"stratrun": 2',
}  # fmt: skip
QUOTED_AFTER = {
    '"tags": [one, two]': '"labels": [one, two]', "timeframe: '1h'": "clock: {timeframe: '1h'}",
    '    time: "12h"': '    time: "720m"', '"stratrun": 2': '"stratrun": 3',
}  # fmt: skip
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cf", "Co", "Cn")), max_size=12
)


def through(text: str, path: str = "case.yaml") -> Conversion:
    source = parse(path, text.encode())
    root = tree_of(source)
    assert root is not None, source.report.diagnostics()
    found = convert(Document(text, root), CHAIN)
    assert found is not None
    return found


@st.composite
def written(draw: st.DrawFn) -> tuple[str, str]:
    """A document with comments, empty lines and quotes anywhere, and what the step must make of it."""
    end = draw(st.sampled_from(["\n", "\r\n"]))
    before, after = [], []
    for line in LINES:
        for _ in range(draw(st.integers(0, 2))):
            extra = draw(st.sampled_from(["", "#", "  ", "      # "]))
            extra += draw(WORDS) if extra.strip() else ""
            before.append(extra)
            after.append(extra)
        new = AFTER.get(line, line)
        if line in QUOTED and draw(st.booleans()):
            line = QUOTED[line]
            new = QUOTED_AFTER.get(line, line)
        tail = draw(st.sampled_from(["", " ", "  # ", " #"]))
        tail += draw(WORDS) if tail.strip() else ""
        before.append(line + tail)
        after.append(new + tail)
    last = draw(st.sampled_from(["", end]))
    return end.join(before) + last, end.join(after) + last


@given(written())
def test_every_other_byte_survives(case: tuple[str, str]) -> None:
    """Comments, order, quotes, blanks and line ends are what they were; only what the step means has changed."""
    before, after = case
    found = through(before)
    assert (found.before, found.after) == (2, 3)
    assert found.text == after
    assert not found.anew


@given(written())
def test_a_migrated_document_is_left_alone(case: tuple[str, str]) -> None:
    """A document of the newest version goes through the chain untouched."""
    source = parse("case.yaml", case[1].encode())
    assert upgraded(source, CHAIN) is source


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_two_steps_are_each_step_in_turn(path: object) -> None:
    """Version 1 to 3 is version 1 to 2 and then 2 to 3, with the comments of the first step kept."""
    text = path.read_text("utf-8-sig")  # type: ignore[attr-defined]
    whole = through(text, str(path))
    source = parse(str(path), text.encode())
    root = tree_of(source)
    assert root is not None
    first = convert(Document(text, root), STEPS)
    assert first is not None
    assert first.text is not None
    assert whole.text == through(first.text).text
    assert (whole.before, whole.after, whole.anew) == (1, 3, True)
    assert re.findall("#.*", whole.text or "") == re.findall("#.*", first.text)


def test_findings_of_a_later_step_stand_in_the_first_file() -> None:
    """What the second step tells about a text that the first one wrote is told at its place in the old file."""
    text = '{"name": "a", "type": "EMA_CROSSOVER", "symbols": ["BTC/USDT"], "timeframe": "1h",\n'
    text += '"entryConditions": {"long": [{"indicator1": "close", "operator": ">", "indicator2": "open"}]}}'
    found = through(text, "a.json")
    (finding,) = [one for one in found.findings if one.message == "tags are called labels"]
    assert finding.mark is not None
    assert text[slice(*finding.mark)] == '"type"'


@given(
    st.text(max_size=40), st.lists(st.tuples(st.integers(0, 40), st.integers(0, 5), st.text(max_size=5)), max_size=5)
)
def test_edits_change_what_they_mark_alone(text: str, drawn: list[tuple[int, int, str]]) -> None:
    """Applied in any order, edits replace their marks; and every kept character knows where it was."""
    edits: list[Edit] = []
    at = 0
    for start, length, new in sorted(drawn):
        start = max(start, at)
        if start > len(text):
            break
        end = min(start + length, len(text))
        edits.append(Edit(Mark(start, end), new))
        at = end + 1
    result, places = apply(text, reversed(edits))
    expected, at = "", 0
    for edit in edits:
        expected += text[at : edit.mark.start] + edit.text
        at = max(at, edit.mark.end)
    assert result == expected + text[at:]
    for index in range(len(result)):
        old = places.old(Mark(index, index + 1))
        assert old is not None
        assert old in [edit.mark for edit in edits] or text[slice(*old)] == result[index]


def test_edits_that_overlap_are_a_mistake_of_the_step() -> None:
    """Two edits of one character are refused, loudly."""
    with pytest.raises(ValueError, match="overlap"):
        apply("abcd", [Edit(Mark(0, 2), "x"), Edit(Mark(1, 3), "y")])
