"""A template's tests in, those of the new strategy out: its file, its symbols, and the parameters they were drawn with.

Candles that were drawn for the template need not fit another timeframe or other symbols, so the tests are run: those
that do not pass are left out by name, and where none passes there is no file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from ..language.expression.units import written
from ..language.scope import Value
from ..language.strategy import Param, Strategy
from ..language.yaml.nodes import ListNode, MapNode, Node, ScalarNode
from .catalogue import Template
from .fill import Answers, canonical, with_schema
from .spans import Draft, amount_of, draft, text_of


@dataclass(frozen=True, slots=True)
class Fitted:
    """The text of the test file, None where no test fits; the names of the tests in it and of those left out."""

    text: str | None
    kept: tuple[str, ...]
    left_out: tuple[str, ...]


def fit_tests(template: Template, answers: Answers, strategy: str, file_name: str, schema: str | None) -> Fitted:
    """The template's tests for the text `strategy`, which will stand in a file `file_name` beside them."""
    if not template.test.is_file():
        return Fitted(None, (), ())
    sheet = draft(template.test.read_text("utf-8"), template.test.name)
    text = with_schema(_adapted(sheet, template.strategy(), answers, file_name), schema)
    names, failing = _run(strategy, text, file_name)
    kept = tuple(name for name in names if name not in failing)
    left_out = tuple(name for name in names if name in failing)
    if not kept:
        return Fitted(None, (), left_out)
    return Fitted(canonical(_without(text, failing) if failing else text, file_name), kept, left_out)


def _adapted(sheet: Draft, shipped: Strategy, answers: Answers, file_name: str) -> str:
    strategy = sheet.root.get("strategy")
    if strategy is not None:
        sheet.put(strategy, text_of(f"./{file_name}"))
        _pin(sheet, strategy, shipped, answers.params)
    if answers.symbols is not None:
        renamed = dict(zip(shipped.symbols, answers.symbols, strict=False))
        for node in _symbols(sheet.root):
            if node.text.value in renamed:
                sheet.put(node, text_of(renamed[node.text.value]))
    return sheet.edited()


def _pin(sheet: Draft, below: Node, shipped: Strategy, changed: Collection[str]) -> None:
    """Give changed parameters the values that the tests were drawn with, unless the tests set them."""
    block = sheet.root.get("set")
    own = {key.text.value for key, _ in block.entries} if isinstance(block, MapNode) else set()
    lines = [f"  {name}: {amount_of(_default(shipped.params[name]))}\n" for name in changed if name not in own]
    if not lines:
        return
    if isinstance(block, MapNode) and not block.flow:
        sheet.insert_after(block.entries[-1][1], "".join(lines))
    elif block is None:
        sheet.insert_after(below, "set:\n" + "".join(lines))


def _default(param: Param) -> str:
    return written(Value(param.value, param.unit))


def _symbols(root: MapNode) -> Iterator[ScalarNode]:
    """Wherever a test file names a symbol: keys of candles, and expectations."""
    tests = root.get("tests")
    for case in tests.items if isinstance(tests, ListNode) else ():
        candles = case.get("candles") if isinstance(case, MapNode) else None
        by_symbol = candles.get("symbols") if isinstance(candles, MapNode) else None
        if isinstance(by_symbol, MapNode):
            yield from (key for key, _ in by_symbol.entries)
        expected = case.get("expect") if isinstance(case, MapNode) else None
        for item in expected.items if isinstance(expected, ListNode) else ():
            symbol = item.get("symbol") if isinstance(item, MapNode) else None
            if isinstance(symbol, ScalarNode):
                yield symbol


def _run(strategy: str, tests: str, file_name: str) -> tuple[list[str], set[str]]:
    """The names of all tests, and of those that do not pass."""
    from ..testing.suite import run_paths

    with TemporaryDirectory(prefix="stratrun-") as folder:
        Path(folder, file_name).write_text(strategy, "utf-8")
        path = Path(folder, f"{Path(file_name).stem}.test.yaml")
        path.write_text(tests, "utf-8")
        failing = {outcome.name for outcome in run_paths([path]) if not outcome.passed}
    names = [name for name, _ in _cases(draft(tests, file_name).root)]
    return names, set(names) if "" in failing else failing


def _cases(root: MapNode) -> Iterator[tuple[str, int]]:
    """Each test's name, and the line it begins on."""
    tests = root.get("tests")
    for case in tests.items if isinstance(tests, ListNode) else ():
        name = case.get("name") if isinstance(case, MapNode) else None
        if isinstance(name, ScalarNode):
            yield name.text.value, case.span.line


def _without(text: str, names: Collection[str]) -> str:
    sheet = draft(text, "tests")
    cases = list(_cases(sheet.root))
    ends: list[int | None] = [line for _, line in cases[1:]]
    for (name, line), end in zip(cases, [*ends, None], strict=True):
        if name in names:
            sheet.cut_lines(line, end)
    return sheet.edited()
