"""`NAME=VALUE` texts in, an entry's parameter values out, checked as a strategy's would be."""

from __future__ import annotations

import math
from collections.abc import Mapping
from difflib import get_close_matches

from ..diagnostics.diagnostic import InputError
from ..indicators.catalogue import Indicator, Parameter, Values
from .calls import number


def defaults(entry: Indicator) -> dict[str, float | int]:
    """Every parameter's default; a plain value where an author must give one."""
    return {p.name: p.default if p.default is not None else _least(p) for p in entry.parameters}


def settled(entry: Indicator, texts: Mapping[str, str]) -> Values:
    """The defaults with `texts` on top. Raises InputError for an unknown name, no number, or one out of range."""
    known = {p.name: p for p in entry.parameters}
    values = defaults(entry)
    for name, text in texts.items():
        if name not in known:
            raise InputError(f"`{entry.name}` has no parameter called `{name}`", help=_names(entry, name))
        values[name] = _value(entry, known[name], text)
    return values


def _value(entry: Indicator, parameter: Parameter, text: str) -> float | int:
    mend = f"`{parameter.name}` of `{entry.name}` is {range_of(parameter)}"
    try:
        value = float(text)
    except ValueError:
        raise InputError(f"--set {parameter.name}={text}: this is not a number", help=mend) from None
    if not math.isfinite(value) or (parameter.integer and not value.is_integer()):
        kind = "whole number" if parameter.integer else "finite number"
        raise InputError(f"--set {parameter.name}={text}: this is not a {kind}", help=mend)
    if not parameter.low <= value <= parameter.high:
        raise InputError(f"--set {parameter.name}={text}: this is out of range", help=mend)
    return int(value) if parameter.integer else value


def range_of(parameter: Parameter) -> str:
    """`a whole number from 1 to 5000`."""
    kind = "a whole number" if parameter.integer else "a number"
    return f"{kind} from {number(parameter.low)} to {number(parameter.high)}"


def _names(entry: Indicator, name: str) -> str:
    names = [p.name for p in entry.parameters]
    if not names:
        return "it has none"
    near = get_close_matches(name, names, 1)
    return f"did you mean `{near[0]}`?" if near else f"it has {', '.join(f'`{n}`' for n in names)}"


def _least(parameter: Parameter) -> float | int:
    value = max(parameter.low, min(10.0, parameter.high))
    return int(value) if parameter.integer else value
