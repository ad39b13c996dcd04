"""The weights of a portfolio's members in, the same as parameters out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from ...diagnostics.report import Report
from ..meaning.parameters import FROM_FILE, FROM_SET, declared_param, overridden
from ..portfolio import WEIGHT
from ..strategy import Param
from ..structure.part import Part
from ..yaml.nodes import MapNode
from .members import name_of

_WHOLE = Decimal(100)


def read_shares(members: Sequence[Part], given: Mapping[str, str], report: Report) -> list[Param]:
    """One weight per member; 0 where there is none to read. `given` are values that overrule the file's, by member."""
    total, shares = Decimal(0), []
    for part in members:
        share = _share(part, given, report)
        percent = Decimal(repr(share.value)) * 100
        if total <= _WHOLE < total + percent:
            message = f"up to here the weights are {_plain(total + percent)}% of the account; together 100% at most"
            left = f"{_plain(_WHOLE - total)}% is left for this one" if total < _WHOLE else "lower those above it"
            report.error("SR720", message, part.span("weight"), left)
        total += percent
        shares.append(share)
    return shares


def _share(part: Part, given: Mapping[str, str], report: Report) -> Param:
    name = f"{name_of(part)}.{WEIGHT}"
    if isinstance(part.get("weight"), MapNode):
        found = declared_param(name, part.part("weight"), report)
    else:
        text = part.string("weight")
        found = Param(name, float(f"{text.rstrip('%')}e-2"), "%", FROM_FILE) if text else None
    if found is None:
        return Param(name, 0.0, "%", FROM_FILE)
    said = given.get(name_of(part) or "")
    found = found if said is None else overridden(found, said, report)
    if found.value <= 0.0 or (found.low is not None and found.low <= 0.0):
        message, help_ = "a weight must be above zero", "leave the member out instead"
        if found.origin == FROM_SET and found.value <= 0.0:
            report.error("SR721", f"--set {name}={said}: {message}", help=help_)
        else:
            report.error("SR721", message, part.span("weight"), help_)
    return found


def _plain(percent: Decimal) -> str:
    return f"{percent.normalize():f}"
