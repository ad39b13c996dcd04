"""An outcome in words, and as JSON values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from ...research.backtest import iso
from .ground import Rehearsal
from .outcome import Outcome
from .parity import Pair, Side

_SHOWN = 12


def as_json(outcome: Outcome, rehearsal: Rehearsal, replay: str) -> dict[str, Any]:
    """Prices and quantities of orders as texts, those of trades as numbers; times ms UTC."""
    return {
        "good": outcome.good,
        "from": rehearsal.start,
        "to": rehearsal.end,
        "history": rehearsal.history,
        "closes": outcome.closes,
        "steps": outcome.steps,
        "restarts": outcome.restarts,
        "struck": list(outcome.struck),
        "happened": [{"time": time, "what": what} for time, what in outcome.happened],
        "missed": list(outcome.missed),
        "alerts": [asdict(alert) for alert in outcome.alerts],
        "noticed": [{"time": time, "subject": subject, "words": words} for time, subject, words in outcome.said],
        "orders": outcome.states,
        "roles": outcome.roles,
        "fills": outcome.fills,
        "violations": [{"time": time, "words": words} for time, words in outcome.violations],
        "drift": list(outcome.drift),
        "duplicates": outcome.duplicates,
        "orphans": outcome.orphans,
        "equity": outcome.equity,
        "closed_trades": len(outcome.trades),
        "remarks": remarks(outcome, rehearsal),
        "trades": [_pair(pair) for pair in outcome.pairs],
        "replay": replay,
    }


def as_text(outcome: Outcome, rehearsal: Rehearsal, replay: str) -> Iterator[str]:
    """Line by line."""
    name, span = rehearsal.deployment.name, f"{iso(rehearsal.start)} to {iso(rehearsal.end)}"
    yield f"{name}: {outcome.closes} closes from {span}, after {rehearsal.history} candles of history"
    yield _row("went wrong", f"{len(outcome.struck)} calls and messages{_calls(outcome)}")
    for time, what in outcome.happened[:_SHOWN]:
        yield _row("", f"{iso(time)} {what}")
    for what in outcome.missed:
        yield _row("", f"never came about: {what}")
    yield _row("processes", f"{outcome.restarts + 1}")
    yield _row("orders", _orders(outcome))
    yield _row("fills", f"{outcome.fills} in {len(outcome.trades)} closed trades; equity {outcome.equity:,.2f}")
    yield _row("told", _counts(outcome.codes) or "nothing")
    yield from _verdict(outcome, replay)
    for words in remarks(outcome, rehearsal):
        yield _row("NOTE", words)
    yield from _parity(outcome)


def remarks(outcome: Outcome, rehearsal: Rehearsal) -> list[str]:
    """Why a rehearsal shows less than it seems to, each with what to do."""
    asked, found = bool(str(rehearsal.script)), []
    if not outcome.orders:
        found.append("no order was sent, so this proves nothing: give more candles (--count, --candles), or an earlier"
                     " --from")  # fmt: skip
    elif not outcome.fills:
        found.append("no order was filled, so no position was put to the test: give more candles (--count, --candles)")
    if asked and not (outcome.struck or outcome.happened):
        found.append("none of the faults struck: give more candles, or other --faults (a call of a lower number, an"
                     " earlier time)")  # fmt: skip
    if not asked:
        found.append("no faults were asked for: --faults heavy shows how the order path takes them")
    return found


def _verdict(outcome: Outcome, replay: str) -> Iterator[str]:
    if outcome.good:
        yield _row("checked", f"every invariant at each of {outcome.steps} steps: none broke")
        yield _row("in the end", "no order twice, none forgotten, no drift; ledger, Book and venue agree")
        return
    for time, words in outcome.violations[:_SHOWN]:
        yield _row("BROKEN", f"{iso(time)} {words}")
    if more := len(outcome.violations) - _SHOWN:
        yield _row("", f"and {more} more") if more > 0 else _row("", "")
    for words in outcome.drift:
        yield _row("DRIFT", words)
    yield _row("again", replay)


def _parity(outcome: Outcome) -> Iterator[str]:
    if not outcome.pairs:
        return
    same = sum(not pair.differs for pair in outcome.pairs)
    yield _row("back-test", f"{same} of {len(outcome.pairs)} trades are the same to the last step")
    if same == len(outcome.pairs):
        return
    yield f"  {'entered':17} {'symbol':12} {'rehearsed':>32}   {'back-tested':>32}   differs"
    for pair in [pair for pair in outcome.pairs if pair.differs][:_SHOWN]:
        one = pair.rehearsed or pair.tested
        assert one is not None
        left, right = _side(pair.rehearsed), _side(pair.tested)
        yield f"  {iso(one.entered):17} {one.symbol:12} {left:>32}   {right:>32}   {', '.join(pair.differs)}"


def _side(side: Side | None) -> str:
    if side is None:
        return "-"
    return f"{side.quantity:g} {side.entry_price:g} > {side.exit_price:g} {side.reason}"


def _pair(pair: Pair) -> dict[str, Any]:
    sides = {"rehearsed": pair.rehearsed, "tested": pair.tested}
    return {name: None if side is None else asdict(side) for name, side in sides.items()} | {"differs": pair.differs}


def _orders(outcome: Outcome) -> str:
    if not outcome.orders:
        return "none"
    return f"{len(outcome.orders)} ({_counts(outcome.roles)}): {_counts(outcome.states)}"


def _calls(outcome: Outcome) -> str:
    counted = Counter(line.split()[0] for line in outcome.struck)
    return f": {_counts(dict(sorted(counted.items())))}" if counted else ""


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items())


def _row(name: str, words: str) -> str:
    return f"  {name:11}{words}"
