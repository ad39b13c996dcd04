"""Universes and rotations: members read from anywhere, rules that are what a hand would write."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from stratrun.engine.language.document import load, loads, validate
from stratrun.engine.language.identity import meaning_hash
from stratrun.engine.language.strategy import EVER, Membership, Strategy
from stratrun.engine.trading.wiring import wire

HEAD = {
    "stratrun": 2, "name": "x", "symbols": ["A/USDT", "B/USDT"], "timeframe": "1d", "size": {"equity": "10%"},
    "select": {"score": "roc(close, 90)", "top": 1, "every": "week"},
}  # fmt: skip
DAY = 86_400_000
SPANS = [
    {"symbol": "A/USDT", "from": "2024-01-01", "to": "2024-02-01"},
    {"symbol": "B/USDT", "from": "2024-01-15T12:00+02:00"},
]


def read(**more: Any) -> Strategy:
    return loads(json.dumps({**HEAD, **more}))


def in_folder(folder: Path, table: bytes, members: str = "m.csv") -> Path:
    (folder / "m.csv").write_bytes(table)
    path = folder / "strategy.json"
    path.write_text(json.dumps({**HEAD, "universe": {"members": members}}), "utf-8")
    return path


def test_a_list_and_a_file_mean_the_same(tmp_path: Path) -> None:
    """Members in a list, or in a file with spaces, other symbols and lines in another order: one hash."""
    listed = read(universe={"members": SPANS})
    table = b"\xef\xbb\xbfsymbol, from ,to\r\nX/USDT,1999-01-01,\r\nB/USDT,2024-01-15T12:00+02:00,\r\n\r\n"
    table += b"A/USDT, 2024-01-01,2024-02-01\r\n"
    filed = load(in_folder(tmp_path, table))
    assert listed.members == filed.members
    assert listed.members["A/USDT"] == (Membership(1_704_067_200_000, 1_704_067_200_000 + 31 * DAY),)
    assert listed.members["B/USDT"] == (Membership(1_705_312_800_000, EVER),)
    assert meaning_hash(listed) == meaning_hash(filed) != meaning_hash(read())


def test_another_date_is_another_strategy() -> None:
    """The hash knows every span, and not how it was written."""
    whole = [{"symbol": "A/USDT", "from": "2024-01-01", "to": "2024-02-01"}, {"symbol": "B/USDT"}]
    parts = [{"symbol": "B/USDT"}, {"symbol": "A/USDT", "from": "2024-01-20", "to": "2024-02-01"}]
    parts.append({"symbol": "A/USDT", "from": "2024-01-01", "to": "2024-01-21"})
    other = [{"symbol": "A/USDT", "from": "2024-01-01", "to": "2024-02-02"}, {"symbol": "B/USDT"}]
    one, two, three = (meaning_hash(read(universe={"members": m})) for m in (whole, parts, other))
    assert one == two != three


@pytest.mark.parametrize(
    "table",
    [
        b"", b"symbol,from,to\n", b"symbol,start,end\nA/USDT,,\n", b"symbol,from,to\nA/USDT,\n", b"\xff\xfe\x00",
        b'symbol,from,to\n"A/USDT', b"symbol,from,to\n" + b"A/USDT,,\n" * 200_000, b"symbol,from,to\nA/USDT,,\x00,\n",
        b"PK\x03\x04", b"\n\n\n",
    ],
)  # fmt: skip
def test_what_is_no_table_of_members_is_told(tmp_path: Path, table: bytes) -> None:
    """Whatever the file holds, there is one message at the key, and no strategy."""
    found = validate(in_folder(tmp_path, table))
    assert [d.code for d in found] == ["SR447"]
    assert found[0].span is not None


@pytest.mark.parametrize("members", ["nowhere.csv", ".", "../", "m.csv/x", "x" * 3_000, "pipe"])
def test_what_is_no_file_is_told(tmp_path: Path, members: str) -> None:
    """Folders, pipes and names that no file can have."""
    if members == "pipe" and hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
    path = in_folder(tmp_path, b"symbol,from,to\nA/USDT,,\nB/USDT,,\n", members)
    assert [d.code for d in validate(path)] == ["SR447"]


def test_dates_of_a_file_are_told_with_their_line(tmp_path: Path) -> None:
    """No date, a date that there is not, an end before its beginning; and no more than a screen of them."""
    table = "symbol,from,to\nA/USDT,2024-02-30,\nB/USDT,2024-02-01,2024-01-01\n" + "A/USDT,soon,\n" * 500
    found = validate(in_folder(tmp_path, table.encode()))
    assert {d.code for d in found} == {"SR446"}
    assert any("line 2 of" in d.message for d in found)
    assert len(found) <= 20


def test_a_rotation_is_what_a_hand_would_write() -> None:
    """`select:` and the rules it is sugar for compile to one graph; only what pays for what differs."""
    rules = {
        "long": {
            "enter": {"when": "new_week() and rank(roc(close, 90)) <= 1", "fire": "every_candle"},
            "exit": {"when": "new_week() and rank(roc(close, 90)) > 1"},
        },
        "priority": "roc(close, 90)",
        "risk": {"max_open": 1},
    }
    written = loads(json.dumps({**{k: v for k, v in HEAD.items() if k != "select"}, **rules}))
    sugar = read()
    assert wire(sugar).plan.hash == wire(written).plan.hash
    assert sugar.rotates
    assert not written.rotates
    assert sugar.risk == written.risk


def test_what_the_file_says_wins() -> None:
    """Own `priority` and `max_open` stay."""
    strategy = read(risk={"max_open": 2}, priority="volume")
    assert strategy.risk.max_open == 2
    assert strategy.priority is not None
    assert strategy.priority.params == ("volume",)


def test_slots_are_those_of_the_rotation() -> None:
    """`equal: slots` divides the equity by `top`."""
    assert read(size={"equal": "slots"}, select={**HEAD["select"], "top": 2}).size.value == 0.5  # type: ignore[dict-item]
