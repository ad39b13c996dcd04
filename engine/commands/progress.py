"""Tells a paper session as it happens: a progress bar where there is a terminal, a line for each fill."""

from __future__ import annotations

from collections.abc import Mapping

from rich.progress import BarColumn, MofNCompleteColumn, TextColumn

from ..market.instrument import Instrument
from ..run.listener import Filled
from ..trading.trades import ExitReason, Trades
from .bar import Bar


class Quiet:
    """Listens and says nothing (for JSON output)."""

    def __enter__(self) -> Quiet:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def stepped(self, time: int, equity: float) -> None:
        pass

    def turn_to(self, member: str) -> None:
        pass

    def opened(self, fill: Filled) -> None:
        pass

    def reduced(self, fill: Filled) -> None:
        pass

    def closed(self, trade: Trades) -> None:
        pass


class Teller(Bar):
    """Prints entries and exits on stderr, with a progress bar below them while that is a terminal."""

    def __init__(self, steps: int, instruments: Mapping[str, Instrument]) -> None:
        super().__init__(BarColumn(), MofNCompleteColumn(), TextColumn("candles"))
        self._task = self._bar.add_task("paper", total=steps)
        self._instruments = instruments
        self._member = ""

    def stepped(self, time: int, equity: float) -> None:
        self._bar.update(self._task, advance=1, description=f"equity {equity:,.2f}")

    def turn_to(self, member: str) -> None:
        self._member = f"{member[:20]:<20}  "

    def opened(self, fill: Filled) -> None:
        self._say_fill(fill, "enter", "long" if fill.quantity > 0 else "short")

    def reduced(self, fill: Filled) -> None:
        self._say_fill(fill, "part", "long" if fill.quantity < 0 else "short")

    def closed(self, trade: Trades) -> None:
        symbol = trade.symbols[trade.symbol[0]]
        side = "long" if trade.side[0] > 0 else "short"
        reason = ExitReason(int(trade.reason[0])).name.lower()
        quote = self._instruments[symbol].quote
        self._say(
            int(trade.exit_time[0]),
            f"{symbol:<12} exit  {side:<5} {trade.quantity[0]:.6g} at {trade.exit_price[0]:,.6g}  {reason:<9} "
            f"{trade.profit[0]:+,.2f} {quote} ({trade.profit_pct[0]:+.2f}%)",
        )

    def _say_fill(self, fill: Filled, what: str, side: str) -> None:
        self._say(fill.time, f"{fill.symbol:<12} {what:<5} {side:<5} {abs(fill.quantity):.6g} at {fill.price:,.6g}")

    def _say(self, time: int, words: str) -> None:
        from ..report.tables import iso_time

        self._console.print(f"{iso_time(time)[:16].replace('T', ' ')}  {self._member}{words}", soft_wrap=True)
