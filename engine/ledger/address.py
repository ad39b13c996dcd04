"""The URL of a database in, what may be shown of it out: neither its password nor its query, which can hold one."""

from __future__ import annotations

import re

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from .secrets import REMOVED, is_secret

ADDRESS_HELP = "write postgresql://user@host/database; in a password, write @ as %40, : as %3A and / as %2F"
_HOST = re.compile(r"[\w.:%-]*")
_SHORTEST = 3
"""Letters of a password that is struck out of a text; a shorter one stands in many words."""


def read_address(text: str) -> URL | None:
    """None for what is no URL, or one whose password is not told from its host: never show that."""
    try:
        url = make_url(text)
        return url if _HOST.fullmatch(url.host or "") else None
    except (ArgumentError, ValueError):
        return None


def shown_address(url: URL) -> str:
    """The URL as messages and reports tell it."""
    return url.set(query={}).render_as_string(hide_password=True)


def strike_password(words: str, url: URL) -> str:
    """A driver's words without the passwords of its URL."""
    found = [str(url.password or "")]
    for name, values in url.normalized_query.items():
        if is_secret(name) or name == "passfile":
            found += values
    for secret in sorted(found, key=len, reverse=True):
        if len(secret) >= _SHORTEST:
            words = words.replace(secret, REMOVED)
    return words
