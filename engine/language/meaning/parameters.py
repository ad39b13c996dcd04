"""The `params:` block and `--set` in, parameters with their values and origins out."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from ...diagnostics.report import Report
from ..expression.units import parse_value, read_value, written
from ..scope import Value
from ..strategy import Param
from ..structure.part import Part, text_of
from ..yaml.nodes import ListNode, ScalarNode

FROM_FILE = "file"
FROM_SET = "--set"


def read_params(root: Part, overrides: Mapping[str, str], report: Report) -> dict[str, Param]:
    """Every parameter that could be read; a mistake leaves it out."""
    params: dict[str, Param] = {}
    for key, part in root.parts("params"):
        found = declared_param(key.text.value, part, report)
        if found is not None:
            params[found.name] = found
    declared = [key.text.value for key, _ in root.part("params").node.entries]
    for name, text in overrides.items():
        if name in params:
            params[name] = overridden(params[name], text, report)
        elif name not in declared:
            _unknown(name, text, declared, report)
    return params


def declared_param(name: str, part: Part, report: Report) -> Param | None:
    """The parameter that `default`, `range` and `step` declare, unless there is a mistake in its default."""
    text = part.text("default")
    default = parse_value(text, report) if text is not None else None
    if default is None:
        return None
    low, high = _range(name, part, default, report)
    step_text = part.text("step")
    step = parse_value(step_text, report) if step_text is not None else None
    if step is not None and (step.unit != default.unit or step.number <= 0):
        message = f"the step of `{name}` must be above zero and in the unit of its default {written(default)}"
        report.error("SR410", message, part.span("step"))
    if low is not None and high is not None and not low.number <= default.number <= high.number:
        message = f"the default {written(default)} of `{name}` is outside its range {written(low)} to {written(high)}"
        report.error("SR407", message, part.span("default"))
    return Param(
        name,
        default.number,
        default.unit,
        FROM_FILE,
        low.number if low else None,
        high.number if high else None,
        step.number if step else None,
        part.string("label") or None,
    )


def _range(name: str, part: Part, default: Value, report: Report) -> tuple[Value | None, Value | None]:
    node = part.get("range")
    items = node.items if isinstance(node, ListNode) else ()
    scalars = [item for item in items if isinstance(item, ScalarNode) and id(item) not in part.broken]
    values = [parse_value(text_of(item), report) for item in scalars]
    low, high = values if len(values) == 2 else (None, None)
    if low is None or high is None:
        return None, None
    if low.unit != default.unit or high.unit != default.unit:
        message = f"the range of `{name}` must be in the unit of its default {written(default)}"
        report.error("SR410", message, part.span("range"))
        return None, None
    if low.number > high.number:
        message = f"the range of `{name}` runs from {written(low)} down to {written(high)}"
        report.error("SR410", message, part.span("range"), "write the lowest value first")
        return None, None
    return low, high


def overridden(param: Param, text: str, report: Report) -> Param:
    """The parameter with the value of `--set`, or as it was after a mistake."""
    said = f"--set {param.name}={text}"
    value = read_value(text)
    like = written(Value(param.value, param.unit))
    if value is None:
        report.error("SR421", f"{said}: `{text}` is not a value", help=f"write one such as `{like}`")
    elif value.unit != param.unit:
        report.error("SR421", f"{said}: `{param.name}` has another unit", help=f"write one such as `{like}`")
    elif param.low is not None and param.high is not None and not param.low <= value.number <= param.high:
        limits = f"{written(Value(param.low, param.unit))} to {written(Value(param.high, param.unit))}"
        report.error("SR422", f"{said}: the value is outside the range {limits}")
    else:
        return Param(
            param.name, value.number, param.unit, FROM_SET, param.low, param.high, param.step, param.label
        )  # fmt: skip
    return param


def _unknown(name: str, text: str, declared: list[str], report: Report) -> None:
    guess = get_close_matches(name, declared, n=1)
    if guess:
        help_ = f"did you mean `{guess[0]}`?"
    elif declared:
        help_ = "the parameters are " + ", ".join(f"`{known}`" for known in declared)
    else:
        help_ = "the file declares no parameters"
    report.error("SR420", f"--set {name}={text}: there is no parameter `{name}`", help=help_)
