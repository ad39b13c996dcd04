"""Keys that belong to the format but are not run yet: refused by name, never silently ignored."""

from __future__ import annotations

from ...diagnostics.report import Report
from ..yaml.nodes import ListNode
from .part import Part

_KEYS = {
    "": ("orders", "protections"),
    "schedule": ("entries",),
    "risk": ("daily_loss", "drawdown"),
    "size": ("volatility", "atr", "kelly", "equal"),
    "long": ("add",),
    "short": ("add",),
}
UNBUILT_SIZES = _KEYS["size"]


def check_unbuilt(root: Part, report: Report) -> None:
    for section, keys in _KEYS.items():
        part = root.part(section) if section else root
        for key in keys:
            if part.get(key) is not None:
                _refuse(f"{section}.{key}" if section else key, part, key, report)
    for side in ("long", "short"):
        exits = root.part(side).part("exit")
        if isinstance(exits.get("target"), ListNode):
            _refuse(f"a list of targets in {side}.exit", exits, "target", report)


def _refuse(what: str, part: Part, key: str, report: Report) -> None:
    named = what if " " in what else f"`{what}`"
    message = f"{named} is part of the format but this release does not run it yet"
    report.error("SR118", message, part.key_span(key), "leave it out for now")
