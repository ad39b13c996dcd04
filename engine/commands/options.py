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
from .paths import FOLDER, OUT, PAGE, PATH, SPEC

form = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True,
    help="What to print: words for people or JSON for programs.",
)  # fmt: skip
candles = click.option(
    "--candles", "specs", multiple=True, metavar="[SYMBOL=]PATH", type=SPEC,
    help="Candles: a Parquet or CSV file, a folder of them, or store:VENUE for the candle store. Repeatable.",
)  # fmt: skip
settings = click.option(
    "--set", "settings", multiple=True, metavar="NAME=VALUE",
    help="Override a parameter of the file's `params`. May be given several times.",
)  # fmt: skip
params = click.option(
    "--params", "params_file", metavar="FILE", type=PATH,
    help="A file of tuned values, as `stratrun optimize --out` writes it; --set overrules it.",
)  # fmt: skip
limits = click.option(
    "--limits", "limits_file", metavar="FILE", type=PATH,
    help="A file with a `risk:` block; the stricter of its limits and the strategy's hold.",
)  # fmt: skip
instruments = click.option(
    "--instruments", "instruments_file", metavar="FILE", type=PATH,
    help="YAML or JSON with each symbol's steps, minimums and fees; what it lacks is assumed and named.",
)  # fmt: skip


if TYPE_CHECKING:
    from ..language.strategy import Strategy

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


class Share(FloatType):
    """A part from 0 to 1: `5%` or 0.05."""

    name = "share"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        match = re.fullmatch(r"\s*([0-9]+(?:\.[0-9]+)?)\s*(%)?\s*", str(value))
        number = float(match[1]) / (100 if match[2] else 1) if match else math.nan
        if not 0 <= number <= 1:
            self.fail(f"'{value}' is not a part of a whole; write 5% or 0.05", param, ctx)
        return number


def span(function: Callable[..., Any]) -> Callable[..., Any]:
    """--from, --to."""
    end = click.option("--to", "end", type=Instant(), help="Stop before this date.")
    words = "Trade from this date on (candles before it warm up)."
    return click.option("--from", "start", type=Instant(), help=words)(end(function))


fills = (
    click.option(
        "--spread", type=Fraction(), default=0.0, metavar="FRACTION",
        help="Distance from best bid to best ask, such as 0.02%; a market order pays half of it.",
    ),
    click.option(
        "--impact", type=Share(), default=0.0, metavar="FRACTION",
        help="Slippage of an order as large as its candle's volume; it grows with the square of the share.",
    ),
    click.option(
        "--volume-share", type=Share(), default=0.0, metavar="PERCENT",
        help="Most of a candle's volume that a limit order fills for, such as 5%. No limit if left out.",
    ),
    click.option("--touch", is_flag=True, help="Fill limits that the price only touches; it must pass them otherwise."),
    click.option(
        "--detail", "details", multiple=True, metavar="TIMEFRAME=[SYMBOL=]PATH", type=SPEC,
        help="Finer candles that tell what came first inside a candle, such as 1m=BTCUSDT-1m.parquet. Repeatable.",
    ),
    click.option(
        "--funding", "fundings", multiple=True, metavar="RATE|[SYMBOL=]PATH", type=SPEC,
        help="Funding of contracts: a rate due every 8 hours, such as 0.01%, or a file of time and rate. Repeatable.",
    ),
)  # fmt: skip
"""How the simulated venue fills and charges."""

outputs = (
    click.option("--trades", "trades_out", metavar="OUT", type=OUT, help="Write trades (.csv or .parquet)."),
    click.option("--fills", "fills_out", metavar="OUT", type=OUT, help="Write every fill likewise."),
    click.option("--decisions", "decisions_out", metavar="OUT", type=OUT,
                 help="Write every signal and what became of it likewise."),
    click.option("--equity", "equity_out", metavar="OUT", type=OUT, help="Write equity per candle likewise."),
    click.option("--html", "html_out", metavar="OUT", type=PAGE,
                 help="Write the report as one page with charts, which needs no network."),
    click.option("--out", "folder_out", metavar="FOLDER", type=FOLDER,
                 help="Write all of these and result.json into a folder, for `stratrun compare`."),
)  # fmt: skip
"""Files a back-test writes."""


def grouped(*groups: Sequence[Callable[..., Any]]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A decorator that gives a command every option of the groups, in their order."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed([option for group in groups for option in group]):
            function = option(function)
        return function

    return decorate


def account_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """--capital, --fee, --slippage, --instruments."""
    for option in (instruments, slippage, fee, capital):
        function = option(function)
    return function


def limited(strategy: Strategy, path: str | None) -> Strategy:
    """The strategy under the limits of a file, where one is given. Raises DocumentError."""
    if path is None:
        return strategy
    from ..language.limits_file import with_limits

    return with_limits(strategy, path)


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
