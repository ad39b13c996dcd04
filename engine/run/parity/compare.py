"""A ledger's sessions and their deployment in, live and back-test trade by trade out.

1. the sessions are decided again, so that what follows rests on decisions that the ledger proves;
2. the same strategies are back-tested over the candles that the sessions saw, from the same first one;
3. fills of both become round trips, which are paired; each difference is parted by cause.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from ...diagnostics.diagnostic import InputError
from ...language.strategy import Market
from ...ledger.opening import open_reader
from ...ledger.reader import Reader
from ...ledger.values import Mode
from ...market.candles import Candles
from ...research.portfolio import PortfolioResult, backtest_portfolio
from ...trading.codes import Decision
from ..live.opening import as_portfolio
from ..replay.play import Replay, Replayed, Tell, play
from ..replay.recorded import chosen, sessions_of
from ..replay.seen import as_columns
from ..replay.subject import Files, Subject
from .attribute import attributed
from .causes import Cause
from .executions import of_backtest
from .facts import Facts, Place
from .pairs import Pair, paired
from .shortfall import Shortfall, shortfall
from .trips import Trip, trips_of


@dataclass(frozen=True, slots=True)
class Parity:
    """`equal`: both made the same trades. Amounts in quote units, live less back-test."""

    subject: Subject
    replayed: Replayed
    pairs: tuple[Pair, ...]
    shortfalls: tuple[Shortfall | None, ...]
    """Of each pair's live trade."""
    notes: tuple[str, ...] = ()

    @property
    def equal(self) -> bool:
        return not any(pair.parts for pair in self.pairs)

    @property
    def totals(self) -> dict[Cause, tuple[int, float]]:
        """For each cause how many trades it touched and what it came to, the largest first."""
        amounts: defaultdict[Cause, float] = defaultdict(float)
        counts: Counter[Cause] = Counter()
        for pair in self.pairs:
            counts.update({part.cause for part in pair.parts})
            for part in pair.parts:
                amounts[part.cause] += part.amount
        return {cause: (counts[cause], amounts[cause]) for cause in sorted(counts, key=lambda c: -abs(amounts[c]))}

    def profit(self, live: bool) -> float:
        """Of all trades, those still open marked at the last close."""
        trips = [pair.live if live else pair.test for pair in self.pairs]
        return sum(trip.profit for trip in trips if trip is not None)


def parity(ledger: str, paths: Sequence[str], session: str | None, strategy: str | None, tell: Tell) -> list[Parity]:
    """Raises InputError, DocumentError, LedgerError."""
    if not paths:
        raise InputError("no deployment and no strategy", help="name the deployment that ran, such as desk.yaml")
    files = Files(paths)
    reader = open_reader(ledger)
    known = sessions_of(reader)
    subjects = [files.subject(group, known) for group in chosen(reader, session, strategy)]
    return [compare(reader, subject, tell) for subject in subjects]


def compare(reader: Reader, subject: Subject, tell: Tell) -> Parity:
    """One deployment's sessions beside their back-test. Raises InputError, LedgerError."""
    facts = Facts(subject)
    replay = play(reader, subject, tell, facts.take)
    result = replay.finish()
    if result.first is None or result.last is None:
        raise InputError(f"session {subject.sessions[0].name} has decided no close yet", help="wait for one")
    candles = _candles(subject, facts)
    tested = _tested(subject, replay, candles)
    marks = {symbol: (int(c.time[-1]), float(c.close[-1])) for symbol, c in candles.items() if len(c)}
    steps = {symbol: one.quantity_step for symbol, one in replay.base.instruments.items()}
    live = trips_of(facts.executions, marks, steps)
    _fund(live, facts)
    names = [run.name for run in subject.runs]
    test = [
        trip for name, member in zip(names, tested.members, strict=True)
        for trip in trips_of(of_backtest(name, member), marks, steps)
    ]  # fmt: skip
    facts.tested = _decisions(subject, tested)
    pairs = attributed(paired(live, test), facts)
    shortfalls = tuple(None if pair.live is None else shortfall(pair.live, facts) for pair in pairs)
    return Parity(subject, result, tuple(pairs), shortfalls, (*subject.notes, *_notes(subject, result)))


def _candles(subject: Subject, facts: Facts) -> dict[str, Candles]:
    """By symbol, as the sessions saw them together."""
    found: dict[str, Candles] = {}
    for run in subject.runs:
        for symbol in dict.fromkeys((*run.strategy.symbols, *run.strategy.feeds.values())):
            rows = facts.candles.get((run.name, symbol), {})
            if symbol not in found or len(rows) > len(found[symbol]):
                found[symbol] = as_columns(symbol, run.strategy.timeframe, rows)
    return found


def _tested(subject: Subject, replay: Replay, candles: dict[str, Candles]) -> PortfolioResult:
    base, first = replay.base, replay.result.first
    assert first is not None
    start = first - min(run.strategy.timeframe.ms for run in subject.runs)
    return backtest_portfolio(
        as_portfolio(subject.deployment), candles, account=base.account, instruments=base.instruments, start=start,
        machine_code=False,
    )  # fmt: skip


def _decisions(subject: Subject, tested: PortfolioResult) -> dict[Place, str]:
    """What the back-test made of the signals at each close; the last word counts."""
    found: dict[Place, str] = {}
    for run, member in zip(subject.runs, tested.members, strict=True):
        made, ms = member.decisions, run.strategy.timeframe.ms
        for time, s, code in zip(made.time.tolist(), made.symbol.tolist(), made.code.tolist(), strict=True):
            found[run.name, run.strategy.symbols[s], time - ms] = Decision(code).name
    return found


def _fund(trips: Sequence[Trip], facts: Facts) -> None:
    """Funding goes to the trade that was open then."""
    for strategy, symbol, time, amount in facts.funding:
        mine = [t for t in trips if (t.strategy, t.symbol) == (strategy, symbol) and t.entries[0].at <= time]
        if mine:
            mine[-1].funding += amount


def _notes(subject: Subject, result: Replayed) -> list[str]:
    notes = []
    if not result.equal:
        notes.append("the replay does not come to the recorded decisions: see `stratrun replay`")
    if subject.sessions[0].opened.mode is not Mode.PAPER and subject.deployment.market is Market.PERP:
        notes.append("the back-test pays no funding: rates are not in the ledger")
    if len({run.strategy.timeframe for run in subject.runs}) > 1:
        notes.append("strategies of slower candles may trade one candle earlier in the back-test")
    return notes
