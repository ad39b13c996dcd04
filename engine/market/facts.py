"""An instruments file in (YAML or JSON, symbols to facts), checked numbers out; every mistake of it at once."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ..diagnostics.diagnostic import InputError
from .symbol import parse_symbol

ASSUMED_FEE = 0.001
"""Maker and taker fee per side when nobody says otherwise."""
ASSUMED_MAINTENANCE = 0.005
"""Part of a contract's value that its margin may not fall below."""
UNSTATED: Mapping[str, tuple[float, str]] = {
    "price_tick": (0.0, "prices are not rounded"),
    "quantity_step": (0.0, "quantities are not rounded"),
    "min_quantity": (0.0, "no minimum"),
    "max_quantity": (math.inf, "no maximum"),
    "min_cost": (0.0, "no minimum"),
    "maker": (ASSUMED_FEE, f"{ASSUMED_FEE:.1%} assumed"),
    "taker": (ASSUMED_FEE, f"{ASSUMED_FEE:.1%} assumed"),
    "fee_in": (0.0, "fees are paid in the quote currency"),
    "maintenance": (ASSUMED_MAINTENANCE, f"{ASSUMED_MAINTENANCE:.1%} maintenance margin assumed"),
}
"""Every fact in order, with its value and its words when it is not stated."""
SPOT_ONLY, CONTRACT_ONLY = {"fee_in"}, {"maintenance"}
CURRENCIES = {"quote": 0.0, "base": 1.0}
FEES = ("maker", "taker")
MOST_FEE = 0.1
"""A fee of this part of the cost or more is taken for a slip of the pen: `0.1` where `0.1%` was meant."""

_MAX_BYTES = 1 << 20
"""As of a strategy file."""
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def parse_fee(text: object) -> float:
    """A fee as part of the cost: `0.1%` and 0.001 are the same. Raises ValueError that says what is wrong."""
    value = _number(text, percent=True)
    if value < 0.0:
        raise ValueError(f"`{text}` is negative")
    if value >= MOST_FEE:
        raise ValueError(f"`{text}` is {value:.0%} of each order's cost; write 0.1% or 0.001 for a tenth of a percent")
    return value


def read_facts(path: Path) -> dict[str, dict[str, float]]:
    """Symbols and what the file states about them. Raises InputError that lists every mistake with its place."""
    document = _document(path)
    if not isinstance(document, Mapping):
        raise InputError(f"{path}: expected a mapping from symbols to facts, found {_kind(document)}",
                         help="write `BTC/USDT: {price_tick: 0.01, quantity_step: 0.00001, taker: 0.1%}`")  # fmt: skip
    mistakes: list[str] = []
    found = {str(symbol): _facts(symbol, facts, mistakes) for symbol, facts in document.items()}
    if mistakes:
        lines = mistakes if len(mistakes) == 1 else [f"{len(mistakes)} mistakes", *(f"  {m}" for m in mistakes)]
        raise InputError(f"{path}: " + "\n".join(lines))
    return found


def _document(path: Path) -> Any:
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
        if len(data) > _MAX_BYTES:
            raise InputError(f"{path}: an instruments file has at most {_MAX_BYTES:,} bytes",
                             help="keep the symbols that are traded")  # fmt: skip
        text = data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise InputError(f"{path}: cannot read the instruments file: {reason}") from None
    from .plain_yaml import load_plain

    try:
        if path.suffix.lower() == ".json":
            return json.loads(text, object_pairs_hook=_without_twins)
        return load_plain(text)
    except RecursionError:  # of JSON
        raise InputError(f"{path}: nested too deep", help="write symbols with their facts, nothing is deeper") from None
    except Exception as error:  # ruamel raises stray errors on some malformed input
        words = getattr(error, "problem", None) or next(iter(str(error).splitlines()), type(error).__name__)
        mark = getattr(error, "problem_mark", None)
        place = f" at line {mark.line + 1}, column {mark.column + 1}" if mark is not None else ""
        kind = "JSON" if path.suffix.lower() == ".json" else "YAML"
        raise InputError(f"{path}: not valid {kind}{place}: {words}") from None


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"`{next(key for key in keys if keys.count(key) > 1)}` stands twice")
    return found


def _facts(symbol: object, facts: object, mistakes: list[str]) -> dict[str, float]:
    try:
        parse_symbol(str(symbol))
    except InputError as error:
        mistakes.append(f"{error.message}; {error.help}")
    if not isinstance(facts, Mapping):
        mistakes.append(f"{symbol}: expected a mapping of facts, found {_kind(facts)}")
        return {}
    found: dict[str, float] = {}
    for key, text in facts.items():
        if key not in UNSTATED:
            near = get_close_matches(str(key), UNSTATED, 1)
            hint = f"did you mean `{near[0]}`?" if near else f"known: {', '.join(UNSTATED)}"
            mistakes.append(f"{symbol}.{key}: unknown key; {hint}")
            continue
        try:
            found[key] = _fact(key, text)
        except ValueError as error:
            mistakes.append(f"{symbol}.{key}: {error}")
    if found.get("min_quantity", 0.0) > found.get("max_quantity", math.inf):
        mistakes.append(f"{symbol}.max_quantity: {found['max_quantity']:g} is below min_quantity")
    return found


def _fact(key: str, text: object) -> float:
    if key == "fee_in":
        if str(text) not in CURRENCIES:
            raise ValueError(f"expected base or quote, found `{text}`")
        return CURRENCIES[str(text)]
    if key not in FEES and key != "maintenance":
        return _amount(key, text)
    return parse_fee(text)


def _amount(key: str, text: object) -> float:
    value = _number(text, percent=False)
    if value < 0.0:
        raise ValueError(f"`{text}` is negative")
    if value == 0.0 and key == "max_quantity":
        raise ValueError("`0` would allow no order; leave it out for no limit")
    return value


def _number(text: object, percent: bool) -> float:
    """A finite number, or text that holds one; with `%` where a percentage fits."""
    if isinstance(text, bool) or not isinstance(text, (int, float, str)):
        raise ValueError(f"expected a number, found {_kind(text)}")
    digits = text.strip() if isinstance(text, str) else repr(text)
    scale = 1.0
    if percent and digits.endswith("%"):
        digits, scale = digits[:-1].rstrip(), 100.0
    value = float(digits) / scale if _NUMBER.fullmatch(digits) else math.nan
    if not math.isfinite(value):
        raise ValueError(f"expected a number{' such as 0.1%' if percent else ''}, found `{text}`")
    return value


def _kind(value: object) -> str:
    names = {type(None): "nothing", bool: "true/false", str: "text", list: "a list", dict: "a mapping"}
    return names.get(type(value), "a number" if isinstance(value, int | float) else type(value).__name__)
