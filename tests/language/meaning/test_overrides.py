"""`--set`: parameter values from the command line."""

from __future__ import annotations

import pytest

from stratrun.engine.diagnostics.diagnostic import Diagnostic, DocumentError
from stratrun.engine.language.document import loads
from stratrun.engine.language.term import Op, Term

TEXT = """stratrun: 2
name: Dip
symbols: [BTC/USDT]
timeframe: 1h
params:
  fast: {default: 20, range: [10, 40], step: 2, label: Fast EMA}
  stop: {default: 3%, range: [1%, 6%]}
long:
  enter: close > ema(close, fast)
  exit: {stop: stop}
size: {risk: 1%}
"""


def refused(**overrides: str) -> Diagnostic:
    with pytest.raises(DocumentError) as raised:
        loads(TEXT, overrides)
    (only,) = raised.value.diagnostics
    return only


def length(term: Term) -> object:
    return next(inner.params[2] for inner in term.args if inner.op is Op.INDICATOR)


def test_without_overrides_the_file_decides() -> None:
    """A parameter holds its default, and says that the file gave it."""
    param = loads(TEXT).params["fast"]
    assert (param.value, param.unit, param.origin, param.low, param.high, param.step, param.label) == (
        20.0, "", "file", 10.0, 40.0, 2.0, "Fast EMA",
    )  # fmt: skip


def test_an_override_reaches_the_terms_and_leaves_its_origin() -> None:
    """`--set` changes the value everywhere it is used, and only that value."""
    strategy = loads(TEXT, {"fast": "30"})
    assert strategy.params["fast"].origin == "--set"
    assert strategy.params["stop"].origin == "file"
    assert strategy.long is not None
    assert length(strategy.long.enter) == 30


@pytest.mark.parametrize(
    ("overrides", "code", "help_"),
    [
        ({"fsat": "12"}, "SR420", "did you mean `fast`?"),
        ({"zzz": "12"}, "SR420", "the parameters are `fast`, `stop`"),
        ({"fast": "twelve"}, "SR421", "write one such as `20`"),
        ({"fast": "3%"}, "SR421", "write one such as `20`"),
        ({"stop": "3"}, "SR421", "write one such as `3%`"),
        ({"fast": ""}, "SR421", "write one such as `20`"),
        ({"fast": "90"}, "SR422", None),
        ({"stop": "0.5%"}, "SR422", None),
    ],
)
def test_a_wrong_override_is_told(overrides: dict[str, str], code: str, help_: str | None) -> None:
    """An unknown name, another unit and a value outside the range each have their own code."""
    diagnostic = refused(**overrides)
    name, value = next(iter(overrides.items()))
    assert (diagnostic.code, diagnostic.help, diagnostic.span) == (code, help_, None)
    assert f"--set {name}={value}" in diagnostic.message
