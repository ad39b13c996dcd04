"""A strategy told in plain English."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from stratrun.cli import main
from stratrun.engine.diagnostics.codes import CODES
from stratrun.engine.explaining import money
from stratrun.engine.explaining.origins import Origin, Sourced, sourced
from stratrun.engine.explaining.story import Line, story
from stratrun.engine.explaining.values import settings_of
from stratrun.engine.language import strategy as meanings
from stratrun.engine.language.document import load, loads
from stratrun.engine.language.identity import NOT_MEANING
from stratrun.engine.language.yaml.source import parse

FOLDER = Path(__file__).parents[2] / "strategies"
SHIPPED = sorted(path for path in FOLDER.glob("*.yaml") if not path.name.endswith(".test.yaml"))
FILE = """stratrun: 2
name: Dip
symbols: [BTC/USDT]
timeframe: 1h
params:
  dip: {default: 30, range: [20, 40]}
indicators:
  mom: macd()
long:
  enter: rsi() crosses above dip and mom.hist > 0
  exit:
    stop: 3%
size: {risk: 1%}
"""


def by_key(text: str = FILE, **overrides: str) -> dict[str, Sourced]:
    found = sourced(loads(text, overrides), parse("dip.yaml", text.encode()).root)
    assert len({value.key for value in found}) == len(found)
    return {value.key: value for value in found}


def lines(parts: tuple[Line, ...]) -> list[str]:
    return [text for line in parts for text in (line.text, *lines(line.parts))]


def told(text: str) -> str:
    return "\n".join(line for section in story(loads(text)) for line in lines(section.lines))


def test_every_value_has_its_origin() -> None:
    """A line of the file, a default or the command line, for every value that decides."""
    found = by_key(dip="35")
    origins = {key: str(value.origin) for key, value in found.items()}
    assert origins == {
        "symbols": "line 3", "timeframe": "line 4", "market": "default", "size": "line 13", "long.enter": "line 10",
        "long.enter.fire": "default", "long.exit.stop": "line 12", "risk.max_leverage": "default",
        "risk.stop_required": "default", "schedule.timezone": "default", "orders.type": "default",
        "orders.fallback": "default", "orders.post_only": "default", "params.dip": "--set", "indicators.mom": "line 8",
    }  # fmt: skip
    assert by_key()["params.dip"].origin == Origin("file", 6)


def test_every_default_is_filled_in() -> None:
    """An indicator's defaults are visible where the file left them out."""
    found = by_key()
    assert found["long.enter"].text == "rsi(close, 14) crosses above 30 and macd(close, 12, 26, 9).hist > 0"
    assert found["indicators.mom"].text == "macd(close, 12, 26, 9)"
    assert found["indicators.mom"].key == "indicators.mom"


def test_it_reads_as_a_beginner_would_want_it() -> None:
    """The sentences of a small file."""
    assert told(FILE).splitlines()[:6] == [
        "BTC/USDT on 1h candles, spot markets, long.",
        "At the close of the candle on which this turns true, it signals to enter long. It takes all of these:",
        "the 14-candle relative strength index (RSI) of the close crosses above 30",
        "the MACD histogram of the close (12, 26, 9) is above 0",
        "What is not known yet never counts as true.",
        "Stop: 3 % of the close below the entry, fixed when the entry is decided; that distance is 1R.",
    ]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
@pytest.mark.parametrize("form", ["text", "markdown", "json"])
def test_every_shipped_strategy_is_explained(path: Path, form: str) -> None:
    """All forms, all values of the file told."""
    outcome = CliRunner().invoke(main, ["explain", str(path), "--format", form])
    assert outcome.exit_code == 0, outcome.output
    strategy = load(path)
    content = outcome.output
    if form == "json":
        content = " ".join(str(value["value"]) for value in json.loads(content)["values"])
    for setting in settings_of(strategy):
        assert setting.text.replace("|", "\\|") in content or setting.text in content, setting


@pytest.mark.parametrize(
    ("table", "kinds"),
    [(money.SIZES, meanings.SizeMethod), (money.ORDERS, meanings.OrderType), (money.LOSSES, meanings.OnLoss),
     (money.PROTECTIONS, meanings.ProtectionKind), (money.EXITS, meanings.ExitFilter)],
)  # fmt: skip
def test_no_choice_is_without_words(table: dict[Any, str], kinds: Any) -> None:
    """Every size, order, limit and pause has its sentence."""
    assert set(table) == set(kinds)


def test_every_field_is_a_value() -> None:
    """A field of the strategy, set to something, is among the values told, whichever it is."""
    strategy = loads(FILE)
    other = {"symbols": ("X/Y",), "timezone": "Asia/Tokyo", "market": meanings.Market.PERP}
    for field in dataclasses.fields(meanings.Strategy):
        if field.name in NOT_MEANING:
            continue
        value = getattr(strategy, field.name) or other.get(field.name)
        if field.name == "schedule" or field.name in ("filters", "priority"):
            assert strategy.long is not None
            value = strategy.long.enter
        elif field.name == "short":
            value = strategy.long
        elif field.name == "gaps":
            value = meanings.Gaps(3)
        elif field.name == "protections":
            value = (meanings.Protection(meanings.ProtectionKind.LOSSES, meanings.Duration(candles=3)),)
        elif field.name == "members":
            value = {"BTC/USDT": (meanings.Membership(0, 1),)}
        elif field.name == "rotates":
            value = True
        changed = dataclasses.replace(strategy, **{field.name: value})
        keys = " ".join(setting.key for setting in settings_of(changed))
        if field.name == "opposite":
            assert "opposite" not in keys
        else:
            named = {
                "timezone": "schedule.timezone", "schedule": "schedule.entries", "members": "universe",
                "rotates": "select",
            }  # fmt: skip
            assert named.get(field.name, field.name) in keys


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_explained(code: str) -> None:
    """In any case of letters, with its title."""
    outcome = CliRunner().invoke(main, ["explain", code.lower()])
    assert outcome.exit_code == 0
    assert CODES[code].title in outcome.output


@pytest.mark.parametrize("subject", ["SR999", "nope.yaml", "", "SR20", "x" * 300])
def test_what_is_neither_ends_with_a_message(subject: str) -> None:
    """An unknown code or a missing file: exit code 2, no traceback."""
    outcome = CliRunner().invoke(main, ["explain", subject])
    assert outcome.exit_code == 2
    assert "error[SR" in outcome.stderr


def test_a_file_may_have_the_name_of_a_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What exists as a file is read as one."""
    (tmp_path / "SR208").write_text(FILE)
    monkeypatch.chdir(tmp_path)
    assert "Dip" in CliRunner().invoke(main, ["explain", "SR208"]).output
