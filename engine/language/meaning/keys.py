"""What the keys mean together, where no expression has to be read."""

from __future__ import annotations

from collections.abc import Sequence

from ...diagnostics.report import Report
from ..structure.part import Part
from ..text import Text
from ..yaml.nodes import ListNode, ScalarNode
from .sides import has_stop

_NEED_A_STOP = (
    ("size", "risk"), ("size", "kelly"), ("risk", "risk_per_trade"), ("risk", "heat"), ("risk", "stop_required"),
)  # fmt: skip
_ENDS = ("when", "stop", "target", "trail", "time")


def check_keys(root: Part, report: Report) -> None:
    _market(root, report)
    _currency(root, report)
    _sides(root, report)
    check_timezone(root, report)


def check_timezone(root: Part, report: Report) -> None:
    """Whether `schedule.timezone` is one."""
    zone = root.part("schedule").text("timezone")
    if zone is not None and not _is_timezone(zone.value):
        help_ = "write a name such as `UTC` or `Europe/Berlin`"
        report.error("SR415", f"`{zone.value}` is not a timezone", root.part("schedule").span("timezone"), help_)


def currency_of(symbols: Sequence[Text]) -> str:
    """The currency the first symbol is paid and settled in."""
    return _currency_of(symbols[0].value) if symbols else ""


def _currency_of(symbol: str) -> str:
    pair, _, settle = symbol.partition(":")
    return settle.partition("-")[0] or pair.rpartition("/")[2]


def _market(root: Part, report: Report) -> None:
    if root.string("market", "spot") != "spot" or ("market" in root and root.get("market") is None):
        return
    perp = "write `market: perp`"
    if root.get("short") is not None:
        report.error("SR401", "a spot market cannot be sold short", root.key_span("short"), perp)
    leverage = root.part("risk").number("max_leverage")
    if leverage is not None and leverage > 1:
        report.error("SR411", "a spot market has no leverage", root.part("risk").span("max_leverage"), perp)
    for symbol in _symbols(root):
        if ":" in symbol.text.value:
            report.error("SR416", f"`{symbol.text.value}` is a contract, not a spot market", symbol.span, perp)


def _currency(root: Part, report: Report) -> None:
    symbols = _symbols(root)
    for symbol in symbols[1:]:
        first, other = _currency_of(symbols[0].text.value), _currency_of(symbol.text.value)
        if first != other:
            message = f"`{symbol.text.value}` is paid in {other}, the symbols before it in {first}"
            help_ = "the symbols of one strategy share an account, and so one currency"
            report.error("SR408", message, symbol.span, help_)
            return


def _sides(root: Part, report: Report) -> None:
    both = "long" in root and "short" in root
    if root.get("opposite") is not None and not both:
        message = "`opposite` has no effect: only one side is declared"
        report.warning("SR412", message, root.key_span("opposite"))
    turns = (both and root.string("opposite", "reverse") != "ignore") or "select" in root
    for name in ("long", "short", "select"):
        if root.get(name) is None or _half_read(root.part(name)):
            continue
        exits = root.part(name).part("exit")
        for section, key in _NEED_A_STOP:
            if root.part(section).get(key) is not None and not has_stop(exits):
                message = f"`{section}.{key}` needs a stop, and `{name}` has none"
                other = "size by `equity` or `cost`" if section == "size" else f"leave out `{key}`"
                help_ = f"add `stop:` to `{name}.exit`, or {other}"
                report.error("SR402", message, root.part(section).key_span(key), help_)
        if not turns and not any(end in exits for end in _ENDS) and root.part(name).get("enter") is not None:
            message = f"nothing ever closes a {name} position"
            report.warning("SR409", message, root.key_span(name), "add `exit:` with a stop, a target, a rule or a time")


def _half_read(side: Part) -> bool:
    """Whether a mistaken key hides what the side's exit is."""
    keys = [*side.node.entries, *side.part("exit").node.entries]
    return any(id(key) in side.broken for key, _ in keys) or ("exit" in side and side.get("exit") is None)


def _symbols(root: Part) -> list[ScalarNode]:
    node = root.get("symbols")
    items = node.items if isinstance(node, ListNode) else ()
    return [item for item in items if isinstance(item, ScalarNode) and id(item) not in root.broken]


def _is_timezone(name: str) -> bool:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        return False
    return True
