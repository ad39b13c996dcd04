"""The `protections:` list in, the pauses out."""

from __future__ import annotations

from collections.abc import Iterable

from ...diagnostics.report import Report
from ..resolve.resolver import Resolver
from ..strategy import Duration, ExitFilter, Protection, ProtectionKind, Reach
from ..structure.part import Part

_BESIDE: dict[ProtectionKind, tuple[tuple[str, ...], tuple[str, ...]]] = {
    ProtectionKind.COOLDOWN: ((), ("after", "per")),
    ProtectionKind.STOPS: (("within", "pause"), ("per",)),
    ProtectionKind.LOW_PROFIT: ((), ("per",)),
    ProtectionKind.DRAWDOWN: ((), ()),
    ProtectionKind.LOSSES: (("pause",), ("per",)),
}
"""Per kind: the keys that must stand beside it, and those that may."""
_SIBLINGS = ("after", "within", "pause", "per")
_EXAMPLES = {"within": "1d", "pause": "12h"}


def read_protections(parts: Iterable[Part], resolver: Resolver, report: Report) -> tuple[Protection, ...]:
    """The protections in file order; one with a mistake is left out, and the report says why."""
    reader = _Reader(resolver, report)
    found = [reader.protection(part) for part in parts]
    return tuple(protection for protection in found if protection is not None)


class _Reader:
    def __init__(self, resolver: Resolver, report: Report) -> None:
        self._resolver = resolver
        self._report = report

    def protection(self, part: Part) -> Protection | None:
        kind = next((k for k in ProtectionKind if k in part), None)
        if kind is None:
            return None
        self._check_siblings(kind, part)
        if part.get(kind) is None:
            return None
        inside = part.part(kind) if kind in (ProtectionKind.LOW_PROFIT, ProtectionKind.DRAWDOWN) else part
        count = inside.number("trades" if kind is ProtectionKind.LOW_PROFIT else kind)
        pause = self._duration(inside, "cooldown" if kind is ProtectionKind.COOLDOWN else "pause")
        within = self._duration(inside, "within")
        threshold = self._threshold(kind, inside)
        if pause is None or threshold is None:
            return None
        return Protection(
            kind=kind,
            pause=pause,
            reach=Reach(part.string("per", Reach.STRATEGY)),
            count=1 if count is None else int(count),
            within=within,
            threshold=threshold,
            after=ExitFilter(part.string("after", ExitFilter.ANY_EXIT)),
        )

    def _check_siblings(self, kind: ProtectionKind, part: Part) -> None:
        needed, allowed = _BESIDE[kind]
        for key in needed:
            if key not in part:
                message = f"`{kind}` needs `{key}`"
                self._report.error("SR444", message, part.key_span(kind), f"add `{key}: {_EXAMPLES[key]}`, say")
        for key in _SIBLINGS:
            if key in part and key not in (*needed, *allowed):
                help_ = f"write it inside `{kind}: {{...}}`" if self._inside(kind, key) else "leave it out"
                self._report.error("SR444", f"`{key}` means nothing beside `{kind}`", part.key_span(key), help_)

    def _inside(self, kind: ProtectionKind, key: str) -> bool:
        return kind in (ProtectionKind.LOW_PROFIT, ProtectionKind.DRAWDOWN) and key in ("within", "pause")

    def _duration(self, part: Part, key: str) -> Duration | None:
        text = part.text(key)
        return self._resolver.duration(text) if text is not None else None

    def _threshold(self, kind: ProtectionKind, part: Part) -> float | None:
        """The share of low_profit or drawdown; 0 for the others, None after a mistake."""
        if kind is ProtectionKind.LOW_PROFIT:
            text = part.text("required")
            return self._resolver.ratio(text) if text is not None else None
        if kind is not ProtectionKind.DRAWDOWN:
            return 0.0
        text = part.text("limit")
        limit = self._resolver.percent(text) if text is not None else None
        if limit is not None and limit > 1.0:
            message = "equity cannot fall by more than 100 %"
            self._report.error("SR413", message, part.span("limit"), "write a share such as `8%`")
        return limit
