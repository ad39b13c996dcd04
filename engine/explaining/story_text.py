"""An explanation -> text, Markdown or plain data, with a table of every value and where it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ..language.deployment import Deployment
from ..language.identity import deployment_hash, meaning_hash, portfolio_hash, short_hash
from ..language.portfolio import Portfolio
from ..language.strategy import Strategy
from .origins import FILE, Sourced
from .story import Line, Section

_VALUES = "Every value, and where it comes from"


@dataclass(frozen=True, slots=True)
class Head:
    """What is explained: `kind` is strategy, portfolio or deployment, `identity` the hash of its meaning."""

    kind: str
    name: str
    description: str
    identity: str

    @classmethod
    def of(cls, subject: Strategy | Portfolio | Deployment) -> Head:
        if isinstance(subject, Deployment):
            return cls("deployment", subject.name, subject.description, deployment_hash(subject))
        if isinstance(subject, Portfolio):
            return cls("portfolio", subject.name, subject.description, portfolio_hash(subject))
        return cls("strategy", subject.name, subject.description, meaning_hash(subject))


def as_text(head: Head, sections: Sequence[Section], values: Sequence[Sourced]) -> str:
    lines = [head.name, f"{head.kind} {short_hash(head.identity)}"]
    if head.description:
        lines += ["", head.description]
    for section in sections:
        lines += ["", section.title, *_bullets(section.lines, 1)]
    lines += ["", _VALUES]
    width = max((len(value.key) for value in values), default=0)
    place = max((len(str(value.origin)) for value in values), default=0)
    lines += [f"  {v.key:<{width}}  {v.origin!s:<{place}}  {v.text}{_written(v)}" for v in values]
    return "\n".join(lines)


def as_markdown(head: Head, sections: Sequence[Section], values: Sequence[Sourced]) -> str:
    lines = [f"# {_plain(head.name)}", "", f"{head.kind.capitalize()} `{short_hash(head.identity)}`"]
    if head.description:
        lines += ["", _plain(head.description)]
    for section in sections:
        lines += ["", f"## {section.title}", "", *_bullets(section.lines, 0)]
    lines += ["", f"## {_VALUES}", "", "| key | value | from |", "| --- | --- | --- |"]
    lines += [f"| `{v.key}` | {cell(v.text)}{_written(v)} | {v.origin} |" for v in values]
    return "\n".join(lines)


def as_data(head: Head, sections: Sequence[Section], values: Sequence[Sourced]) -> dict[str, Any]:
    """JSON-able; `from` is file (with its line), default or --set."""
    return {
        head.kind: head.name,
        f"{head.kind}_hash": head.identity,
        "description": head.description,
        "sections": [{"title": s.title, "lines": [_line(line) for line in s.lines]} for s in sections],
        "values": [
            {
                "key": v.key, "value": v.text, "written": v.written, "from": v.origin.kind,
                "line": v.origin.line if v.origin.kind == FILE else None,
            }
            for v in values
        ],
    }  # fmt: skip


def cell(text: str) -> str:
    """Text as code in a Markdown table."""
    return "`" + text.replace("|", "\\|").replace("`", "'") + "`"


def _written(value: Sourced) -> str:
    return f" (written: {cell(value.written)})" if value.written is not None else ""


def _line(line: Line) -> dict[str, Any]:
    return {"text": line.text, "parts": [_line(part) for part in line.parts]}


def _bullets(lines: Sequence[Line], depth: int) -> Iterator[str]:
    for line in lines:
        yield f"{'  ' * depth}- {line.text}"
        yield from _bullets(line.parts, depth + 1)


def _plain(text: str) -> str:
    """Words of the file that cannot become Markdown or HTML of their own."""
    return " ".join(text.split()).replace("<", "&lt;").replace("|", "\\|")
