"""Instrument files: what is stated, what is assumed, what is refused."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest

from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.market.facts import parse_fee
from stratrun.engine.market.instrument import Instrument, load_instruments, make_instrument

STATED = """\
BTC/USDT:
  price_tick: 0.01
  quantity_step: "0.00001"
  min_quantity: 1e-5
  max_quantity: 9000
  min_cost: 5
  maker: 0.02%
  taker: 0.0005
  fee_in: base
"""


def written(tmp_path: Path, text: str, name: str = "instruments.yaml") -> str:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_stated_facts_are_taken_as_they_are_and_nothing_is_assumed(tmp_path: Path) -> None:
    """Numbers, numbers in quotes and percentages all read as the number they mean."""
    found = load_instruments(written(tmp_path, STATED), ["BTC/USDT"], None)["BTC/USDT"]
    assert found == Instrument(
        "BTC/USDT", "BTC", "USDT", None, 0.01, 0.00001, 1e-5, 9000.0, 5.0, 0.0002, 0.0005, True, 0.005, ()
    )  # fmt: skip


def test_json_reads_as_yaml_does(tmp_path: Path) -> None:
    """The same facts may stand in a JSON file."""
    facts = {"BTC/USDT": {"price_tick": "0.01", "taker": "0.1%"}}
    path = written(tmp_path, json.dumps(facts), "instruments.json")
    found = load_instruments(path, ["BTC/USDT"], None)["BTC/USDT"]
    assert (found.price_tick, found.taker) == (0.01, 0.001)


def test_what_is_absent_is_an_assumption_with_a_name() -> None:
    """Without a file every fact is filled in, and each one is listed."""
    found = load_instruments(None, ["ETH/USDT:USDT"], None)["ETH/USDT:USDT"]
    assert (found.base, found.quote, found.settle) == ("ETH", "USDT", "USDT")
    assert (found.price_tick, found.quantity_step, found.max_quantity) == (0.0, 0.0, math.inf)
    assert (found.maker, found.taker) == (0.001, 0.001)
    assert [line.split(":")[0] for line in found.assumptions] == [
        "price_tick", "quantity_step", "min_quantity", "max_quantity", "min_cost", "maker", "taker", "maintenance"
    ]  # fmt: skip


def test_the_fee_of_the_command_line_overrules_the_file(tmp_path: Path) -> None:
    """A fee that was asked for is neither the file's nor an assumption."""
    path = written(tmp_path, STATED)
    found = load_instruments(path, ["BTC/USDT", "ETH/USDT"], 0.0)
    assert [(i.maker, i.taker) for i in found.values()] == [(0.0, 0.0)] * 2
    assert not any("taker" in line or "maker" in line for line in found["ETH/USDT"].assumptions)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("BTC/USDT: {price_tik: 1}", "BTC/USDT.price_tik: unknown key; did you mean `price_tick`?"),
        ("BTC/USDT: {price_tick: -1}", "BTC/USDT.price_tick: `-1` is negative"),
        ("BTC/USDT: {price_tick: [1]}", "BTC/USDT.price_tick: expected a number, found a list"),
        ("BTC/USDT: {price_tick: true}", "found true/false"),
        ("BTC/USDT: {price_tick: .nan}", "found `nan`"),
        ("BTC/USDT: {price_tick: 1%}", "found `1%`"),
        ("BTC/USDT: {taker: 0.1}", "write 0.1%"),
        ("BTC/USDT: {min_quantity: 2, max_quantity: 1}", "below min_quantity"),
        ("BTC/USDT: {max_quantity: 0}", "leave it out"),
        ("BTC/USDT: 3", "BTC/USDT: expected a mapping of facts"),
        ("BTC: {}", "`BTC` is not a symbol"),
        ("btcusdt: 1\nBTC/USDT: {a: 1, taker: x}", "4 mistakes"),
        ("- BTC/USDT", "expected a mapping from symbols to facts, found a list"),
        ("", "found nothing"),
        ("a: [", "not valid YAML at line 1"),
        ("a: 1\na: 2", "not valid YAML"),
        ("btc/usdt: {}", "written another way"),
    ],
)
def test_a_wrong_file_names_the_place_and_the_mend(tmp_path: Path, text: str, words: str) -> None:
    """Every mistake is an input error with the file's name, never a traceback."""
    path = written(tmp_path, text)
    with pytest.raises(InputError) as caught:
        load_instruments(path, ["BTC/USDT"], None)
    assert path in caught.value.message
    assert words in caught.value.message + str(caught.value.help)


@pytest.mark.parametrize("text", ["{", '{"BTC/USDT": {}, "BTC/USDT": {}}', "[]"])
def test_wrong_json_is_refused_too(tmp_path: Path, text: str) -> None:
    """Broken JSON, twice the same symbol and a list are input errors."""
    with pytest.raises(InputError, match=r"instruments\.json"):
        load_instruments(written(tmp_path, text, "instruments.json"), ["BTC/USDT"], None)


def test_files_that_cannot_be_read_and_symbols_that_are_none(tmp_path: Path) -> None:
    """A missing file, a folder, bytes that are no text and a name without a quote currency are input errors."""
    (tmp_path / "latin.yaml").write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path / "missing.yaml", tmp_path, tmp_path / "latin.yaml"):
        with pytest.raises(InputError, match="cannot read"):
            load_instruments(str(path), ["BTC/USDT"], None)
    with pytest.raises(InputError, match="not a symbol"):
        make_instrument("BTCUSDT", {})


def test_a_fee_reads_with_and_without_a_percent_sign() -> None:
    """0.1% and 0.001 are one fee; 10% is refused."""
    assert parse_fee("0.1%") == parse_fee(0.001) == parse_fee("0.001") == 0.001
    for wrong in ("10%", "-0.1%", "free", ""):
        with pytest.raises(ValueError, match=r"."):
            parse_fee(wrong)


def test_instruments_and_timeframes_need_no_number_library() -> None:
    """Validation reads symbols and timeframes without loading NumPy, Numba or Polars."""
    code = (
        "import sys, stratrun.engine.market.timeframe, stratrun.engine.market.instrument\n"
        "sys.exit(', '.join(sorted({'numpy', 'numba', 'polars'} & set(sys.modules))) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_fee_is_paid_in_base_or_quote(tmp_path: Path) -> None:
    """Only the two currencies of a symbol can pay its fee, and a contract's is paid in what it settles in."""
    with pytest.raises(InputError, match="expected base or quote"):
        load_instruments(written(tmp_path, "BTC/USDT: {fee_in: BNB}"), ["BTC/USDT"], None)
    assert not make_instrument("BTC/USDT:USDT", {"fee_in": 1.0}).fee_in_base
    assert make_instrument("BTC/USDT", {"fee_in": 1.0}).fee_in_base


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("deep.yaml", "[" * 100_000, "line 1, column 33: nested more than 32 levels deep"),
        ("deep.json", "[" * 100_000, "nested too deep"),
        ("big.yaml", "#" * (1 << 21), "at most 1,048,576 bytes"),
        (
            "laughs.yaml",
            "a0: &a0 {maker: 0.1%}\n" + "".join(f"a{i}: &a{i} {{<<: [*a{i - 1}, *a{i - 1}]}}\n" for i in range(1, 31)),
            "line 2, column 15: an alias inside of what has an anchor",
        ),
    ],
)
def test_a_file_made_to_exhaust_is_refused(tmp_path: Path, name: str, text: str, words: str) -> None:
    """Nesting, size and aliases that double each other end in a message with the place, not in memory or time."""
    with pytest.raises(InputError) as error:
        load_instruments(written(tmp_path, text, name), ["BTC/USDT"], None)
    assert words in error.value.message


def test_symbols_may_share_their_facts(tmp_path: Path) -> None:
    """An anchor and its aliases say the same of several symbols."""
    text = "BTC/USDT: &usual {maker: 0.1%, taker: 0.1%}\nETH/USDT: {<<: *usual, taker: 0.2%}\nSOL/USDT: *usual\n"
    found = load_instruments(written(tmp_path, text), ["ETH/USDT", "SOL/USDT"], None)
    assert [(one.maker, one.taker) for one in found.values()] == [(0.001, 0.002), (0.001, 0.001)]
