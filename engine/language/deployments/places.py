"""Where a deployment's venue, ledger and alerts are: texts of the file in, checked places out."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from ...diagnostics.report import Report
from ..deployment import VENUES, Endpoint, Notify
from ..structure.part import Part
from ..text import Text, cut
from ..yaml.nodes import MapNode

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_DATABASES = ("postgresql", "postgres")


def check_venue_name(root: Part, report: Report) -> None:
    """Warns of a venue whose ways nobody measured."""
    name = root.string("venue")
    if name and name not in VENUES:
        near = get_close_matches(name, VENUES, 1)
        help_ = f"did you mean `{near[0]}`?" if near else f"those that were: {', '.join(VENUES)}"
        report.warning("SR730", f"`{cut(name)}` was never tried with this release", root.span("venue"), help_)


def read_endpoint(root: Part, report: Report) -> Endpoint | None:
    """The addresses on this machine; any other is an error."""
    node = root.get("endpoint")
    if node is None:
        return None
    if not isinstance(node, MapNode):
        text = root.text("endpoint")
        assert text is not None  # the schema's type
        _check_loopback(text, report)
        return Endpoint(address=text.value)
    inside = root.part("endpoint")
    hosts = {key.text.value: inside.text(key.text.value) for key, _ in node.entries}
    if not hosts:
        report.error("SR731", "`endpoint` names no host", node.span, "write `endpoint: http://127.0.0.1:8080`")
    for text in _texts(hosts):
        _check_loopback(text, report)
    return Endpoint(hosts={host: text.value for host, text in hosts.items() if text is not None})


def read_ledger(path: str, root: Part, report: Report) -> str:
    """A path from the user's folder, or the URL of a database."""
    written, span = root.string("ledger"), root.span("ledger")
    if _URL.match(written):
        scheme = written.partition(":")[0].lower()
        if scheme not in _DATABASES or not _parsed(written):
            help_ = "name a file, or a database as postgresql://user@host/database"
            report.error("SR733", f"a ledger cannot be kept at `{cut(written)}`", span, help_)
        return written
    if "\0" in written or written.startswith("~") or written.rstrip().endswith(("/", "\\")) or not written.strip():
        help_ = "name a file by its path from this file's folder, such as `./ledger.db`"
        report.error("SR733", f"`{cut(written)}` does not name a ledger's file", span, help_)
        return written
    return beside(path, written)


def read_notify(path: str, root: Part) -> Notify:
    part = root.part("notify")
    log = part.string("log")
    return Notify(beside(path, log) if log else None, part.string("http") or None)


def beside(path: str, written: str) -> str:
    """A path of the file as the user would name it."""
    return os.path.normpath(Path(path).parent / written)


def _check_loopback(text: Text, report: Report) -> None:
    parts = _parsed(text.value)
    if parts is None or not _is_loopback(parts):
        message = f"`{cut(text.value)}` is not an address of this machine"
        help_ = "an endpoint is a venue of your own, such as http://127.0.0.1:8080; leave it out to trade at the venue"
        report.error("SR731", message, text.span(0, len(text.value)), help_)


def _is_loopback(parts: SplitResult) -> bool:
    if parts.scheme not in ("http", "https") or parts.query or parts.fragment:
        return False
    host = parts.hostname or ""
    if parts.username is not None or parts.password is not None:
        return False
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _parsed(url: str) -> SplitResult | None:
    """None for what is no URL with a host and a port that can be."""
    try:
        parts = urlsplit(url)
        return parts if parts.port != 0 and url.isprintable() and " " not in url else None
    except ValueError:
        return None


def _texts(hosts: dict[str, Text | None]) -> Iterator[Text]:
    return (text for text in hosts.values() if text is not None)
