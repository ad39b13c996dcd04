"""A live account that is told a back-test's fills decides what the back-test decided."""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import fields
from typing import Any

import numpy as np

from stratrun.engine.language.portfolio import Member, Portfolio
from stratrun.engine.market.timeline import Chunk, union_times
from stratrun.engine.trading.codes import Decision
from stratrun.engine.trading.fills import ADDITION, ENTRY
from stratrun.engine.trading.live import LiveAccount
from stratrun.engine.trading.live_portfolio import LivePortfolio
from stratrun.engine.trading.records import Decisions, Fills, decisions_of
from stratrun.engine.trading.saved import restore, saved
from stratrun.engine.trading.simulation import Simulation
from stratrun.engine.trading.trades import ExitReason

from .case import Case, make_case, pieces

ENDED = {Decision.FILL_REDUCED, Decision.FILL_DROPPED, Decision.POST_ONLY}
"""What ends an order inside a candle: live, the venue says so."""
UNTOLD = {"fine", "capped", "rung", "target", "sold", "at", "gap", "closed"}
"""Fields of a position that only matching or only live reads, or that an empty target of a ladder moves later."""


class Twin:
    """A simulation, and a live account that is told what happened in it."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.simulation = Simulation(case.strategy, case.instruments, case.account, 1, False)
        self.live = LiveAccount(case.strategy, case.instruments, case.account)
        self.held = dict.fromkeys(case.strategy.symbols, 0.0)
        self.seen: list[Decisions] = []
        self.told = Counter[str]()
        take = self.simulation.records.take

        def kept(tape: Any) -> int:
            self.seen.append(decisions_of(tape))
            return take(tape)

        self.simulation.records.take = kept  # type: ignore[method-assign]

    def step(self, chunk: Any) -> None:
        self.simulation.advance(chunk)
        self._tell(self.simulation.records.last_fills())
        for k in np.flatnonzero([code in ENDED for code in self.seen[-1].code.tolist()]).tolist():
            code, symbol = Decision(int(self.seen[-1].code[k])), int(self.seen[-1].symbol[k])
            self.told[code.name] += 1
            self.live.entry_ended(self.case.strategy.symbols[symbol], code, time=int(self.seen[-1].time[k]))
        self.check(self.live.close(chunk))

    def _tell(self, fills: Fills) -> None:
        for k in range(len(fills)):
            symbol, side = self.case.strategy.symbols[int(fills.symbol[k])], int(fills.side[k])
            time, price, fee = int(fills.time[k]), float(fills.price[k]), float(fills.fee[k])
            maker, reason = bool(fills.maker[k]), int(fills.reason[k])
            self.told["exit" if reason >= 0 else "entry" if reason == ENTRY else "addition"] += 1
            if reason in (ENTRY, ADDITION):
                position = self.simulation.book.positions[int(fills.symbol[k])]
                bought = abs(float(fills.position[k]) - self.held[symbol])
                exact = self.case.instruments[symbol].fee_in_base
                self.live.entered(
                    symbol, side, float(fills.quantity[k]), price, fee, time=time, maker=maker,
                    bought=bought if exact else None, inside=position.inside == time,
                )  # fmt: skip
            else:
                quantity = float(fills.quantity[k])
                self.live.left(symbol, quantity, price, fee, ExitReason(reason), time=time, maker=maker)
            self.held[symbol] = self.live.quantity_of(symbol)

    def check(self, made: Decisions) -> None:
        theirs = self.seen[-1]
        ms = self.case.strategy.timeframe.ms
        at_close = np.isin(theirs.time, self.simulation.curve()[0][-1:])
        ours = np.isin(made.time, self.simulation.curve()[0][-1:])
        for field in fields(Decisions):
            mine, other = getattr(made, field.name)[ours], getattr(theirs, field.name)[at_close]
            assert np.array_equal(mine, other, equal_nan=True), (field.name, mine, other, ms)
        assert self.live.equity == self.simulation.equity
        for mine, other in zip(self.live.book.orders, self.simulation.book.orders, strict=True):
            ordered = [(order.side, order.quantity if order.side else 0.0) for order in (mine, other)]
            assert ordered[0] == ordered[1]
        for mine, other in zip(self.live.book.positions, self.simulation.book.positions, strict=True):
            told = {f.name for f in fields(mine)} - UNTOLD if mine.quantity else {"quantity", "mark", "time"}
            for name in told:
                a, b = getattr(mine, name), getattr(other, name)
                assert a == b or (a != a and b != b), (name, a, b)


def test_a_live_account_decides_as_the_backtest() -> None:
    """Told the same fills, the decisions, the equity and the book are the same numbers at each close; the drawn cases
    hold entries, additions, exits and orders that ended inside a candle."""
    told = Counter[str]()
    for seed in range(120):
        twin = Twin(make_case(random.Random(seed)))
        candles = [twin.case.candles[symbol] for symbol in twin.case.strategy.symbols]
        for chunk in pieces(twin.case, range(1, len(union_times(candles)))):
            twin.step(chunk)
        told += twin.told
    assert set(told) >= {"entry", "addition", "exit", "FILL_REDUCED", "POST_ONLY"}, told


def test_a_saved_account_goes_on_as_if_nothing_had_happened() -> None:
    """Saved as JSON after any close and restored, an account decides and marks the same from then on."""
    for seed in range(40):
        case = make_case(random.Random(seed))
        portfolio = Portfolio("", "one", (Member("one", 1.0, case.strategy),))
        kept, fresh = (LivePortfolio(portfolio, case.instruments, case.account) for _ in range(2))
        candles = [case.candles[symbol] for symbol in case.strategy.symbols]
        chunks = pieces(case, range(1, len(union_times(candles))))
        half = len(chunks) * 2 // 3
        for chunk in chunks[:half]:
            _play(kept, chunk)
        if any(one.replayed for one in kept.members[0].graphs()):
            continue  # this graph is only made again from its candles
        restore(fresh, json.loads(json.dumps(saved(kept))))
        for chunk in chunks[half:]:
            mine, other = _play(fresh, chunk), _play(kept, chunk)
            for field in fields(Decisions):
                assert np.array_equal(getattr(mine, field.name), getattr(other, field.name), equal_nan=True)
            assert fresh.equity == kept.equity
        assert repr(saved(fresh)) == repr(saved(kept))


def _play(portfolio: LivePortfolio, chunk: Chunk) -> Decisions:
    """Close the chunk; whatever is wanted is filled at once at its price."""
    made = portfolio.close([chunk])[0]
    account = portfolio.members[0]
    wants, time = account.wants(), portfolio.seen
    for entry in wants.entries:
        price = 100.0 if np.isnan(entry.price) else entry.price
        account.entered(entry.symbol, entry.side, entry.quantity, price, 0.01, time=time)
    for leaving in wants.exits:
        account.left(leaving.symbol, leaving.quantity, 101.0, 0.01, leaving.reason, time=time)
    return made
