"""A deployment's document in, the same without what looks like a secret out; each is told without being shown."""

from __future__ import annotations

import re
from dataclasses import replace

from ...diagnostics.report import Report
from ..text import Text, cut
from ..yaml.nodes import ListNode, MapNode, Node, ScalarNode

_PARTS = (
    "apikey", "accesskey", "secret", "password", "passwd", "passphrase", "privatekey", "mnemonic", "credential",
    "authorization", "accesstoken", "bearer", "seedphrase", "webhook",
)  # fmt: skip
_WHOLE = frozenset({"token", "auth", "otp", "pin", "key", "keys", "pwd", "jwt"})
_FREE = frozenset({"set", "endpoint"})
"""Mappings whose keys are the author's own names."""
_IN_URL = re.compile(r"://[^/\s:@]*:[^\s@]{0,400}@|[?&](?:(?:ssl)?password|passfile|token|secret)=", re.IGNORECASE)
_STAND_IN = "removed"
"""Stands for a value that was told of, so that it is not missing as well."""
_LIKE_A_KEY = re.compile(r"(?=.*[0-9])(?=.*[A-Za-z])[A-Za-z0-9+/=_-]{24,}")
_MEND = "keep keys in the environment, the keyring or the encrypted file, under the name that `account` gives"


def without_secrets(root: MapNode, report: Report) -> MapNode:
    """The document to be checked further."""
    return _map(root, report, "")


def _map(node: MapNode, report: Report, where: str) -> MapNode:
    kept: list[tuple[ScalarNode, Node]] = []
    for key, value in node.entries:
        name = key.text.value
        if where not in _FREE and _names_a_secret(name):
            message = f"`{cut(name)}` is a secret, and a deployment holds none"
            report.hidden("SR732", message, key.span, value.span.end_line, f"take it out of the file; {_MEND}")
        elif isinstance(value, ScalarNode) and _told(name, value, report):
            stand_in = _STAND_IN.upper() if name == "http" else _STAND_IN
            kept.append((key, replace(value, text=Text(stand_in), value=stand_in)))
        else:
            kept.append((key, _inside(value, report, name)))
    return replace(node, entries=tuple(kept))


def _inside(node: Node, report: Report, where: str) -> Node:
    if isinstance(node, MapNode):
        return _map(node, report, where)
    if isinstance(node, ListNode):
        return replace(node, items=tuple(_inside(item, report, where) for item in node.items))
    return node


def _names_a_secret(name: str) -> bool:
    plain = re.sub(r"[^a-z0-9]", "", name.lower())
    return plain in _WHOLE or any(part in plain for part in _PARTS)


def _told(name: str, value: ScalarNode, report: Report) -> bool:
    """Whether the value is a secret, and so was told of."""
    text = value.text.value
    message, help_ = "", f"take it out of the file; {_MEND}"
    if _IN_URL.search(text):
        message = f"the address in `{cut(name)}` holds a password"
        help_ = "leave it out, as in postgresql://user@host/database; ~/.pgpass or PGPASSWORD holds the password"
    elif name == "account" and _LIKE_A_KEY.fullmatch(text):
        message, help_ = "this looks like a key; `account` is the name of one", f"write `account: main`; {_MEND}"
    elif name == "http" and "://" in text:
        message = "whoever knows this address can send alerts: it is a secret"
        help_ = "put it into an environment variable, and name that: `http: STRATRUN_ALERTS_URL`"
    if message:
        report.hidden("SR732", message, value.span, value.span.end_line, help_)
    return bool(message)
