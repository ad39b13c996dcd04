"""Every code of expressions and time is registered, with examples that show it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from stratrun.engine.diagnostics.codes import CODES
from stratrun.engine.diagnostics.codes_expressions import EXPRESSIONS
from stratrun.engine.diagnostics.codes_time import TIME
from stratrun.engine.language.expression.codes import Code
from stratrun.engine.language.text import Text

if TYPE_CHECKING:
    from ..conftest import Bench

ROWS = {row.code: row for row in (*EXPRESSIONS, *TIME)}


def test_codes_are_registered() -> None:
    """The codes used and the codes explained are the same."""
    assert set(ROWS) == {str(code) for code in Code}
    assert set(ROWS) <= set(CODES)


def reported(piece: str, make_bench: Callable[..., Bench]) -> list[str]:
    if piece.startswith("indicators:"):
        entries = (line.strip().split(": ", 1) for line in piece.splitlines()[1:])
        bench = make_bench(dict(entries))
        bench.resolver.definitions()
        return bench.codes
    key, _, text = piece.partition(": ")
    bench = make_bench()
    bench.scope.params["stop_atr"] = bench.scope.params["n"]  # type: ignore[index]
    read = {"enter": "condition", "stop": "distance", "time": "duration"}[key]
    getattr(bench.resolver, read)(Text("" if text == "''" else text))
    return bench.codes


@pytest.mark.parametrize("code", ROWS)
def test_examples(code: str, make_bench: Callable[..., Bench]) -> None:
    """The wrong example of a code gives that code alone, the right one nothing."""
    assert reported(ROWS[code].wrong, make_bench) == [code]
    assert reported(ROWS[code].right, make_bench) == []
