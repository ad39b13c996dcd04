"""Bytes of a file in, whether the program itself wrote or reads it as something else than a document out.

A file is known by what it says, never by what it lacks: one with a misspelt `stratrun:` is still somebody's strategy.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Set
from typing import Any

from ..diagnostics.diagnostic import InputError
from ..market.symbol import parse_symbol

_BY_KEY = frozenset({"stratrun_run", "stratrun_candles", "strategy_hash", "portfolio_hash", "data_hash"})
"""Any of these: a run's record, a series of a candle store, a report."""
_BY_KEYS = (
    {"format", "exchange", "fetched", "markets"},  # a venue's markets
    {"files", "diagnostics"},  # what `validate` and `fmt` say
    {"files", "count"},  # what `migrate` says
    {"cases", "files", "interrupted"},  # what `test` says
    {"runs", "difference", "common_trades"},  # what `compare` says
)
"""All of one of these."""
_EXACTLY = (
    {"stratrun", "params"},  # tuned values, as `optimize --out` writes them
    {"stratrun", "params", "receipt"},
    {"stratrun", "risk"},  # limits, as `--limits` takes them
    {"deployment", "files"},  # strategies that a session keeps beside its ledger
    {"diagnostics"},
)
_SCHEMAS = re.compile(r"https?://json-schema\.org/|.*\bsarif\b", re.IGNORECASE)
_TOP_KEY = re.compile(rb"""^(["']?)([^\s#"'-][^\n:"']*(?::\w[^\n:"']*)?)\1[ \t]*:(?=\s|\Z)""", re.MULTILINE)


def is_ours(data: bytes) -> bool:
    """Whether these are tuned values, limits, instruments, a record, a report, a schema or the like."""
    start = data[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"{"):
        return _is_json_of_ours(data)
    return _is_known(_top_keys(data))


def _top_keys(data: bytes) -> set[str]:
    """The keys at the left edge of a YAML text, where a block's own text never stands."""
    found = _TOP_KEY.finditer(data.removeprefix(b"\xef\xbb\xbf"))
    return {match[2].rstrip().decode("utf-8", "replace") for match in found}


def _is_json_of_ours(data: bytes) -> bool:
    try:
        root = json.loads(data)
    except (ValueError, RecursionError):
        return False
    return isinstance(root, dict) and (_is_known(root.keys()) or _is_schema(root))


def _is_schema(root: Mapping[str, Any]) -> bool:
    """A JSON Schema or a SARIF log; a document may name the schema of its own kind, which is another matter."""
    said = root.get("$schema")
    return "stratrun" not in root and isinstance(said, str) and _SCHEMAS.match(said) is not None


def _is_known(keys: Set[str]) -> bool:
    if "stratrun" not in keys and (keys & _BY_KEY or any(keys >= some for some in _BY_KEYS)):
        return True
    return keys in _EXACTLY or (bool(keys) and all(map(_is_symbol, keys)))


def _is_symbol(key: str) -> bool:
    """As an instruments file has them on its left edge."""
    try:
        return bool(parse_symbol(key))
    except InputError:
        return False
