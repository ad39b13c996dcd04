"""A plan for people and tools: text, a Mermaid flow chart, or plain data."""

from __future__ import annotations

from typing import Any

from .plan import Kind, Plan

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


def as_text(plan: Plan) -> str:
    """One line a node, in order of computation: number, label, inputs, clock, warm-up; then the roots."""
    data = as_data(plan)
    clocks = [f"{c['feed'] + '.' if c['feed'] else ''}{c['timeframe']}" for c in data["clocks"]]
    width = max((len(n["label"]) for n in data["nodes"]), default=0)
    lines = [
        f"{len(data['nodes'])} nodes on {len(clocks)} clock{'s' if len(clocks) > 1 else ''}: {', '.join(clocks)}",
        "",
    ]
    for node in data["nodes"]:
        inputs = " ".join(f"#{i}" for i in node["inputs"])
        operation = node["operation"] + (f" {inputs}" if inputs else "")
        lines.append(
            f"{'#' + str(node['id']):>5}  {node['label']:<{width}}  {clocks[node['clock']]:<6} "
            f"first {node['first']:<5} {operation}"
        )
    lines += ["", *(f"{name:<20} = #{number}" for name, number in data["roots"].items())]
    settle = "never (it depends on the first candle)" if data["settle"] is None else f"{data['settle']} candles"
    lines += ["", f"known after {data['first']} candles; settled after {settle}"]
    if data["anchored"]:
        lines.append(f"anchored to the first candle: {', '.join(data['anchored'])}")
    return "\n".join(lines)


def as_mermaid(plan: Plan) -> str:
    """A Mermaid flow chart: candles and constants on the left, roots on the right."""
    data = as_data(plan)
    named: dict[int, list[str]] = {}
    for name, number in data["roots"].items():
        named.setdefault(number, []).append(name)
    lines = ["flowchart LR"]
    for node in data["nodes"]:
        label = node["label"].replace('"', "'")
        shape = ('(["', '"])') if node["operation"] in ("candles", "constant") else ('["', '"]')
        lines.append(f"  n{node['id']}{shape[0]}{label}{shape[1]}")
        lines += [f"  n{i} --> n{node['id']}" for i in node["inputs"]]
    for number, names in named.items():
        for name in names:
            lines.append(f'  n{number} --> r_{name.replace(".", "_")}{{{{"{name}"}}}}')
    return "\n".join(lines)
