"""One comment in, its home in the layout out: the entry it stands above or beside, or the end of a block."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from .layout import Entry, Group, Remark


@dataclass(frozen=True, slots=True)
class Comment:
    """`column` is where it stands on a line of its own, None at the end of another line."""

    text: str
    start: int
    column: int | None


def blank_above(text: str, start: int) -> bool:
    """Whether the line above the one that holds `start` is empty."""
    line = text.rfind("\n", 0, start)
    return line > 0 and not text[text.rfind("\n", 0, line) + 1 : line].strip()


def attach(root: Group, comment: Comment, text: str) -> None:
    """Give the comment to its home; comments must come in file order."""
    group = root
    while True:
        index = bisect_right(group.entries, comment.start, key=lambda entry: entry.start)
        before = group.entries[index - 1] if index else None
        after = group.entries[index] if index < len(group.entries) else None
        waiting = group.foot if after is None else after.above
        inner = _inside(group, before, comment, bool(waiting), text)
        if inner is not None:
            group = inner
            continue
        remark = Remark(comment.text, comment.column is not None and blank_above(text, comment.start))
        if before is None or not _belongs(before, comment, text):
            waiting.append(remark)
        elif comment.column is None:
            before.beside.append(comment.text)
        else:
            before.above.append(remark)
        return


def _belongs(entry: Entry, comment: Comment, text: str) -> bool:
    """Whether the comment stands within the entry, or behind it on its last line."""
    if comment.start < entry.end:
        return True
    return comment.column is None and "\n" not in text[entry.end : comment.start]


def _inside(group: Group, entry: Entry | None, comment: Comment, waiting: bool, text: str) -> Group | None:
    """The entry's group, where the comment belongs to something in there."""
    if entry is None or not entry.own or not isinstance(entry.value, Group) or not entry.value.entries:
        return None
    inner = entry.value
    if comment.start < entry.end:
        on_first_line = "\n" not in text[entry.start : comment.start]
        return None if on_first_line and comment.start < inner.entries[0].start else inner
    if inner.flow:
        return None
    if comment.column is None:
        return inner if "\n" not in text[entry.end : comment.start] else None
    indented = comment.column >= max(inner.column, group.column + 1)
    return inner if indented and not waiting else None
