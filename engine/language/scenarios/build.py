"""A structurally sound test document in, a TestFile out; what it cannot mean goes to the report.

A part whose structure is wrong is passed over, so that all other mistakes are still told at once.
"""

from __future__ import annotations

from ...diagnostics.report import Report
from ..expression.units import parse_value
from ..scenario import Case, TestFile
from ..structure.part import Part, holds_mistake
from ..text import cut
from ..yaml.nodes import MapNode, ScalarNode
from .expectations import read_expectation
from .instants import FIRST, instant
from .series import SeriesReader

CAPITAL = 10_000.0
MOST = 0.1
"""Fee and slippage stay below a tenth of the price, as on the command line."""


def build(path: str, node: MapNode, broken: frozenset[int], report: Report) -> TestFile | None:
    """The tests, or None when the report holds errors."""
    root = Part(node, broken)
    reader = SeriesReader(broken, report)
    overrides = _overrides(root, report)
    fee, slippage = (_share(root, key, report) for key in ("fee", "slippage"))
    parts = root.listed("tests")
    cases = [_case(part, overrides, reader, report) for part in parts]
    _told_apart(parts, report)
    found = tuple(case for case in cases if case is not None)
    if report.failed or len(found) < len(cases):
        return None
    return TestFile(path, root.string("strategy"), found, float(root.number("capital") or CAPITAL), fee, slippage)


def _case(part: Part, overrides: dict[str, str], reader: SeriesReader, report: Report) -> Case | None:
    given = part.get("start")
    start = instant(part, "start", report) if given is not None else FIRST
    own = _overrides(part, report)
    candles = reader.read(part.get("candles"))
    expect = [read_expectation(inner, candles or {}, report) for inner in part.listed("expect")] if candles else []
    if start is None or candles is None or holds_mistake(part.node, part.broken):
        return None
    return Case(
        part.string("name"),
        candles,
        tuple(found for found in expect if found is not None),
        part.node.span,
        start,
        {**overrides, **own},
    )


def _overrides(part: Part, report: Report) -> dict[str, str]:
    """The values of `set:` as `--set` gives them."""
    inside = part.part("set")
    found = {}
    for key, node in inside.node.entries:
        text = inside.text(key.text.value)
        if text is not None and isinstance(node, ScalarNode) and parse_value(text, report) is not None:
            found[key.text.value] = text.value
    return found


def _share(part: Part, key: str, report: Report) -> float:
    text = part.string(key)
    if not text:
        return 0.0
    places = "e-2" if text.endswith("%") else "e-4"
    share = float(text.rstrip("%bps") + places)
    if share >= MOST:
        report.error("SR710", f"`{key}` is {share:.0%} of the price", part.span(key), "`0.1%` is a tenth of a percent")
    return share


def _told_apart(parts: list[Part], report: Report) -> None:
    """A failure names its test, so no two have one name."""
    seen: dict[str, int] = {}
    for part in parts:
        name = part.string("name")
        if name and name in seen:
            message = f"two tests are called `{cut(name)}`, the first in line {seen[name]}"
            report.error("SR709", message, part.span("name"), "give each a name of its own")
        elif name:
            seen[name] = part.span("name").line
