"""The bytes of a model's file, held to a size, and their hash."""

from __future__ import annotations

import hashlib
from pathlib import Path

MOST_BYTES = 64 * 1024 * 1024


def read_model(place: Path) -> bytes:
    """Raises OSError, or ValueError where it is larger than 64 MiB."""
    if place.exists() and not place.is_file():  # a pipe would never end
        raise OSError(None, "it is not a file")
    with place.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise ValueError("it is larger than 64 MiB")
    return data


def hash_of(data: bytes) -> str:
    """The SHA-256, 64 hex digits."""
    return hashlib.sha256(data).hexdigest()
