"""A plan for people and tools: text, a Mermaid flow chart, or plain data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..diagnostics.fold import fold
from ..indicators.catalogue import CANDLE_FIELDS
from ..language.text import cut
from .plan import Kind, Plan

_NARROWEST = 16
"""Columns that what a node holds has at least."""
_UNITS = {Kind.NUMBER: "number", Kind.CONDITION: "condition", Kind.INTEGER: "integer"}


def as_data(plan: Plan) -> dict[str, Any]:
    """Clocks, nodes (columns with what fills them) and roots, JSON-able."""
    filled = {out: step for step in plan.steps for out in step.outputs}
    nodes = []
    for number, column in enumerate(plan.columns):
        step = filled.get(number)
        nodes.append({
            "id": number,
            "label": column.label,
            "kind": _UNITS[column.kind],
            "clock": column.clock,
            "operation": step.name if step else ("constant" if column.constant is not None else "candles"),
            "parameters": list(step.params) if step else [],
            "inputs": list(step.inputs) if step else [],
            "first": column.first,
            "settle": column.settle,
        })  # fmt: skip
    return {
        "hash": plan.hash,
        "clocks": [
            {"id": k, "feed": c.clock.feed or None, "timeframe": c.clock.timeframe.name}
            for k, c in enumerate(plan.clocks)
        ],
        "nodes": nodes,
        "roots": dict(plan.roots),
        "first": plan.first,
        "settle": plan.settle,
        "anchored": plan.anchored,
    }


def as_text(plan: Plan, columns: int | None = None) -> str:
    """One line a node, in order of computation: number, what it holds, clock, warm-up, inputs; then the roots.

    In `columns` what a node holds is cut to what the rest leaves.
    """
    data = as_data(plan)
    clocks = [_clock_name(c) for c in data["clocks"]]
    shown = _shown(plan)
    rows = [_cells(node, clocks) for node in shown]
    widths = [max((len(row[k]) for row in rows), default=0) for k in range(5)]
    if columns is not None:
        left = columns - sum(widths) + widths[1] - 2 * (len(widths) - 1)
        widths[1] = min(widths[1], max(left, _NARROWEST))
    lines = [f"{len(shown)} nodes on {len(clocks)} clock{'s' if len(clocks) > 1 else ''}: {', '.join(clocks)}", ""]
    for number, label, *rest in rows:
        cells = [f"{number:>{widths[0]}}", f"{cut(label, widths[1]):<{widths[1]}}"]
        cells += [f"{text:<{width}}" for text, width in zip(rest, widths[2:], strict=True)]
        lines.append("  ".join(cells).rstrip())
    names = max((len(name) for name in data["roots"]), default=0)
    lines += ["", *(f"{name:<{names}} = #{number}" for name, number in data["roots"].items())]
    settle = "never (it depends on the first candle)" if data["settle"] is None else f"after {data['settle']} candles"
    lines += ["", f"all known after {data['first']} candles; settled {settle}"]
    if data["anchored"]:
        lines.append(f"anchored to the first candle: {', '.join(data['anchored'])}")
    return fold("\n".join(lines), columns)


def _cells(node: dict[str, Any], clocks: Sequence[str]) -> list[str]:
    operation = " ".join([node["operation"], *(f"#{i}" for i in node["inputs"])])
    return [f"#{node['id']}", node["label"], clocks[node["clock"]], f"known after {node['first']}", operation]


def _clock_name(clock: dict[str, Any]) -> str:
    return f"{clock['feed']}.{clock['timeframe']}" if clock["feed"] else str(clock["timeframe"])


def _shown(plan: Plan) -> list[dict[str, Any]]:
    """The nodes that mean something to a reader: not how clocks are aligned, nor candle fields that nothing reads."""
    plumbing = {c for spec in plan.clocks for c in (spec.visible, spec.fresh)}
    read = {i for step in plan.steps for i in step.inputs} | set(plan.roots.values())
    nodes = []
    for node in as_data(plan)["nodes"]:
        if node["id"] in read and node["id"] not in plumbing:
            nodes.append({**node, "inputs": [i for i in node["inputs"] if i not in plumbing]})
    return nodes


def as_mermaid(plan: Plan) -> str:
    """A Mermaid flow chart, a box per clock: candles and constants on the left, roots on the right."""
    data = as_data(plan)
    shown = _shown(plan)
    lines = ["flowchart LR"]
    for clock in data["clocks"]:
        members = [node for node in shown if node["clock"] == clock["id"]]
        if not members:
            continue
        lines.append(f'  subgraph c{clock["id"]}["{_clock_name(clock)} candles"]')
        for node in members:
            rounded = node["operation"] in ("candles", "constant")
            lines.append("    " + _box(node["id"], node["label"], rounded))
        lines.append("  end")
    for node in shown:
        lines += [f"  n{i} --> n{node['id']}" for i in node["inputs"]]
    for name, number in data["roots"].items():
        if name not in CANDLE_FIELDS:
            lines.append(f'  n{number} --> r_{name.replace(".", "_")}{{{{"{name}"}}}}')
    return "\n".join(lines)


def _box(number: int, label: str, rounded: bool) -> str:
    words = label.replace('"', "'").replace("<", "&lt;").replace(">", "&gt;")
    return f'n{number}(["{words}"])' if rounded else f'n{number}["{words}"]'
