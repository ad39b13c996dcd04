"""Version 1 (the JSON of dashboards, in all its sloppy forms) to version 2, written anew as YAML.

The frozen shape of version 1 is `v1.words`; the blocks of a document are read in `v1`. Neither changes its meaning.
"""

from __future__ import annotations

from .out import write
from .places import Places
from .step import Document, Migrated
from .tree import Entries, Mark, Scalar
from .v1.content import content_of
from .v1.told import Told
from .v1.words import BLOCKS, TYPES, normal

MODELINE = "yaml-language-server: $schema=schemas/2/strategy.json"


class V1ToV2:
    before, after = 1, 2

    def recognises(self, root: Entries) -> bool:
        """Version 1 has no `stratrun` key, and blocks or types that no other version has."""
        names = {normal(key.text) for key, _ in root.entries}
        kind = root.get("type")
        typed = isinstance(kind, Scalar) and normal(kind.text) in TYPES
        return root.get("stratrun") is None and (typed or bool(names & BLOCKS))

    def migrate(self, document: Document) -> Migrated:
        told = Told()
        content = content_of(document, told)
        findings = tuple(sorted(told.findings, key=lambda finding: finding.mark or Mark(0, 0)))
        if told.failed:
            return Migrated(None, Places(), findings)
        text, places = write(content, MODELINE)
        return Migrated(text, places, findings, content)
