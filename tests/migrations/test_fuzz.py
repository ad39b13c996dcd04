"""Version 1 files with anything anywhere in them."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratrun.engine.diagnostics.codes import CODES
from stratrun.engine.language.document import validate_bytes
from stratrun.engine.migrating.look import Status, look

from .case import DOCUMENTS

FILES = [json.loads(path.read_text("utf-8-sig")) for path in DOCUMENTS]
ODD = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 10**25), st.floats(), st.text(max_size=12),
    st.sampled_from(["", " ", "1", "1e9", "NaN", "%", "-3%", "rsi", "bb", "close", "ema0", "macd_signal", "0.5"]),
    st.sampled_from(["BTC/USDT:USDT", "ETHBTC", "trailing", "atr", "KELLY", ">", "crosses above", "15 min", "1M"]),
    st.just([]), st.just({}), st.just([{}]), st.just({"value": {}}), st.just([[[]]]),
)  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, one in inner for place in places(one, (*path, key)))]


@st.composite
def broken(draw: st.DrawFn) -> bytes:
    """A file of the corpus with some values replaced, keys renamed or pieces cut out."""
    file = json.loads(json.dumps(draw(st.sampled_from(FILES))))
    for _ in range(draw(st.integers(1, 4))):
        spots = [place for place in places(file) if place]
        if not spots:
            break
        *way, last = draw(st.sampled_from(spots))
        part = file
        for key in way:
            part = part[key]
        action = draw(st.sampled_from(["replace", "remove", "rename"]))
        if action == "rename" and isinstance(part, dict):
            part[draw(st.text(max_size=8) | st.just(str(last).upper()))] = part.pop(last)
        elif action == "remove":
            del part[last]
        else:
            part[last] = deepcopy(draw(ODD))
    text = json.dumps(file, indent=draw(st.sampled_from([None, 2])), ensure_ascii=draw(st.booleans()))
    data = text.encode("utf-8", "surrogatepass")
    return data[: draw(st.integers(0, len(data)))] if draw(st.integers(0, 9)) == 0 else data


@given(broken())
def test_any_damage_is_told_in_known_words(data: bytes) -> None:
    """Whatever stands where, there is no traceback: only diagnostics with known codes and places inside the file."""
    lines = data.decode("utf-8", "replace").splitlines()
    for diagnostic in validate_bytes(data, "case.json"):
        assert diagnostic.code in CODES
        assert diagnostic.message
        if diagnostic.span is not None and diagnostic.code not in ("SR002", "SR003"):
            assert 1 <= diagnostic.span.line <= max(len(lines), 1) + 1


@given(broken())
def test_what_migrates_is_sound(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    """Whatever is migrated has no error, and what has one is not migrated."""
    path: Path = tmp_path_factory.getbasetemp() / "fuzz.json"
    path.write_bytes(data)
    found = look(path)
    assert (found.move is not None) == (found.status is Status.OLD)
    if found.move is not None:
        told = [d for d in validate_bytes(found.move.new, "new.yaml") if d.severity == "error"]
        assert told == []
