"""Which version and kind of document a file is; only the newest can be checked further."""

from __future__ import annotations

from ...diagnostics.report import Report
from ..text import cut
from ..yaml.nodes import MapNode, ScalarNode
from .kinds import KINDS, VERSION
from .wording import listed, nearest

_OLD_KEYS = frozenset(
    (
        "entryConditions", "entry_conditions", "exitConditions", "exit_conditions", "riskManagement",
        "risk_management", "mlModels", "ml_models",
    )
)  # fmt: skip
_OLD_TYPES = frozenset(("EMA_CROSSOVER", "RSI_MEAN_REVERSION", "MACD_TREND", "CUSTOM"))


def check_version(root: MapNode, report: Report) -> bool:
    """Whether this is a document of the version and a kind that this release reads."""
    stated = root.get("stratrun")
    if stated is None:
        return not _is_version_1(root, report)
    value = stated.value if isinstance(stated, ScalarNode) else None
    if value is None and isinstance(stated, ScalarNode):
        return True
    if isinstance(value, bool) or value != VERSION:
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        written = cut(stated.text.value) if isinstance(stated, ScalarNode) else ""
        message = f"version {written} of the format is not known to this release"
        newer = isinstance(value, (int, float)) and value > VERSION
        help_ = "a newer release of stratrun reads it" if newer else f"write `stratrun: {VERSION}`"
        report.error("SR110", message if number else "the version is not a number", stated.span, help_)
        return False
    kind = root.get("kind")
    if isinstance(kind, ScalarNode) and isinstance(kind.value, str) and kind.value not in KINDS:
        message = f"documents of kind `{cut(kind.value)}` are not read by this release"
        report.error("SR117", message, kind.span, nearest(kind.value, KINDS) or f"the kinds are {listed(KINDS)}")
        return False
    return True


def _is_version_1(root: MapNode, report: Report) -> bool:
    names = {key.text.value for key, _ in root.entries}
    kind = root.get("type")
    typed = isinstance(kind, ScalarNode) and kind.value in _OLD_TYPES
    if not typed and not names & _OLD_KEYS:
        return False
    message = "this is a version 1 strategy file, which this release can neither run nor migrate yet"
    span = root.entries[0][0].span
    report.error("SR111", message, span, f"write it anew as version {VERSION}: see the strategy format's reference")
    return True
