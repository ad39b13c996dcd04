"""One namespace for feeds, params and indicators: no two alike, none a word of the language.

A function's name is free (`rsi: rsi(close, 14)`): a call has brackets, a name has none.
"""

from __future__ import annotations

from ...diagnostics.report import Report
from ..expression.words import RESERVED
from ..structure.part import Part

_SECTIONS = {"feeds": "a feed", "params": "a parameter", "indicators": "an indicator", "models": "a model"}


def check_names(root: Part, report: Report) -> bool:
    """Whether every name stands for one thing."""
    taken: dict[str, str] = {}
    clear = True
    for section, what in _SECTIONS.items():
        for key, _ in root.part(section).node.entries:
            name = key.text.value
            if name in RESERVED:
                report.error("SR406", f"`{name}` is a word of the language", key.span, f"call it `my_{name}`, say")
            elif name in taken:
                report.error("SR405", f"`{name}` is already {taken[name]}", key.span, "give one of them another name")
            else:
                taken[name] = what
                continue
            clear = False
    return clear
