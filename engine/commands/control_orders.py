"""`stratrun cancel`, `close`, `trade`: orders by hand, through the same gate as any other."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import click

from ..diagnostics.diagnostic import InputError
from . import control
from .failures import told

if TYPE_CHECKING:
    DecimalType = click.ParamType[Decimal]
else:  # generic in newer releases of click only
    DecimalType = click.ParamType


class Positive(DecimalType):
    """An exact number above zero."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            number = Decimal(0)
        if not number.is_finite() or not Decimal("1e-18") <= number <= Decimal("1e18"):
            self.fail(f"'{value}' is not a number above zero", param, ctx)
        return number


@click.command("cancel", epilog="Example: stratrun cancel --deployment desk.yaml 7f3a9c21d5e80b4412")
@click.argument("order", required=False)
@click.option("--symbol", metavar="SYMBOL", help="All entry orders of this symbol.")
@click.option("--entries", is_flag=True, help="All entry orders.")
@control.why
@control.where
@told
def cancel(order: str | None, symbol: str | None, entries: bool, why: str, form: str, **place: Any) -> None:
    """Cancel one ORDER by its id (`stratrun orders` lists them), or all entry orders.

    A stop is canceled only by its own id, and the session sets it again where its position needs one.

    Exit codes: 0 done, 1 refused or a mistake in the file, 2 no session runs or it does not answer.
    """
    from ..run.control.commands import Cancel

    if sum((bool(order), bool(symbol), entries)) != 1:
        raise InputError("which orders?", help="give an ORDER, --symbol SYMBOL or --entries")
    control.act(Cancel(order or "", symbol or ""), **place, why=why, form=form)


@click.command("close", epilog="Example: stratrun close --deployment desk.yaml BTC/USDT --why 'target met' --yes")
@click.argument("symbol")
@click.option("--strategy", metavar="NAME", default="", help="Only what this strategy holds.")
@control.why
@control.yes
@control.where
@told
def close(symbol: str, strategy: str, why: str, yes: bool, form: str, **place: Any) -> None:
    """Close the position in SYMBOL at the market's price, its orders canceled first; needs a reason.

    Exit codes: 0 done, 1 refused or a mistake in the file, 2 no session runs or it does not answer.
    """
    from ..run.control.commands import Close

    reason = control.reasoned(why)
    control.confirmed(f"Close {symbol} at the market's price?", yes)
    control.act(Close(symbol, strategy), **place, why=reason, form=form)


@click.command("trade", epilog="Example: stratrun trade --deployment desk.yaml BTC/USDT buy 0.01 --why hedge --yes")
@click.argument("symbol")
@click.argument("side", type=click.Choice(["buy", "sell"]))
@click.argument("quantity", type=Positive())
@click.option("--limit", "price", type=Positive(), help="Send a limit order at this price.")
@click.option("--stop", "trigger", type=Positive(), help="Send a stop order with this trigger.")
@click.option("--reduce-only", is_flag=True, help="Only ever make a position smaller.")
@click.option("--post-only", is_flag=True, help="Only pay the maker fee; with --limit.")
@click.option("--strategy", metavar="NAME", default="", help="Whose position it changes; nobody's if left out.")
@control.why
@control.yes
@control.where
@told
def trade(
    symbol: str, side: str, quantity: Decimal, price: Decimal | None, trigger: Decimal | None, reduce_only: bool,
    post_only: bool, strategy: str, why: str, yes: bool, form: str, **place: Any,
) -> None:  # fmt: skip
    """Send one order by hand: QUANTITY of SYMBOL in base units, a market order unless a price is given.

    It passes the same gate as every other order, needs a reason, and is recorded with your name.

    Exit codes: 0 done, 1 refused or a mistake in the file, 2 no session runs or it does not answer.
    """
    from ..ledger.values import OrderType, Side
    from ..run.control.commands import PlaceManual

    reason = control.reasoned(why)
    if post_only and (price is None or trigger is not None):
        raise InputError("--post-only is for limit orders", help="add --limit PRICE, or leave it out")
    if trigger is not None:
        kind = OrderType.STOP if price is None else OrderType.STOP_LIMIT
    else:
        kind = OrderType.MARKET if price is None else OrderType.LIMIT
    order = PlaceManual(symbol, Side(side), quantity, kind, price, trigger, reduce_only, post_only, strategy)
    prices = (f" at {price:f}" if price else "") + (f" once it trades at {trigger:f}" if trigger else "")
    control.confirmed(f"{side.capitalize()} {quantity:f} {symbol} ({kind.value}){prices}?", yes)
    control.act(order, **place, why=reason, form=form)
