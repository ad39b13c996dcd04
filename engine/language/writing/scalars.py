"""A value in, its YAML text out: plain wherever every reader understands it so, else in double quotes."""

from __future__ import annotations

import json
import re

from ..yaml.core_schema import resolve
from .layout import Scalar

_BEGINS = re.compile(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`]|-[A-Za-z0-9.(]")
_BREAKS = re.compile(r"[\t\n\r]|: |:$| #|^(?:---|\.\.\.)")
_FLOW_BREAKS = re.compile(r"[,\[\]{}]")
_ELSEWHERE = re.compile(
    r"(?:y|n|yes|no|on|off|=|<<)"  # a YAML 1.1 reader's booleans
    r"|[-+]?0b[01_]+|[-+]?[0-9][0-9_]*_[0-9_.]*|[-+]?0x[0-9a-f_]+"  # its numbers
    r"|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?"  # its minutes and seconds
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt ].*)?",  # its dates
    re.IGNORECASE,
)
_JSON_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")


def yaml_text(scalar: Scalar, flow: bool = False) -> str:
    """A scalar on one line; `flow` where it stands inside brackets."""
    if not isinstance(scalar.plain, str):
        return _word(scalar) or scalar.value
    return scalar.value if is_plain(scalar.value, flow) else quoted(scalar.value)


def json_text(scalar: Scalar) -> str:
    """A scalar as JSON; numbers keep their digits where JSON has them."""
    if isinstance(scalar.plain, str):
        return json.dumps(scalar.plain, ensure_ascii=False)
    number = _JSON_NUMBER.fullmatch(scalar.value)
    return _word(scalar) or (scalar.value if number else json.dumps(scalar.plain))


def _word(scalar: Scalar) -> str | None:
    if scalar.plain is None or isinstance(scalar.plain, bool):
        return json.dumps(scalar.plain)
    return None


def is_plain(value: str, flow: bool) -> bool:
    """Whether a text needs no quotes."""
    return (
        _BEGINS.match(value) is not None
        and value == value.rstrip()
        and not _BREAKS.search(value)
        and not (flow and _FLOW_BREAKS.search(value))
        and isinstance(resolve(value), str)
        and not _ELSEWHERE.fullmatch(value)
    )


def quoted(value: str) -> str:
    """A text in double quotes, on one line."""
    return json.dumps(value, ensure_ascii=False)


def folded(lines: tuple[str, ...]) -> str:
    """What YAML makes of stripped lines: breaks are blanks, empty lines are breaks."""
    value = ""
    breaks = 0
    for index, line in enumerate(lines):
        if not line:
            breaks += 1
        elif index:
            value += ("\n" * breaks or " ") + line
            breaks = 0
        else:
            value = line
    return value
