"""The paper session: closed candles arrive one time after another, the simulation decides and fills.

1. Candles of one close time arrive (a replay of files, or of the sample venue).
2. The simulation is extended by exactly these candles: graph, decisions, fills at the next open.
3. What happened is told to the listener: entries, exits, refused signals.
4. Stopping is asked for between two times, never inside one, so that the account is always whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..language.strategy import Strategy
from ..market.candles import Candles
from ..market.instrument import Instrument
from ..market.timeline import Chunk, cut, union_times
from ..research.backtest import Result, require_rows, result_of, select
from ..trading.account import Account
from ..trading.simulation import Simulation
from ..trading.venue import Venue
from ..trading.wiring import wire
from .listener import Listener, tell_fills


class PaperSession:
    """Trades candles as they close, with simulated money and fills."""

    def __init__(
        self,
        strategy: Strategy,
        candles: Mapping[str, Candles],
        instruments: Mapping[str, Instrument],
        account: Account,
        venue: Venue | None = None,
    ) -> None:
        """Raises InputError when a symbol is missing or the candles do not reach beyond the warm-up."""
        wiring = wire(strategy, account.reads_volume)
        self._own, self._feeds = select(strategy, candles)
        self._account, self._instruments = account, instruments
        self._times = union_times(self._own)
        require_rows(wiring.plan, self._own, self._times, self._times, strategy)
        self._simulation = Simulation(strategy, instruments, account, 1, False, wiring, venue)
        self._stopping = False
        self._done = 0

    def __len__(self) -> int:
        """How many times there are to step through."""
        return len(self._times)

    def stop(self) -> None:
        """Ask the session to end after the present candle."""
        self._stopping = True

    @property
    def stopped(self) -> bool:
        """Whether the session was asked to end before its candles did."""
        return self._stopping and self._done < len(self._times)

    def run(self, listener: Listener) -> Result:
        """Step through the candles until they end or `stop` is called; returns what it came to."""
        for chunk in self._chunks():
            if self._stopping:
                break
            self._step(chunk, listener)
        seen = {c.symbol: c.rows(0, self._seen(c)) for c in self._own}
        return result_of(self._simulation, self._account, self._instruments, seen)

    def _chunks(self) -> Iterable[Chunk]:
        return cut(self._own, self._feeds, self._times, 1)

    def _seen(self, candles: Candles) -> int:
        if not self._done:
            return 0
        return int(candles.time.searchsorted(self._times[self._done - 1], side="right"))

    def _step(self, chunk: Chunk, listener: Listener) -> None:
        """One time."""
        simulation = self._simulation
        records = simulation.records
        trades = records.last_trades() if simulation.advance(chunk) else None
        tell_fills(records.last_fills(), trades, simulation.strategy.symbols, listener)
        listener.stepped(int(self._times[self._done]), simulation.equity)
        self._done += 1
