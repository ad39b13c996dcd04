"""The kinds of documents: which one a document is, and where the schema of a kind stands."""

from __future__ import annotations

from pathlib import Path

from ..yaml.nodes import MapNode, ScalarNode

VERSION = 2
STRATEGY = "strategy"
TEST = "test"
PORTFOLIO = "portfolio"
DEPLOYMENT = "deployment"
KINDS = {
    STRATEGY: "what to trade, when, and how much",
    TEST: "candles for a strategy, and what must come of them",
    PORTFOLIO: "several strategies on one account, and the share of each",
    DEPLOYMENT: "which strategies trade on which account, with how much, within which limits",
}
"""Every kind with a schema, in the order people meet them, and what such a document holds."""


def kind_of_document(root: MapNode) -> str:
    """What `kind` says; a strategy where it says nothing that is known."""
    kind = root.get("kind")
    stated = kind.value if isinstance(kind, ScalarNode) else None
    return stated if isinstance(stated, str) and stated in KINDS else STRATEGY


def schema_path(kind: str, version: int = VERSION) -> Path:
    """The published schema of a kind of document."""
    return Path(__file__).parents[3] / "schemas" / str(version) / f"{kind}.json"
