"""Documents of older versions: a source in, the same document of the newest version out, told in the old file's places.

Nothing is written. `document` puts every source through here, so an old file is checked and run like any other;
`engine.migrating` writes what `convert` gives.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ...migrations import json_tree
from ...migrations.chain import STEPS
from ...migrations.out import Block
from ...migrations.places import Places
from ...migrations.step import Document, Finding, Step, Weight
from ...migrations.tree import Entries, Items, Mark, Node, Scalar
from ..diagnostics.diagnostic import Severity, Span
from ..diagnostics.report import Report
from .yaml import nodes
from .yaml.compose import compose
from .yaml.nodes import MapNode
from .yaml.places import Lines
from .yaml.source import Source

_OLD_JSON = re.compile(r'"(?:entry|exit)_?conditions"|"risk_?management"', re.IGNORECASE)
_NEW_JSON = re.compile(r'"stratrun"\s*:')


@dataclass(frozen=True, slots=True)
class Conversion:
    """`text` is None where findings are errors; their marks and `places` lead into the old text.

    `anew`: a step wrote the document anew, so that it is YAML whatever it was. `content` is what the text must say,
    where the last step did.
    """

    before: int
    after: int
    text: str | None
    findings: Sequence[Finding]
    places: Sequence[Places]
    anew: bool = False
    content: Block | None = None

    def old(self, mark: Mark) -> Mark | None:
        """The place in the old text of a stretch of the new one."""
        found: Mark | None = mark
        for places in reversed(self.places):
            found = places.old(found) if found is not None else None
        return found


def upgraded(source: Source, steps: Sequence[Step] = STEPS) -> Source:
    """The source as it is where it is of the newest version; else one that reports in the places of the old file."""
    try:
        found = converted(source, steps)
    except json_tree.NotJson as mistake:
        assert source.lines is not None
        report = Report(source.path, source.lines.texts())
        report.error("SR801", mistake.message, source.lines.span(mistake.at, mistake.at + 1), mistake.help)
        return Source(source.path, None, report)
    return source if found is None or source.lines is None else _composed(source.path, source.lines, found)


def converted(source: Source, steps: Sequence[Step] = STEPS) -> Conversion | None:
    """A source through every step it needs; None where it needs none or cannot be read. Raises NotJson."""
    if source.lines is None or _is_newest(source.root, steps):
        return None
    root = tree_of(source)
    if root is None or source.report.failed:
        return None
    found = convert(Document(source.lines.text, root, Path(source.path).stem), steps)
    comments = source.comments() if found is not None and found.anew else []
    if found is None or not comments:
        return found
    lost = f"{len(comments)} comments are" if len(comments) > 1 else "1 comment is"
    message = f"{lost} not carried over: version {found.before} is written anew"
    finding = Finding("SR802", message, _mark(source.lines, comments[0].span), "copy what is worth keeping")
    return replace(found, findings=(finding, *found.findings))


def convert(document: Document, steps: Sequence[Step] = STEPS) -> Conversion | None:
    """The document through every step it needs; None where it is of the newest version, or of none at all."""
    chain = [step for step in steps if step.recognises(document.root)][:1]
    if not chain:
        return None
    before, findings, places = chain[0].before, list[Finding](), list[Places]()
    content, anew = None, False
    text: str | None = document.text
    while chain and text is not None:
        found = chain[0].migrate(document)
        findings += [_placed(finding, places) for finding in found.findings]
        text, content, anew = found.text, found.content, anew or found.content is not None
        places.append(found.places)
        after = chain[0].after
        chain = [step for step in steps if step.before == after]
        if chain and text is not None:
            document = Document(text, _read(text), document.name)
    return Conversion(before, after, text, findings, places, anew, content)


def tree_of(source: Source) -> Entries | None:
    """A composed document as the steps read it; an older one in JSON must be strict JSON. Raises NotJson."""
    if source.lines is None:
        return None
    text = source.lines.text
    if text.lstrip(" \t\r\n").startswith("{") and not _NEW_JSON.search(text):
        try:
            node = json_tree.read(text)
        except json_tree.NotJson:
            if _OLD_JSON.search(text):
                raise
        else:
            return node if isinstance(node, Entries) else None
    return _entries(source.root, source.lines) if source.root is not None else None


def report_of(path: str, lines: Lines, found: Conversion) -> OldPlaces:
    """What a conversion found, and what is said later about the new text, in the places of the old file."""
    report = OldPlaces(path, lines, found)
    for finding in found.findings:
        span = lines.span(*finding.mark) if finding.mark is not None else None
        report.tell(finding, span)
    return report


def _is_newest(root: MapNode | None, steps: Sequence[Step]) -> bool:
    stated = root.get("stratrun") if root is not None else None
    return isinstance(stated, nodes.ScalarNode) and stated.value == steps[-1].after


def _composed(path: str, lines: Lines, found: Conversion) -> Source:
    report = report_of(path, lines, found)
    if found.text is None:
        return Source(path, None, report)
    first = Span(1, 1, 1, 2)
    message = f"this file is of version {found.before}: it is read as version {found.after} each time"
    report.tell(Finding("SR901", message, help=f"`stratrun migrate {path} --write` rewrites it"), first)
    root = compose(Lines(found.text), report)
    return Source(path, root if isinstance(root, MapNode) else None, report)


def _placed(finding: Finding, places: Sequence[Places]) -> Finding:
    """A later step's finding, placed in the first text."""
    mark = finding.mark
    for step in reversed(places):
        mark = step.old(mark) if mark is not None else None
    return Finding(finding.code, finding.message, mark, finding.help, finding.weight)


def _read(text: str) -> Entries:
    lines = Lines(text)
    report = Report(None, lines.texts())
    root = compose(lines, report)
    if not isinstance(root, MapNode) or report.failed:
        raise ValueError(f"a step wrote what cannot be read: {report.diagnostics()}")
    return _entries(root, lines)


class OldPlaces(Report):
    """Takes places in the new text and tells them in the old one."""

    def __init__(self, path: str, lines: Lines, found: Conversion) -> None:
        super().__init__(path, lines.texts())
        self._old = lines
        self._new = Lines(found.text or "")
        self._conversion = found

    def tell(self, finding: Finding, span: Span | None) -> None:
        severity = Severity.ERROR if finding.weight is Weight.ERROR else Severity.WARNING
        super()._add(finding.code, finding.message, span, finding.help, severity)

    def _add(self, code: str, message: str, span: Span | None, help_: str | None, severity: Severity) -> None:
        mark = self._conversion.old(_mark(self._new, span)) if span is not None else None
        super()._add(code, message, self._old.span(*mark) if mark is not None else None, help_, severity)


def _mark(lines: Lines, span: Span) -> Mark:
    return Mark(lines.index(span.line, span.column), lines.index(span.end_line, span.end_column))


def _entries(root: MapNode, lines: Lines) -> Entries:
    found = [(_scalar(key, lines), _node(value, lines)) for key, value in root.entries]
    return Entries(tuple(found), _mark(lines, root.span))


def _node(node: nodes.Node, lines: Lines) -> Node:
    if isinstance(node, nodes.ScalarNode):
        return _scalar(node, lines)
    if isinstance(node, MapNode):
        return _entries(node, lines)
    return Items(tuple(_node(item, lines) for item in node.items), _mark(lines, node.span))


def _scalar(node: nodes.ScalarNode, lines: Lines) -> Scalar:
    return Scalar(node.value, node.text.value, _mark(lines, node.span))
