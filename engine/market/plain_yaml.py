"""YAML text in, plain values out; refuses early what is nested without end or would grow out of all bounds."""

from __future__ import annotations

from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer, ComposerError
from ruamel.yaml.events import AliasEvent

MAX_DEPTH = 32


def load_plain(text: str) -> Any:
    """Raises YAMLError, and what else ruamel raises on malformed text."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Composer = _Guarded
    return yaml.load(text)


class _Guarded(Composer):
    def __init__(self, loader: Any = None) -> None:
        super().__init__(loader)
        self._levels = 0
        self._anchored = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.parser.peek_event()
        if isinstance(event, AliasEvent):
            if self._anchored:  # a few lines of such lists double in size with each
                raise ComposerError(None, None, "an alias inside of what has an anchor", event.start_mark)
            return super().compose_node(parent, index)
        if self._levels == MAX_DEPTH:
            raise ComposerError(None, None, f"nested more than {MAX_DEPTH} levels deep", event.start_mark)
        anchored = event.anchor is not None
        self._levels += 1
        self._anchored += anchored
        node = super().compose_node(parent, index)
        self._levels -= 1
        self._anchored -= anchored
        return node
