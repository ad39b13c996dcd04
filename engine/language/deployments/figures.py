"""Texts such as `2s`, `5%` and `5000 USDT` of a deployment in, numbers out; those out of reach go to the report."""

from __future__ import annotations

import re
from decimal import Decimal

from ...diagnostics.report import Report
from ..deployment import Capital
from ..structure.part import Part

MS = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_LENGTH = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h|d)")
_AMOUNT = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?([A-Za-z][A-Za-z0-9]*)")


def length(part: Part, key: str, usual: int, least: int, most: int, report: Report) -> int:
    """Ms of the length of time at `key`, `usual` where there is none."""
    text = part.string(key)
    match = _LENGTH.fullmatch(text)
    if match is None:
        return usual
    found = int(Decimal(match[1]) * MS[match[2]])
    if not least <= found <= most:
        message = f"`{key}` is {text}; it is {written(least)} at least and {written(most)} at most"
        report.error("SR736", message, part.span(key), f"the usual is `{key}: {written(usual)}`")
        return usual
    return found


def written(ms: int) -> str:
    """Ms in the largest unit that leaves no rest."""
    unit = next((unit for unit in reversed(MS) if ms and ms % MS[unit] == 0), "s")
    return f"{ms // MS[unit]}{unit}"


def fraction(part: Part, key: str, usual: float, report: Report) -> float:
    """The fraction of the percent at `key`, above 0 and at most 1."""
    text = part.string(key)
    if not text:
        return usual
    found = float(Decimal(text.rstrip("%")) / 100)
    if not 0 < found <= 1:
        report.error("SR736", f"`{key}` is {text}; it is above 0% and at most 100%", part.span(key))
    return found


def capital(root: Part, currency: str, report: Report) -> Capital:
    """How much may be used; `currency` is that of the strategies, empty where it is not known."""
    text, span = root.string("capital", "all"), root.span("capital")
    if text == "all":
        return Capital()
    if text.endswith("%"):
        return Capital(share=fraction(root, "capital", 1.0, report))
    match = _AMOUNT.fullmatch(text)
    assert match is not None  # the schema's pattern
    if currency and match[2] != currency:
        message = f"the capital is in {match[2]}, and the strategies are paid in {currency}"
        report.error("SR734", message, span, f"write `capital: {match[1]} {currency}`")
    if not Decimal(match[1]):
        report.error("SR736", "`capital` must be above zero", span, "write an amount, a share such as `50%`, or `all`")
    return Capital(amount=Decimal(match[1]))
