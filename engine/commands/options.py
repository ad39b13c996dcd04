"""Options that several commands share, and how their texts are read."""

from __future__ import annotations

import contextlib
import math
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from ..diagnostics.diagnostic import InputError

form = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True,
    help="What to print: words for people or JSON for programs.",
)  # fmt: skip
candles = click.option(
    "--candles", "specs", multiple=True, metavar="[SYMBOL=]PATH",
    help="Candles: a Parquet or CSV file, or a folder of them. May be given several times.",
)  # fmt: skip
settings = click.option(
    "--set", "settings", multiple=True, metavar="NAME=VALUE",
    help="Override a parameter of the file's `params`. May be given several times.",
)  # fmt: skip
instruments = click.option(
    "--instruments", "instruments_file", metavar="FILE", type=click.Path(),
    help="YAML or JSON with each symbol's steps, minimums and fees; what it lacks is assumed and named.",
)  # fmt: skip


if TYPE_CHECKING:
    FloatType = click.ParamType[float]
    IntType = click.ParamType[int]
else:  # generic in newer releases of click only
    FloatType = IntType = click.ParamType


class Fraction(FloatType):
    """`0.1%`, `5bps` or a plain fraction such as 0.001."""

    name = "fraction"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        match = re.fullmatch(r"\s*([0-9]+(?:\.[0-9]+)?)\s*(%|bps|bp)?\s*", str(value))
        if not match:
            self.fail(f"'{value}' is not a fraction; write 0.1%, 10bps or 0.001", param, ctx)
        number = float(match[1]) / {"%": 100, None: 1}.get(match[2], 10_000)
        if number >= 0.1:
            self.fail(
                f"'{value}' is {number:.0%} of the price; write 0.1% or 0.001 for a tenth of a percent", param, ctx
            )
        return number


_AMOUNT = re.compile(r"\+?(?:[0-9]{1,3}([,_])[0-9]{3}(?:\1[0-9]{3})*|[0-9]+)?(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?")


class Amount(FloatType):
    """A positive, finite number; commas or underscores may part its thousands."""

    name = "amount"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        text = str(value).strip()
        number = math.nan
        if _AMOUNT.fullmatch(text):
            with contextlib.suppress(ValueError):
                number = float(text.replace("_", "").replace(",", ""))
        if not 0 < number < 1e15:
            self.fail(f"'{value}' is not a positive amount; write a number such as 10000", param, ctx)
        return number


class Instant(IntType):
    """A date (00:00 UTC) or an ISO date and time (UTC unless it has an offset), as ms UTC."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        try:
            instant = datetime.fromisoformat(str(value).strip())
        except ValueError:
            self.fail(f"'{value}' is not a date; write 2024-01-31 or 2024-01-31T12:00Z", param, ctx)
        return int((instant if instant.tzinfo else instant.replace(tzinfo=UTC)).timestamp() * 1000)


capital = click.option(
    "--capital", type=Amount(), default=10_000.0, show_default=True, metavar="AMOUNT",
    help="Money to begin with, in the symbols' quote currency.",
)  # fmt: skip
fee = click.option(
    "--fee", type=Fraction(), metavar="FRACTION",
    help="Maker and taker fee, such as 0.1%; overrules the instruments'. Assumed 0.1% when nothing says it.",
)  # fmt: skip
slippage = click.option(
    "--slippage", type=Fraction(), default=0.0, show_default=True, metavar="FRACTION",
    help="How much worse than the open or the stop a market order fills, such as 0.05% or 5bps.",
)  # fmt: skip


def account_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """--capital, --fee, --slippage, --instruments."""
    for option in (instruments, slippage, fee, capital):
        function = option(function)
    return function


def overrides_of(texts: Sequence[str]) -> dict[str, str]:
    """`NAME=VALUE` texts as a mapping. Raises InputError."""
    found: dict[str, str] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or not name.strip() or not value.strip():
            raise InputError(f"--set {text}: expected NAME=VALUE", help="write --set fast=12")
        if name.strip() in found:
            raise InputError(f"--set {name.strip()} is given twice", help="give each parameter once")
        found[name.strip()] = value.strip()
    return found


def shows_marks(stream: Any) -> bool:
    """Whether the stream can print ✓ and ✗."""
    try:
        "✓✗".encode(getattr(stream, "encoding", None) or "ascii")
    except (UnicodeError, LookupError):
        return False
    return True
