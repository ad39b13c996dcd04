"""The size in, warnings out about more of the equity than a position can cost."""

from __future__ import annotations

from ...diagnostics.report import Report
from ..strategy import Market, SizeMethod, Strategy
from ..structure.part import Part

CUT, NO_EFFECT = "SR469", "SR412"
ROOM = 0.95
"""The part of the most that can be had after fee and buffer."""


def check_sizes(root: Part, strategy: Strategy, report: Report) -> None:
    part, size, most = root.part("size"), strategy.size, strategy.risk.max_leverage
    spot, allowed = strategy.market is Market.SPOT, f"{most * 100:,.6g}%"
    reason = "there is no leverage on a spot market" if spot else f"`risk.max_leverage` allows {allowed}"
    more = "" if spot else ", or raise `risk.max_leverage`"
    if size.method is SizeMethod.EQUITY and size.value > most:
        message = f"{size.value * 100:,.6g}% of the equity is cut at every entry: {reason}"
        help_ = f"write `{most * ROOM * 100:,.6g}%`, say: fees and a buffer need room{more}"
        report.warning(CUT, message, part.span("equity"), help_)
    if size.max is not None and size.max > most:
        report.warning(
            NO_EFFECT, f"`max` is never reached: {reason}", part.span("max"), f"write less than `{allowed}`{more}"
        )
