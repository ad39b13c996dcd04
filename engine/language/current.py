"""A document of any version in, the same one in the newest out; what older ones need is imported for them alone."""

from __future__ import annotations

from .structure.kinds import VERSION
from .yaml.nodes import ScalarNode
from .yaml.source import Source


def current(source: Source) -> Source:
    """The document itself where it is new already."""
    stated = source.root.get("stratrun") if source.root is not None else None
    if isinstance(stated, ScalarNode) and stated.value == VERSION:
        return source
    from .upgrade import upgraded

    return upgraded(source)
