"""Keeps secrets out: names that say so are refused, what looks like one inside a text is struck out."""

from __future__ import annotations

import re
from functools import lru_cache

from .refusal import RefusedError, Rule

_PARTS = (
    "apikey", "accesskey", "secret", "password", "passwd", "passphrase", "privatekey", "mnemonic", "credential",
    "authorization", "signature", "accesstoken", "refreshtoken", "bearer", "cookie", "listenkey", "seedphrase",
)  # fmt: skip
_WHOLE = frozenset({"token", "auth", "otp", "pin", "seed", "sign", "sig", "pwd", "apisign", "jwt"})
_WORDS = r"[\w\-]*(?:api[_\-]?key|secret|passw(?:or)?d|passphrase|signature|authorization|listen[_\-]?key|token)"
_INSIDE = re.compile(rf"(?i)\b({_WORDS}[\w\-]*[\"']?\s*[=:]\s*)(?:bearer\s+|basic\s+)?[\"']?[^\s&\"',;}}]+")
_IN_URL = re.compile(r"(?i)\b([a-z][a-z0-9+.\-]*://[^\s/:@]*:)[^\s/@]+@")
REMOVED = "[removed]"


@lru_cache(1_000)
def is_secret(name: str) -> bool:
    """Whether a name says that its value is a secret: `apiKey`, `X-MBX-APIKEY`, `api_secret`, `password`."""
    plain = re.sub(r"[^a-z0-9]", "", name.lower())
    return plain in _WHOLE or any(part in plain for part in _PARTS)


def check_name(name: str) -> None:
    """Raises RefusedError."""
    if is_secret(name):
        raise RefusedError(Rule.SECRET, f"'{name}' names a secret, and those never enter the ledger")


def strike(text: str) -> str:
    """The text without the values of secrets named in it (URLs with a signature, headers, passwords)."""
    if "=" not in text and ":" not in text:
        return text
    return _IN_URL.sub(rf"\1{REMOVED}@", _INSIDE.sub(rf"\1{REMOVED}", text))
