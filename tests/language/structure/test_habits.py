"""Keys of other tools, and values written where a mapping stands: the help says what to write here."""

from __future__ import annotations

from typing import Any

import pytest

from stratrun.engine.language.document import validate_bytes
from stratrun.engine.language.structure.habits import HABITS
from stratrun.engine.language.structure.kinds import KINDS
from stratrun.engine.language.structure.shape import published

HEAD = "stratrun: 2\nname: x\n"
STRATEGY = HEAD + "symbols: [BTC/USDT]\ntimeframe: 1h\nsize: {equity: 10%}\nlong:\n  enter: close > open\n"
EXIT = STRATEGY + "  exit:\n"
UNSIZED = STRATEGY.replace("size: {equity: 10%}\n", "")
PORTFOLIO = HEAD + "kind: portfolio\n"
DEPLOYMENT = HEAD + "kind: deployment\nvenue: binance\naccount: main\nledger: ./a.db\n"


def helps(text: str) -> set[tuple[str, str | None]]:
    return {(found.code, found.help) for found in validate_bytes(text.encode(), "x.yaml")}


@pytest.mark.parametrize(
    ("text", "help_"),
    [
        (UNSIZED + "position_size: 5%\n", "did you mean `size`?"),
        (UNSIZED + "positionSize: 5%\n", "did you mean `size`?"),
        (STRATEGY + "  position_size: 5%\n", "`size` stands at the top of the file"),
        (STRATEGY + "risk: {position_size: 5%}\n", "`size` stands at the top of the file"),
        (STRATEGY + "stop_loss: 5%\n", "`stop` belongs in `long.exit`"),
        (EXIT + "    stop_loss: 5%\n", "did you mean `stop`?"),
        (EXIT + "    take_profit: 5%\n", "did you mean `target`?"),
        (STRATEGY + "leverage: 2\n", "`max_leverage` belongs in `risk`"),
        (STRATEGY + "filters:\n  - or: [close > 1, close < 2]\n", "did you mean `any`?"),
        (PORTFOLIO + "strategies: [{strategy: ./a.yaml, weight: 50%}]\n", "did you mean `members`?"),
    ],
)
def test_the_key_of_another_tool_is_known(text: str, help_: str) -> None:
    """A key as other tools call it is answered with the one here and its place, which is then not told as missing."""
    assert {told for told in helps(text) if told[0].startswith("SR1")} == {("SR101", help_)}


def test_a_key_of_size_in_size_is_not_sent_elsewhere() -> None:
    """What stands in its place already is told which keys there are."""
    told = dict(helps(UNSIZED + "size: {position_size: 5%}\n"))
    assert str(told["SR101"]).startswith("the keys here are `quantity`")


@pytest.mark.parametrize(
    ("text", "help_"),
    [
        (EXIT + "    target: [2%, 4%]\n", "such as `{at: 2R, close: 50%}`"),
        (STRATEGY + "  add: [2%]\n", "such as `{against: 3%}`"),
        (STRATEGY + "feeds: {btc: BTC/USDT}\n", "such as `{symbol: BTC/USDT}`"),
        (STRATEGY + "protections: [stops]\n", "such as `{cooldown: 4 candles}`"),
        (DEPLOYMENT + "strategies: [x.yaml]\n", "such as `{strategy: ./trend.yaml, name: trend}`"),
        (PORTFOLIO + "members: [x.yaml]\n", "such as `{strategy: ./ema_crossover.yaml, weight: 50%}`"),
    ],
)
def test_where_a_mapping_stands_one_is_shown(text: str, help_: str) -> None:
    """A text in place of a mapping is answered with an example of that mapping."""
    assert ("SR102", help_) in helps(text)


def test_habits_lead_to_keys_that_exist() -> None:
    """Every key that a habit leads to stands in some format, and no habit is itself a key of a strategy."""
    keys = set().union(*(_keys(published(kind)) for kind in KINDS))
    assert keys.issuperset(HABITS.values())
    assert _keys(published()).isdisjoint(HABITS)


def _keys(schema: Any) -> set[str]:
    if isinstance(schema, list):
        return set().union(*map(_keys, schema))
    if not isinstance(schema, dict):
        return set()
    return set(schema.get("properties", ())).union(*map(_keys, schema.values()))
