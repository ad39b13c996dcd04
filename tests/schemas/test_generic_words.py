"""What generic validators say of broken files: their words name the key and what may stand there."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from jsonschema import Draft7Validator

from stratrun.engine.language.structure.kinds import schema_path
from stratrun.engine.language.structure.shape import published

STRATEGY: dict[str, Any] = {
    "stratrun": 2,
    "name": "x",
    "symbols": ["BTC/USDT"],
    "timeframe": "1h",
    "long": {"enter": "close > open", "exit": {"stop": "3%"}},
    "size": {"risk": "1%"},
}
TEST: dict[str, Any] = {
    "stratrun": 2,
    "kind": "test",
    "strategy": "./x.yaml",
    "tests": [{"name": "waits", "candles": {"close": "100x9"}, "expect": [{"at": 1, "signal": "none"}]}],
}
PORTFOLIO: dict[str, Any] = {
    "stratrun": 2,
    "kind": "portfolio",
    "name": "x",
    "members": [{"strategy": "./x.yaml", "weight": "50%"}],
}
DEPLOYMENT: dict[str, Any] = {
    "stratrun": 2,
    "kind": "deployment",
    "name": "x",
    "venue": "binance",
    "account": "main",
    "ledger": "./x.db",
    "strategies": [{"strategy": "./x.yaml"}],
}
KINDS = {"strategy": STRATEGY, "test": TEST, "portfolio": PORTFOLIO, "deployment": DEPLOYMENT}
UNREADABLE = ("not valid under any", "should not be valid", "False schema", "is not allowed for", "anyOf", "oneOf")
_CASE = ["tests", 0]
_EXPECT = ["tests", 0, "expect", 0]


class Broken(NamedTuple):
    """A value put at a place of a sound document, and words that a validator must find for it."""

    kind: str
    at: list[str | int]
    value: Any
    words: tuple[str, ...]


BROKEN = [
    Broken("strategy", ["long", "enter"], 5, ("long.enter", "5 is not of type 'string', 'array', 'object'")),
    Broken("strategy", ["market"], "futures", ("market", "'futures' is not one of ['spot', 'perp']")),
    Broken("strategy", ["opposite"], "flip", ("opposite", "'reverse', 'close', 'ignore'")),
    Broken("strategy", ["leverage"], 3, ("'leverage' was unexpected",)),
    Broken("strategy", ["size", "cost"], "100 USDT", ("size", "'cost' is not one of", "'risk'", "'max'")),
    Broken("strategy", ["size"], {"max": "20%"}, ("size", "quantity or cost or equity or risk", "required")),
    Broken("strategy", ["size"], "1%", ("size", "'1%' is not of type 'object'")),
    Broken("strategy", ["long"], None, ("'long or short or select' is a required property",)),
    Broken("strategy", ["timeframe"], "1 hour", ("timeframe", "'1 hour' does not match", "[mhdw]")),
    Broken("strategy", ["symbols"], [], ("symbols", "[] should be non-empty")),
    Broken("strategy", ["symbols"], ["BTCUSDT"], ("symbols[0]", "'BTCUSDT' does not match")),
    Broken("strategy", ["params"], {"Fast": {"default": 1}}, ("params", "'Fast' does not match")),
    Broken("strategy", ["params"], {"fast": {}}, ("params.fast", "'default' is a required property")),
    Broken("strategy", ["stratrun"], 3, ("stratrun", "2 was expected")),
    Broken("strategy", ["risk"], {"max_open": 0}, ("risk.max_open", "0 is less than the minimum of 1")),
    Broken("strategy", ["long", "exit"], {"when": {"any": []}}, ("long.exit.when.any", "[] should be non-empty")),
    Broken("strategy", ["long", "exit"], {}, ("long.exit", "{} should be non-empty")),
    Broken("test", [*_EXPECT, "signal"], "buy", ("signal", "'buy' is not one of ['enter_long', 'enter_short'")),
    Broken("test", [*_EXPECT, "from"], 0, ("'at' is not one of", "'signal'")),
    Broken("test", [*_EXPECT, "trades"], 1, ("'trades' is not one of", "'signal'")),
    Broken("test", [*_EXPECT], {"figure": "sharpe"}, ("expect[0]", "'is' is a required property")),
    Broken("test", [*_EXPECT], {"trades": 1, "side": "long"}, ("expect[0]", "'side' is not one of", "'trades'")),
    Broken("test", [*_EXPECT], {}, ("signal or decision or trade or trades or figure",)),
    Broken("test", [*_CASE, "candles"], "100x9", ("candles", "'100x9' is not of type 'object', 'array'")),
    Broken("test", [*_CASE, "candles"], {"open": "1x9"}, ("close or file or symbols", "'open' is not one of")),
    Broken("test", [*_CASE, "candles"], [[1, 2]], ("candles[0]", "[1, 2] is too short")),
    Broken("test", ["fee"], 0.001, ("fee", "0.001 is not of type 'string'")),
    Broken("test", ["strategy"], None, ("strategy", "required property")),
    Broken("portfolio", ["members"], [], ("members", "[] should be non-empty")),
    Broken("portfolio", ["members", 0, "weight"], 0.5, ("members[0].weight", "0.5 is not of type 'string'")),
    Broken("portfolio", ["members", 0, "weight"], "50", ("members[0].weight", "'50' does not match")),
    Broken("portfolio", ["members", 0, "size"], "1%", ("members[0]", "'size' was unexpected")),
    Broken("portfolio", ["rebalance"], "yearly", ("rebalance", "'month', 'quarter'")),
    Broken("portfolio", ["schedule"], {}, ("schedule", "'timezone' is a required property")),
    Broken("deployment", ["apiKey"], "x", ("'apiKey' was unexpected",)),
    Broken("deployment", ["orders"], {"max_naked": 5}, ("orders.max_naked", "5 is not of type 'string'")),
    Broken("deployment", ["shutdown"], "stop", ("shutdown", "'keep', 'cancel', 'flatten'")),
    Broken("deployment", ["endpoint"], {"a b": "http://x"}, ("endpoint", "'a b' does not match")),
]


def broken(case: Broken) -> dict[str, Any]:
    """The document with its mistake; None takes the key away."""
    tree = copy.deepcopy(KINDS[case.kind])
    holder: Any = tree
    for step in case.at[:-1]:
        holder = holder[step]
    if case.value is None:
        del holder[case.at[-1]]
    else:
        holder[case.at[-1]] = case.value
    return tree


def path(steps: Any) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)


@pytest.mark.parametrize("kind", KINDS)
def test_the_sound_documents_are_sound(kind: str) -> None:
    """What is broken below was right before."""
    assert Draft7Validator(published(kind)).is_valid(KINDS[kind])


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: f"{case.kind}{path(case.at)}")
def test_jsonschema_words_a_mistake_readably(case: Broken) -> None:
    """The library's messages name the key, and the choices where there are some."""
    errors = list(Draft7Validator(published(case.kind)).iter_errors(broken(case)))
    said = "\n".join(f"{path(error.absolute_path)}: {error.message}" for error in errors)
    for words in case.words:
        assert words in said
    assert not [words for words in UNREADABLE if words in said]


@pytest.mark.parametrize("kind", KINDS)
def test_the_command_words_mistakes_readably(kind: str, tmp_path: Path) -> None:
    """`check-jsonschema` tells of each file where and what is wrong, and never hides it behind a union."""
    cases = [case for case in BROKEN if case.kind == kind]
    files = [tmp_path / f"{number:02}.json" for number in range(len(cases))]
    for file, case in zip(files, cases, strict=True):
        file.write_text(json.dumps(broken(case)), "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--schemafile", str(schema_path(kind)), "--color", "never",
         "--output-format", "json", *map(str, files)],
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    told: dict[str, str] = dict.fromkeys(map(str, files), "")
    for error in json.loads(done.stdout)["errors"]:
        assert not error["has_sub_errors"], error
        told[error["filename"]] += f"{error['path']}: {error['message']}\n"
    for file, case in zip(files, cases, strict=True):
        for words in case.words:
            assert words in told[str(file)]
    assert not [words for words in UNREADABLE if words in done.stdout]
