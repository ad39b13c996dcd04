"""A step to a version 3 that does not exist: a key renamed, a unit changed, a value wrapped into a block."""

from __future__ import annotations

import re

from stratrun.migrations.edits import Edit, apply, renamed
from stratrun.migrations.step import Document, Finding, Migrated
from stratrun.migrations.tree import Entries, Mark, Scalar


class V2ToV3:
    """`tags` are `labels`, hours are minutes, and `timeframe: 1h` is `clock: {timeframe: 1h}`."""

    before, after = 2, 3

    def recognises(self, root: Entries) -> bool:
        stated = root.get("stratrun")
        return isinstance(stated, Scalar) and stated.value == 2

    def migrate(self, document: Document) -> Migrated:
        root = document.root
        edits = renamed(root, "tags", "labels")
        findings = [Finding("SR802", "tags are called labels", edit.mark) for edit in edits]
        for key, value in root.entries:
            if key.text == "stratrun":
                edits.append(Edit(value.mark, "3"))
            if key.text == "timeframe":
                edits += [
                    Edit(Mark(key.mark.start, key.mark.start), "clock: {"),
                    Edit(Mark(value.mark.end, value.mark.end), "}"),
                ]
            if key.text in ("long", "short"):
                edits += minutes(value)
        text, places = apply(document.text, edits)
        return Migrated(text, places, findings)


def minutes(side: object) -> list[Edit]:
    leave = side.get("exit") if isinstance(side, Entries) else None
    time = leave.get("time") if isinstance(leave, Entries) else None
    hours = re.fullmatch(r"([0-9]+)h", time.text) if isinstance(time, Scalar) else None
    if not isinstance(time, Scalar) or hours is None:
        return []
    quote = (time.mark.end - time.mark.start - len(time.text)) // 2
    return [Edit(Mark(time.mark.start + quote, time.mark.end - quote), f"{int(hours[1]) * 60}m")]
