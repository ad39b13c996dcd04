"""`# stratrun: ignore[SR417] reason`: what a document silences, and comments that do not do what they say.

A comment silences warnings on the lines it speaks of (see `yaml.comments`) and never an error. Comments in JSON do not
exist, and those of a document that could not be read are not looked at.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..diagnostics.choose import nearest
from ..diagnostics.codes import CODES
from ..diagnostics.diagnostic import Diagnostic, Severity
from ..diagnostics.report import Report
from .text import cut
from .yaml.comments import Comment
from .yaml.source import Source

_MEANT = re.compile(r"#[ \t]*stratrun[ \t]*:?[ \t]*(?:ignore\b|[a-z]+[ \t]*\[)", re.IGNORECASE)
_FORM = re.compile(r"#+ *stratrun: *ignore\[([^\[\]]*)\](.*)")
_EXAMPLE = "write it as `# stratrun: ignore[SR417] why it does not matter here`"


_GUESSES = 20
"""Guesses at misspelt codes that are made for one file: each costs a look at all codes."""


@dataclass(frozen=True, slots=True)
class _Ignore:
    """One code of one comment."""

    code: str
    comment: Comment

    def covered(self, told: Mapping[tuple[str, int], list[Diagnostic]]) -> list[Diagnostic]:
        lines = range(self.comment.first, self.comment.last + 1)
        return [d for line in lines for d in told.get((self.code, line), ())]


def silenced(source: Source, unchecked: tuple[str, ...] = ()) -> list[Diagnostic]:
    """What the report of a checked document holds, less what its comments silence, and what is wrong with those.

    `unchecked` are prefixes of codes nobody looked for: an ignore of theirs may wait.
    """
    found = source.report.diagnostics()
    if source.lines is None or not _MEANT.search(source.lines.text) or source.path.endswith(".json"):
        return found
    notes = Report(source.path, source.lines.texts())
    ignores = [ignore for comment in source.comments() for ignore in _ignores(comment, notes)]
    whole = not source.report.failed
    told: dict[tuple[str, int], list[Diagnostic]] = defaultdict(list)
    for diagnostic in found:
        if diagnostic.span is not None:
            told[str(diagnostic.code), diagnostic.span.line].append(diagnostic)
    silent: set[int] = set()
    for ignore in ignores:
        covered = ignore.covered(told)
        silent.update(id(d) for d in covered if d.severity is not Severity.ERROR)
        if any(d.severity is Severity.ERROR for d in covered):
            help_ = "mend what it says; only warnings can be silenced"
            notes.warning("SR433", f"{ignore.code} is an error here and cannot be silenced", ignore.comment.span, help_)
        elif whole and not covered and not ignore.code.startswith(unchecked):
            message = f"{_lines(ignore.comment)} {ignore.code} to silence"
            notes.warning("SR430", message, ignore.comment.span, "take the comment out")
    return sorted([*(d for d in found if id(d) not in silent), *notes.diagnostics()], key=Report.order)


def _ignores(comment: Comment, notes: Report) -> Iterator[_Ignore]:
    """The codes a comment names; what is wrong with the comment itself goes to `notes`."""
    if not _MEANT.match("#" + comment.text.lstrip("#")):
        return
    form = _FORM.fullmatch(comment.text)
    names = [name.strip() for name in form[1].split(",")] if form else []
    if form is None or not all(names):
        notes.warning("SR432", "this comment silences nothing: its form is not known", comment.span, _EXAMPLE)
        return
    for name in dict.fromkeys(names):
        if name in CODES:
            yield _Ignore(name, comment)
            continue
        near = nearest(name, CODES) if len(name) < 10 and notes.count < _GUESSES else None
        help_ = f"did you mean `{near}`?" if near else _EXAMPLE
        notes.warning("SR432", f"there is no code `{cut(name)}`", comment.span, help_)
        break
    if not form[2].strip(" -:."):
        help_ = "say behind the bracket why the warning does not matter here"
        notes.warning("SR431", "the comment gives no reason", comment.span, help_)


def _lines(comment: Comment) -> str:
    if comment.first == comment.last:
        return f"line {comment.first} has no"
    return f"lines {comment.first} to {comment.last} have no"
