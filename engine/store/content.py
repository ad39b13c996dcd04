"""The content hash of a stored series: equal to that of the same candles in memory, a column of a year at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from ..market.columns import Columns
from ..market.digest import feed
from .manifest import Manifest
from .shard import read_column


def content_hash(folder: Path, manifest: Manifest) -> str:
    """64 hex digits. Raises InputError when a file cannot be read."""

    def pieces() -> Iterator[bytes]:
        for name in Columns._fields:
            for shard in manifest.ordered:
                yield read_column(folder / shard.name, name)

    digest = hashlib.sha256()
    feed(digest, manifest.series.symbol, manifest.series.timeframe, manifest.rows, pieces())
    return digest.hexdigest()
