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

_BY_KEY = frozenset(
    {"stratrun_run", "stratrun_candles", "stratrun_store", "strategy_hash", "portfolio_hash", "data_hash"}
)
"""Any of these: a run's record, a candle store, a report."""
_BY_KEYS = (
    {"format", "exchange", "fetched", "markets"},  # a venue's markets
    {"files", "diagnostics"},  # what `validate` and `fmt` say
    {"files", "count"},  # what `migrate` says
    {"cases", "files", "interrupted"},  # what `test` says
    {"runs", "difference", "common_trades"},  # what `compare` says
)
"""All of one of these."""
_EXACTLY = (
    {"stratrun", "risk"},  # limits, as `--limits` takes them
    {"deployment", "files"},  # strategies that a session keeps beside its ledger
    {"diagnostics"},
)
_TUNED = ({"stratrun", "params"}, {"stratrun", "params", "receipt"})
_SCHEMAS = re.compile(r"https?://json-schema\.org/|.*\bsarif\b", re.IGNORECASE)
_SAID = re.compile(rb"""\b(stratrun)["']?\s*:""")
_TOP_KEY = re.compile(rb"""^(["']?)([^\s#"'-][^\n:"']*(?::\w[^\n:"']*)?)\1[ \t]*:(?=\s|\Z)""", re.MULTILINE)


def is_ours(data: bytes) -> bool:
    """Whether these are tuned values, limits, instruments, a record, a report, a schema or the like."""
    keys = top_keys(data)
    if "stratrun" not in keys and (keys & _BY_KEY or any(keys >= some for some in _BY_KEYS)):
        return True
    return keys in _EXACTLY or is_tuned(keys) or is_instruments(keys) or ("$schema" in keys and _is_schema(data))


def is_tuned(keys: Set[str]) -> bool:
    """Whether a file with these top keys holds tuned values, as `optimize --out` writes them."""
    return keys in _TUNED


def is_instruments(keys: Set[str]) -> bool:
    """Whether all of a file's top keys are symbols."""
    return bool(keys) and all(map(_is_symbol, keys))


def top_keys(data: bytes) -> Set[str]:
    """The keys of a JSON text, or those at the left edge of a YAML text, where a block's own text never stands.

    Of JSON that is broken, and of YAML in braces, whether `stratrun` is among them is all that is told.
    """
    data = data.removeprefix(b"\xef\xbb\xbf")
    if data[:64].lstrip().startswith(b"{"):
        root = _json(data)
        return root.keys() if root is not None else {"stratrun"} & {found.decode() for found in _SAID.findall(data)}
    return {match[2].rstrip().decode("utf-8", "replace") for match in _TOP_KEY.finditer(data)}


def _json(data: bytes) -> Mapping[str, Any] | None:
    try:
        root = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return root if isinstance(root, dict) else None


def _is_schema(data: bytes) -> bool:
    """A JSON Schema or a SARIF log; a document may name the schema of its own kind, which is another matter."""
    root = _json(data) or {}
    said = root.get("$schema")
    return "stratrun" not in root and isinstance(said, str) and _SCHEMAS.match(said) is not None


def _is_symbol(key: str) -> bool:
    try:
        return bool(parse_symbol(key))
    except InputError:
        return False
