"""The pictures of the reference: sound, small, the same each time, and told apart where they differ."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest

from stratrun.engine.indicators import CATALOGUE, entries

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture(scope="module")
def pages() -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(DOCS)
        yield import_module("indicator_pages")
    for name in ("indicator_pages", "indicator_pictures", "page_parts"):
        sys.modules.pop(name, None)


def test_every_entry_has_a_sound_small_picture(pages: ModuleType) -> None:
    """Each picture is well-formed, names every output, and all of them together stay below two megabytes."""
    pictures = pages.pictures()
    assert set(pictures) == {f"pictures/{entry.name}.svg" for entry in entries()}
    for entry in entries():
        root = ElementTree.fromstring(pictures[f"pictures/{entry.name}.svg"])
        named = {text.text for text in root.iter("{http://www.w3.org/2000/svg}text")}
        assert {output.name for output in entry.outputs if not output.sparse} <= named
    assert max(map(len, pictures.values())) < 20_000
    assert sum(map(len, pictures.values())) < 2_000_000


def test_a_picture_is_the_same_each_time(pages: ModuleType) -> None:
    """Drawing twice gives equal text."""
    assert pages.picture(CATALOGUE["bb"]) == pages.picture(CATALOGUE["bb"])


def test_pictures_that_differ_are_told_apart(pages: ModuleType) -> None:
    """A point off by one unit is rounding; another shape, another length or none is another picture."""
    text = pages.picture(CATALOGUE["ema"])
    start = text.index("M", text.index('class="s0"'))
    x = text[start + 1 : text.index(" ", start)]
    assert pages.alike(text, text.replace(f"M{x} ", f"M{int(x) + 1} ", 1))
    assert not pages.alike(text, text.replace(f"M{x} ", f"M{int(x) + 9} ", 1))
    assert not pages.alike(text, pages.picture(CATALOGUE["sma"]))
    assert not pages.alike("", text)


def test_every_family_has_a_page_with_its_entries(pages: ModuleType) -> None:
    """The index and the pages hold each entry's heading once, with its picture and its example."""
    found = pages.pages()
    assert set(found) == {"indicators.md"} | {pages.page_of(entry.family) for entry in entries()}
    for entry in entries():
        parts = found[pages.page_of(entry.family)]
        assert parts.count(f"## {entry.name}") == 1
        assert any(f"(pictures/{entry.name}.svg)" in part for part in parts)
        assert any(f"my_{entry.name}: {entry.name}(" in part for part in parts)
        assert any(f"({pages.page_of(entry.family)}#{entry.name})" in part for part in found["indicators.md"])


def test_pages_of_what_is_no_more_are_found(pages: ModuleType, tmp_path: Path) -> None:
    """A page or picture without a family or entry is a stranger; hand-written pages are left alone."""
    (tmp_path / "pictures").mkdir()
    for name in ("indicators.md", "indicators-tea.md", "commands.md", "pictures/rsi.svg", "pictures/tea.svg"):
        (tmp_path / name).touch()
    assert [path.name for path in pages.strangers(tmp_path)] == ["indicators-tea.md", "tea.svg"]
