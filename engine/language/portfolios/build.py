"""A structurally sound portfolio document in, a Portfolio out; what it cannot mean goes to the report.

1. the members' names and weights; 2. their strategies; 3. whether one account can hold them; 4. its limits; 5. what
`optimize:` asks of them.
A part whose structure is wrong is passed over, so that all other mistakes are still told at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from ...diagnostics.report import Report
from ..meaning.keys import check_timezone
from ..meaning.requirements import check_requirements
from ..meaning.wishes import read_wishes
from ..portfolio import WEIGHT, Conflict, Every, Member, Portfolio
from ..strategy import Param
from ..structure.part import Part
from ..text import cut
from ..yaml.nodes import ListNode, MapNode
from .account import check_conflicts, check_risk, read_risk
from .members import Listed, Reader
from .shares import read_shares
from .together import check_names, check_together, slowest

_AS_WRITTEN: Mapping[str, str] = {}
_LISTED = 8
"""Members that a message names."""


def build(
    path: str, node: MapNode, broken: frozenset[int], reader: Reader, report: Report,
    weights: Mapping[str, str] = _AS_WRITTEN,
) -> Portfolio | None:  # fmt: skip
    """The portfolio, or None when the report holds errors. `weights` overrule the file's, by member."""
    root = Part(node, broken)
    check_timezone(root, report)
    parts = root.listed("members")
    shares = read_shares(parts, weights, report)
    read = [reader.read(part) for part in parts]
    listed = [member for member in read if member is not None]
    check_names(listed, report)
    check_together(listed, report)
    risk = read_risk(root, listed, report)
    check_risk(root, listed, risk, report)
    check_conflicts(root, listed, report)
    members = _members(listed, shares) if len(listed) == _count(root) else None
    if members is not None:
        check_requirements(root, {name: param for member in members for name, param in member.params.items()}, report)
    known = [member.strategy for member in listed if member.strategy is not None]
    read_wishes(root, slowest(known) if known else None, report)
    if report.failed or members is None:
        return None
    every = root.string("rebalance", "never")
    return Portfolio(
        path=path,
        name=root.string("name"),
        members=members,
        risk=risk,
        rebalance=None if every == "never" else Every(every),
        leverage=risk.max_leverage if "max_leverage" in root.part("risk") else None,
        conflicts=Conflict(root.string("conflicts", Conflict.DENY)),
        timezone=root.part("schedule").string("timezone", "UTC"),
        description=root.string("description"),
        tags=tuple(text.value for text in root.texts("tags")),
    )


def shared_out(
    overrides: Mapping[str, str], names: list[str], report: Report
) -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    """`MEMBER.PARAM` texts of `--set` as values by member, and those of `MEMBER.weight`."""
    found: dict[str, dict[str, str]] = {}
    weights: dict[str, str] = {}
    for given, value in overrides.items():
        name, _, param = given.rpartition(".")
        if name in names and param == WEIGHT:
            weights[name] = value
            continue
        if name in names:
            found.setdefault(name, {})[param] = value
            continue
        near = get_close_matches(name, names, n=1)
        what = f"no member is called `{name}`" if name else "which member's parameter?"
        help_ = f"write --set '{near[0]}.{param}={value}'" if near else _which(param, value, names)
        report.error("SR420", f"--set {given}={value}: {what}", help=help_)
    return found, weights


def _which(param: str, value: str, names: list[str]) -> str:
    members = ", ".join(f"`{cut(name)}`" for name in names[:_LISTED]) + (" ..." if len(names) > _LISTED else "")
    return f"write --set MEMBER.{param}={value}" + (f"; the members are {members}" if names else "")


def _members(listed: Sequence[Listed], shares: Sequence[Param]) -> tuple[Member, ...] | None:
    """None where one of them has mistakes."""
    pairs = zip(listed, shares, strict=True)
    found = tuple(Member(m.name, s.value, m.strategy, s) for m, s in pairs if m.strategy is not None)
    return found if len(found) == len(listed) else None


def _count(root: Part) -> int:
    node = root.get("members")
    return len(node.items) if isinstance(node, ListNode) else 1
