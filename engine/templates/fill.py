"""A template and somebody's answers in, the text of a strategy of their own out: values replaced, comments kept."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..diagnostics.diagnostic import Diagnostic, Severity
from ..language.document import loads, validate_bytes
from ..language.writing.format import format_document
from ..language.yaml.nodes import MapNode
from .catalogue import Template
from .spans import Draft, amount_of, draft, text_of

_MODELINE = re.compile(r"# yaml-language-server: \$schema=\S*\n")


@dataclass(frozen=True, slots=True)
class Answers:
    """What shall differ from the template; None and what `params` lacks stay as they are."""

    name: str | None = None
    symbols: tuple[str, ...] | None = None
    timeframe: str | None = None
    params: Mapping[str, str] = field(default_factory=dict)

    def with_param(self, name: str, value: str) -> Answers:
        return replace(self, params={**self.params, name: value})


def filled(template: Template, answers: Answers, schema: str | None = None) -> str:
    """The new strategy's text; `schema` is where an editor finds its schema, if anywhere.

    It may be wrong where an answer is (see `mistakes`). Raises DocumentError for a value of a parameter that is unknown
    or cannot be.
    """
    text = template.text()
    loads(text, answers.params, template.path.name)
    return canonical(
        with_schema(_values(draft(text, template.path.name), answers).edited(), schema), template.path.name
    )


def mistakes(text: str, path: str) -> Sequence[Diagnostic]:
    """The errors of a filled text."""
    return [d for d in validate_bytes(text.encode("utf-8", "surrogatepass"), path) if d.severity is Severity.ERROR]


def with_schema(text: str, schema: str | None) -> str:
    """The text with its first line naming `schema`, or without such a line."""
    line = f"# yaml-language-server: $schema={schema}\n" if schema else ""
    return line + _MODELINE.sub("", text, count=1)


def canonical(text: str, path: str) -> str:
    """The text as `stratrun fmt` writes it; as it is where it cannot be formatted."""
    return format_document(text.encode("utf-8", "surrogatepass"), path).text or text


def _values(sheet: Draft, answers: Answers) -> Draft:
    for key, value in _scalars(answers).items():
        node = sheet.root.get(key)
        if node is not None:
            sheet.put(node, value)
    params = sheet.root.get("params")
    for name, value in answers.params.items():
        param = params.get(name) if isinstance(params, MapNode) else None
        default = param.get("default") if isinstance(param, MapNode) else None
        if default is not None:
            sheet.put(default, amount_of(value))
    return sheet


def _scalars(answers: Answers) -> Mapping[str, str]:
    found: dict[str, str] = {}
    if answers.name is not None:
        found["name"] = text_of(answers.name)
    if answers.symbols is not None:
        found["symbols"] = f"[{', '.join(map(text_of, answers.symbols))}]"
    if answers.timeframe is not None:
        found["timeframe"] = text_of(answers.timeframe)
    return found
