"""The lean scanner gives ruamel.yaml's own events."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from stratrun.engine.language.document import walk
from stratrun.engine.language.yaml.events import events

DOCUMENTS = Path(__file__).parents[2] / "documents"
FIELDS = ("value", "style", "anchor", "flow_style", "explicit", "version", "implicit")


def place(mark: Any) -> tuple[int, int, int] | None:
    return (mark.index, mark.line, mark.column) if mark else None


def stream(found: Iterator[Any]) -> list[Any]:
    """All that can be told about a stream of events, the error at its end included."""
    told: list[Any] = []
    try:
        for event in found:
            fields = [getattr(event, name, None) for name in FIELDS]
            told.append(
                (
                    type(event).__name__,
                    fields,
                    str(getattr(event, "tag", "")),
                    place(event.start_mark),
                    place(event.end_mark),
                )
            )
    except MarkedYAMLError as error:
        told.append(
            (type(error).__name__, error.context, error.problem, place(error.context_mark), place(error.problem_mark))
        )
    except Exception as error:
        told.append(type(error).__name__)
    return told


def assert_equal_streams(text: str) -> None:
    assert stream(events(text)) == stream(YAML(typ="safe", pure=True).parse(text))


def readable() -> list[Path]:
    """Documents the composer would hand to the scanner."""
    found = []
    for path in walk([DOCUMENTS]):
        data = path.read_bytes()
        if len(data) < 6_000 and data.isascii() and not any(byte in data for byte in b"\0\x1b"):
            found.append(path)
    return found


@pytest.mark.parametrize("path", readable(), ids=lambda path: path.name)
def test_the_corpus_gives_equal_events(path: Path) -> None:
    """Every document, right or wrong, has the same events, marks and error."""
    assert_equal_streams(path.read_bytes().decode())


@given(st.text(alphabet=st.sampled_from("aab:-?[]{},&*!|>'\"%@` \n\t#0.~<\ré"), max_size=80))
@settings(max_examples=400, deadline=None)
def test_random_punctuation_gives_equal_events(text: str) -> None:
    """Texts made of YAML's indicators have the same events, marks and error."""
    assert_equal_streams(text)


LINES = st.lists(
    st.tuples(
        st.integers(0, 6),
        st.sampled_from(["- ", "a: ", "? ", "", "# c", "'q': ", "[", "{", "]", "}", "a: [b, ", "&x ", "- - "]),
        st.text(alphabet=st.sampled_from("ab :#,-]}'\t"), max_size=12),
    ),
    max_size=9,
)


@given(LINES, st.sampled_from(["\n", "\r\n", "\r"]))
@settings(max_examples=400, deadline=None)
def test_random_lines_give_equal_events(lines: list[tuple[int, str, str]], ending: str) -> None:
    """Indented lines of keys, entries, comments and continued scalars have the same events, marks and error."""
    assert_equal_streams("".join(" " * indent + start + rest + ending for indent, start, rest in lines))
