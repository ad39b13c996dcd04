"""Where each value of a strategy comes from: a line of its file, a default, or the command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..language.meaning.parameters import FROM_SET
from ..language.strategy import Strategy
from ..language.yaml.nodes import ListNode, MapNode, Node, ScalarNode
from .expression import expression_of
from .values import Setting, quantity_text, settings_of

DEFAULT, FILE, SET = "default", "file", "--set"
_UNWRITTEN = frozenset({"long.enter", "short.enter", "filters", "schedule.entries"})
"""Keys whose value in the file is no single expression."""
_MADE_OF = {
    "long.enter": "select", "long.exit.when": "select", "long.exit": "select.exit", "priority": "select.score",
    "risk.max_open": "select.top", "filters": "universe",
}  # fmt: skip
"""What a rotation and a universe stand for, where the file writes no such key itself."""


@dataclass(frozen=True, slots=True)
class Origin:
    """`kind` is file, default, --set or a parameter file; `line` (from 1) where the strategy's file says it."""

    kind: str
    line: int | None = None

    def __str__(self) -> str:
        return f"line {self.line}" if self.line is not None and self.kind == FILE else self.kind


@dataclass(frozen=True, slots=True)
class Sourced:
    """A value with its origin; `written` is what the file says where that is not the value itself."""

    key: str
    text: str
    origin: Origin
    written: str | None = None


def sourced(strategy: Strategy, root: MapNode | None, given: Mapping[str, str] | None = None) -> list[Sourced]:
    """Every value of a strategy, then its params and named indicators; `root` is its file's document, `given` says
    which params came from elsewhere than --set, and from where."""
    found = [placed(setting, root) for setting in settings_of(strategy)]
    for name, param in strategy.params.items():
        text = quantity_text(param.value, param.unit)
        given_by = (given or {}).get(name, SET)
        origin = Origin(given_by) if param.origin == FROM_SET else _origin(f"params.{name}.default", False, root)
        found.append(Sourced(f"params.{name}", text, origin))
    for name, text in definitions_of(strategy).items():
        found.append(Sourced(f"indicators.{name}", text, _origin(f"indicators.{name}", False, root)))
    return found


def definitions_of(strategy: Strategy) -> dict[str, str]:
    """The named indicators and conditions by name, with every default filled in."""
    found: dict[str, str] = {}
    for name, term in strategy.definitions.items():
        base, _, output = name.partition(".")
        text = expression_of(term)
        found[base] = text.rpartition(".")[0] if output else text
    return found


def node_at(root: Node | None, key: str) -> Node | None:
    """The document's node under a dotted key, None where there is none."""
    node = root
    for part in key.split("."):
        if isinstance(node, MapNode):
            node = node.get(part)
        elif isinstance(node, ListNode) and part.isdigit() and int(part) < len(node.items):
            node = node.items[int(part)]
        else:
            return None
    return node


def placed(setting: Setting, root: MapNode | None) -> Sourced:
    """The value with its place in the document."""
    node = node_at(root, setting.key)
    written = None
    if isinstance(node, ScalarNode) and setting.key not in _UNWRITTEN and node.text.value.strip() != setting.text:
        written = " ".join(node.text.value.split())
    return Sourced(setting.key, setting.text, _origin(setting.key, setting.default, root), written)


def _origin(key: str, default: bool, root: MapNode | None) -> Origin:
    """The key's own line; for a part the file names otherwise, the line of what it belongs to."""
    node, asked = node_at(root, key), key
    while node is None and not default and "." in key:
        key = key.rpartition(".")[0]
        node = node_at(root, key)
    if node is None and not default:
        start = next((start for start in _MADE_OF if f"{asked}.".startswith(f"{start}.")), asked)
        home = _MADE_OF.get(start, start)
        node = node_at(root, home + asked.removeprefix(start)) or node_at(root, home)
    if node is None:
        return Origin(DEFAULT if default or root is not None else FILE)
    return Origin(FILE, node.span.line)
