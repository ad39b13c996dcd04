"""Which version and kind of document a file is; only the newest can be checked further."""

from __future__ import annotations

from ...diagnostics.report import Report
from ..text import cut
from ..yaml.nodes import MapNode, ScalarNode
from .kinds import KINDS, VERSION
from .wording import listed, nearest


def check_version(root: MapNode, report: Report) -> bool:
    """Whether this is a document of the version and a kind that this release reads."""
    stated = root.get("stratrun")
    if stated is None:
        return True
    value = stated.value if isinstance(stated, ScalarNode) else None
    if value is None and isinstance(stated, ScalarNode):
        return True
    if isinstance(value, bool) or value != VERSION:
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        written = cut(stated.text.value) if isinstance(stated, ScalarNode) else ""
        message = f"version {written} of the format is not known to this release"
        newer = isinstance(value, (int, float)) and value > VERSION
        upgrade = "a newer release of stratrun reads it: `pip install --upgrade stratrun`"
        help_ = upgrade if newer else f"write `stratrun: {VERSION}`"
        report.error("SR110", message if number else "the version is not a number", stated.span, help_)
        return False
    form = root.get("form")
    if isinstance(form, ScalarNode) and form.value == "ast":
        message = "this is the ast form of a document, made for editors"
        report.error("SR117", message, form.span, "`stratrun convert FILE --to yaml` makes a file to run of it")
        return False
    kind = root.get("kind")
    if isinstance(kind, ScalarNode) and isinstance(kind.value, str) and kind.value not in KINDS:
        message = f"documents of kind `{cut(kind.value)}` are not read by this release"
        report.error("SR117", message, kind.span, nearest(kind.value, KINDS) or f"the kinds are {listed(KINDS)}")
        return False
    return True
