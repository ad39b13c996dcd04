"""Name, symbols and timeframe of a version 1 document."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..tree import Items, Mark, Node, Scalar
from .numbers import said
from .part import Part
from .told import Told, shown
from .words import QUOTES, normal

_UNITS = {"m": "m", "min": "m", "mins": "m", "minute": "m", "minutes": "m", "h": "h", "hr": "h", "hour": "h",
          "hours": "h", "d": "d", "day": "d", "days": "d", "w": "w", "week": "w", "weeks": "w"}  # fmt: skip
_CONTRACTS = ("PERP", "SWAP", "FUTURE", "FUTURES")
_SYMBOL = re.compile(r"([A-Z0-9]+)[-_/ ]([A-Z0-9]+)(?::([A-Z0-9]+))?")


@dataclass(frozen=True, slots=True)
class Symbol:
    base: str
    quote: str
    settle: str | None
    mark: Mark

    def written(self, perp: bool) -> str:
        settle = self.settle or (self.quote if perp else None)
        return f"{self.base}/{self.quote}" + (f":{settle}" if settle else "")


def symbols(root: Part, told: Told) -> list[Symbol]:
    node = root.take("symbols", "symbol", "pairs", "pair")
    if node is None:
        told.missing("there are no `symbols`", root.mark, 'add "symbols": ["BTC/USDT"]')
        return []
    found: dict[tuple[str, str, str | None], Symbol] = {}
    for item in node.items if isinstance(node, Items) else (node,):
        symbol = _symbol(item, told)
        if symbol is None:
            continue
        key = symbol.base, symbol.quote, symbol.settle
        if key in found:
            told.dropped(f"{said(item)} stands twice in `symbols`", item)
        found.setdefault(key, symbol)
    if isinstance(node, Items) and not node.items:
        told.missing("`symbols` is empty", node, 'write ["BTC/USDT"]')
    return list(found.values())


def _symbol(node: Node, told: Told) -> Symbol | None:
    text = node.text.strip().upper() if isinstance(node, Scalar) and isinstance(node.value, str) else ""
    match = _SYMBOL.fullmatch(text)
    if match is not None and match[2] in _CONTRACTS:
        help_ = f"write the contract with its currencies, such as `{match[1]}/USDT:USDT`"
        told.unclear(f"{said(node)} is a contract, and does not say in which currency", node, help_)
        return None
    if match is not None:
        return Symbol(match[1], match[2], match[3], node.mark)
    quote = next((quote for quote in QUOTES if text.endswith(quote) and len(text) > len(quote)), None)
    if quote is not None and text.isalnum():
        base = text.removesuffix(quote)
        told.assumed(f"`{shown(text)}` is read as {base}/{quote}", node)
        return Symbol(base, quote, None, node.mark)
    told.unclear(f"{said(node)} is not a symbol", node, "write base and quote, such as `BTC/USDT`")
    return None


def timeframe(root: Part, told: Told) -> str | None:
    node = root.take("timeframe", "interval")
    if node is None:
        told.missing("there is no `timeframe`", root.mark, 'add "timeframe": "1h"')
        return None
    text = node.text.strip() if isinstance(node, Scalar) and isinstance(node.value, str) else ""
    match = re.fullmatch(r"([1-9][0-9]{0,3})\s*([A-Za-z]+)", text)
    unit = _UNITS.get(match[2].lower()) if match else None
    if match is None or unit is None or match[2] == "M":
        help_ = "write a number and m, h, d or w, such as `5m` or `1h`"
        told.unclear(f"{said(node)} is not a timeframe", node, help_)
        return None
    return match[1] + unit


def kind(root: Part) -> str | None:
    """What kind of strategy it says it is, as words; None where it says nothing."""
    node = root.take("type", "strategytype")
    if not isinstance(node, Scalar) or not isinstance(node.value, str) or normal(node.text) == "custom":
        return None
    words = " ".join(re.split(r"[\s_\-]+", node.text.strip()))
    return words.lower() or None


def text(root: Part, name: str, told: Told) -> Scalar | None:
    """A text of the document; a number is taken for its digits."""
    node = root.take(name)
    if isinstance(node, Scalar) and not isinstance(node.value, bool):
        return node if node.text.strip() else None
    if node is not None:
        told.dropped(f"`{name}` is no text and is not carried over", node)
    return None
