"""Text of YAML 1.2 in, events out: quickly where the text is plain, by ruamel.yaml's parser everywhere else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from .event import Event, Kind
from .plain import plain_events


def events(text: str) -> Iterable[Event]:
    """The events of a text without control characters. Raises what ruamel.yaml raises."""
    found = plain_events(text)
    return ruamel_events(text) if found is None else found


def ruamel_events(text: str) -> Iterator[Event]:
    """The same by ruamel.yaml alone."""
    from ruamel.yaml import YAML
    from ruamel.yaml import events as yaml

    kinds = {
        yaml.ScalarEvent: Kind.SCALAR,
        yaml.SequenceStartEvent: Kind.LIST,
        yaml.MappingStartEvent: Kind.MAP,
        yaml.SequenceEndEvent: Kind.END,
        yaml.MappingEndEvent: Kind.END,
        yaml.AliasEvent: Kind.ALIAS,
        yaml.DocumentStartEvent: Kind.DOCUMENT,
    }
    for event in YAML(typ="safe", pure=True).parse(text):
        kind = kinds.get(type(event))
        if kind is not None:
            yield _event(kind, event, text)


def _event(kind: Kind, event: Any, text: str) -> Event:
    start, end = event.start_mark.index, event.end_mark.index
    if kind is Kind.SCALAR:
        style = event.style or ""
        if style in ("|", ">"):
            end = start + len(text[start:end].rstrip())
        return Event(kind, start, end, event.value, style, event.anchor, event.ctag is not None)
    if kind is Kind.ALIAS:
        return Event(kind, start, end, event.anchor)
    if kind is Kind.DOCUMENT:
        return Event(kind, start, end, ".".join(map(str, event.version or ())))
    if kind is Kind.END:
        return Event(kind, start, end)
    tagged = event.ctag is not None
    return Event(kind, start, end if tagged else start, "", "", event.anchor, tagged, bool(event.flow_style))
