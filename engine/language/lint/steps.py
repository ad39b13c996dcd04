"""Parameters in, warnings out about steps that do not lead from one end of the range to the other."""

from __future__ import annotations

from ...diagnostics.report import Report
from ..expression.units import written
from ..scope import Value
from ..strategy import Param, Strategy
from ..structure.part import Part

UNFIT = "SR461"


def check_steps(root: Part, strategy: Strategy, report: Report) -> None:
    for key, part in root.parts("params"):
        param = strategy.params[key.text.value]
        if param.low is None or param.high is None or not param.step or param.low == param.high:
            continue
        steps = (param.high - param.low) / param.step
        if steps < 1.0 - 1e-9:
            message = f"a step of {_shown(param, param.step)} is larger than the whole range of `{param.name}`"
            report.warning(UNFIT, message, part.span("step"), "take a smaller step")
        elif abs(steps - round(steps)) > 1e-6:
            last = param.low + int(steps) * param.step
            message = (
                f"steps of {_shown(param, param.step)} end at {_shown(param, last)}, not at {_shown(param, param.high)}"
            )
            report.warning(UNFIT, message, part.span("step"), "choose a step that reaches the high end")


def _shown(param: Param, number: float) -> str:
    return written(Value(number, param.unit))
