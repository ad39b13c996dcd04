"""`optimize.tune` and `optimize.require` against the parameters: names that exist, values that fulfil what is required.

A requirement speaks of parameters and numbers only, so it is worked out on its own: first with the values in force,
then with whole ranges as intervals.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from ...diagnostics.report import Report
from ...market.timeframe import UNITS
from ..expression.parse import parse
from ..expression.tree import Arithmetic, Comparison, Junction, Negation, Negative, Node, Number, Path
from ..expression.units import written
from ..interval import Interval, add, div, mul, point, sub
from ..scope import Value
from ..strategy import Param
from ..structure.part import Part
from ..text import Text, quoted

_ARITHMETIC = {"+": add, "-": sub, "*": mul, "/": div}
_FORM = "write conditions on params and numbers, such as `fast < slow`"


class NotReadable(Exception):  # noqa: N818 - control flow inside this file
    """A piece that is neither a param nor a number."""

    def __init__(self, node: Node, message: str, help_: str = _FORM) -> None:
        super().__init__(message)
        self.node = node
        self.message = message
        self.help = help_


def check_requirements(root: Part, params: Mapping[str, Param], report: Report) -> None:
    optimize = root.part("optimize")
    for text in optimize.texts("tune"):
        if text.value not in params:
            report.error("SR463", f"there is no parameter `{text.value}`", text.span(0, len(text.value)),
                         _guess(text.value, params))  # fmt: skip
        elif params[text.value].low is None:
            message = f"`{text.value}` has no range, so there is nothing to tune"
            report.warning("SR464", message, text.span(0, len(text.value)), "give it one, such as `range: [10, 40]`")
    for text in optimize.texts("require"):
        _required(text, params, report)


def _required(text: Text, params: Mapping[str, Param], report: Report) -> None:
    tree = parse(text, report)
    if tree is None:
        return
    names: dict[str, Param] = {}
    try:
        fulfilled, _ = _truth(tree, {name: point(p.value) for name, p in params.items()}, params, names)
        if fulfilled:
            return
        ever, _ = _truth(tree, {name: _range(p) for name, p in params.items()}, params, names)
    except NotReadable as refusal:
        span = text.span(refusal.node.start, refusal.node.end)
        report.error("SR465", refusal.message, span, refusal.help)
        return
    values = ", ".join(f"{name} = {written(Value(p.value, p.unit))}" for name, p in names.items())
    message = f"`{quoted(text.value, 60)}` does not hold for {values}"
    if not ever:
        message += ", nor for any values in their ranges"
    report.error("SR462", message, text.span(tree.start, tree.end), "change the values or what is required")


def _range(param: Param) -> Interval:
    return point(param.value) if param.low is None or param.high is None else Interval(param.low, param.high)


def _truth(
    node: Node, ranges: Mapping[str, Interval], params: Mapping[str, Param], names: dict[str, Param]
) -> tuple[bool, bool]:
    """Whether it may be true and may be false; `names` collects the params it speaks of."""
    if isinstance(node, Junction):
        each = [_truth(inner, ranges, params, names) for inner in node.operands]
        every, some = (all, any) if node.word == "and" else (any, all)
        return every(true for true, _ in each), some(false for _, false in each)
    if isinstance(node, Negation):
        true, false = _truth(node.operand, ranges, params, names)
        return false, true
    if not isinstance(node, Comparison):
        raise NotReadable(node, "a requirement compares params and numbers")
    operands = [node.first, *(inner for _, inner in node.rest)]
    found = [_number(inner, ranges, params, names) for inner in operands]
    units = {unit for _, unit in found if unit}
    if len(units) > 1:
        raise NotReadable(node, "values of unlike units are compared", "compare values of one unit")
    links = [_compare(sign, found[k][0], found[k + 1][0]) for k, (sign, _) in enumerate(node.rest)]
    return all(true for true, _ in links), any(false for _, false in links)


def _compare(sign: str, a: Interval, b: Interval) -> tuple[bool, bool]:
    less, greater = a.low < b.high, a.high > b.low
    equal = max(a.low, b.low) <= min(a.high, b.high)
    holds = {"<": less, ">": greater, "<=": less or equal, ">=": greater or equal,
             "==": equal, "!=": less or greater}  # fmt: skip
    opposite = {"<": ">=", ">": "<=", "<=": ">", ">=": "<", "==": "!=", "!=": "=="}
    return holds[sign], holds[opposite[sign]]


def _number(
    node: Node, ranges: Mapping[str, Interval], params: Mapping[str, Param], names: dict[str, Param]
) -> tuple[Interval, str]:
    """A number's interval and its unit; a plain number adapts to what stands beside it."""
    if isinstance(node, Number):
        return point(node.value), "%" if node.percent else ""
    if isinstance(node, Negative):
        inner, unit = _number(node.operand, ranges, params, names)
        return inner.negated(), unit
    if isinstance(node, Arithmetic):
        total, unit = _number(node.first, ranges, params, names)
        for sign, operand in node.rest:
            value, other = _number(operand, ranges, params, names)
            total, unit = _ARITHMETIC[sign](total, value), unit or other
        return total, unit
    if isinstance(node, Path) and all(segment.arguments is None for segment in node.segments):
        name = ".".join(segment.name for segment in node.segments)
        if name not in params:
            raise NotReadable(node, f"there is no parameter `{name}`", _guess(name, params) or _FORM)
        names[name] = param = params[name]
        time = UNITS.get(param.unit)
        return (ranges[name], param.unit) if time is None else (mul(ranges[name], point(float(time))), "time")
    raise NotReadable(node, "a requirement speaks of params and numbers only")


def _guess(name: str, params: Mapping[str, Param]) -> str | None:
    near = get_close_matches(name, list(params), n=1)
    if near:
        return f"did you mean `{near[0]}`?"
    return "the parameters are " + ", ".join(f"`{p}`" for p in params) if params else "the file declares no parameters"
