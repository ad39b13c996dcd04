"""Every lint's page: its wrong example is told so, its right one is not."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from ruamel.yaml import YAML

from stratrun.engine.diagnostics.code import Code
from stratrun.engine.diagnostics.codes import CODES
from stratrun.engine.diagnostics.codes_lint import LINT
from stratrun.engine.language.document import validate_bytes

PAGES = [*LINT, CODES["SR404"], CODES["SR419"]]


def codes_of(example: str) -> set[str]:
    """What a document around the example is told; `enter` and `exit` are the long side's."""
    given: dict[str, Any] = YAML(typ="safe").load(io.StringIO(example))
    long = {"enter": given.pop("enter", "close > open[1]"), "exit": given.pop("exit", {"stop": "2%"})}
    symbol = "BTC/USDT:USDT" if given.get("market") == "perp" else "BTC/USDT"
    document = {"stratrun": 2, "name": "Example", "symbols": [symbol], "timeframe": "1h", "long": long}
    document |= {"size": {"equity": "10%"}, **given}
    return {d.code for d in validate_bytes(json.dumps(document).encode(), "example.json")}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.code)
def test_a_page_shows_a_wrong_and_a_right_example(page: Code) -> None:
    """The wrong example gives the code and the right one does not."""
    assert page.code in codes_of(page.wrong)
    assert codes_of(page.right) <= {"SR417"}
