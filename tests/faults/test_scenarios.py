"""Each fault that a live engine must survive, by its name: what the operator is told, how it ends, nothing broken."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

import pytest

from stratrun.engine.run.rehearsal.outcome import Outcome
from stratrun.engine.run.rehearsal.scenarios import SCENARIOS
from stratrun.engine.run.rehearsal.script import Script

from .ground import CROSS, TRAIL, check, recorded, rehearsal

USUAL = ("stop", "target", "exit", "stop")
"""How the four trades end when nothing goes wrong."""
FIRST_MISSED = ("target", "exit", "stop")


@dataclass(frozen=True)
class Expected:
    """`told`: codes of alerts, all of them; `said`: subjects of what the session noticed; `states`: how many orders end
    in states besides canceled, filled and open; `trades`: how the trades end; `restarts`: of the process."""

    told: frozenset[str] = frozenset()
    said: set[str] = field(default_factory=set)
    states: dict[str, int] = field(default_factory=dict)
    trades: tuple[str, ...] = USUAL
    restarts: int = 0


def told(*codes: str, **more: object) -> Expected:
    return Expected(frozenset(codes), **more)  # type: ignore[arg-type]


EXPECTED: dict[str, Expected] = {
    "submit-never-arrives": told("QUARANTINED", states={"never_placed": 1}, trades=FIRST_MISSED),
    "submit-rests-unanswered": told(),
    "submit-filled-unanswered": told(),
    "submit-accepted-late": told(),
    "killed-after-commit": told("QUARANTINED", states={"never_placed": 1}, trades=FIRST_MISSED, restarts=1),
    "killed-after-send": told(restarts=1),
    "killed-before-answer-recorded": told(restarts=1),
    "killed-between-fill-and-stop": told(restarts=1),
    "fill-before-answer": told(),
    "fill-told-twice": told(),
    "messages-out-of-order": told(),
    "report-is-stale": told(),
    "overfill": told("OVERFILL"),
    "partial-then-canceled": told(states={"expired": 5}),
    "stop-partial-then-canceled": told(),
    "dust": told(
        "DRIFT_FOUND",
        "DUST",
        "EMERGENCY",
        "STOP_REFUSED",
        "TRANSFERRED",
        said={"main"},
        states={"denied": 4, "rejected": 5},
        trades=("adjust",),
    ),
    "cancel-races-fill": told(trades=("stop", "stop", "exit", "stop")),
    "cancel-hides-partial": told(),
    "fill-after-cancel": told("FLIPPED", trades=("stop", "target", "emergency", "exit", "stop")),
    "replace-unanswered": told(trades=("stop", "target", "stop", "stop")),
    "stop-replacement-rejected": told(
        "STOP_REFUSED", states={"rejected": 3}, trades=("stop", "target", "stop", "stop")
    ),
    "stop-replacement-unanswered": told(
        "QUARANTINED", states={"never_placed": 1}, trades=("stop", "target", "stop", "stop")
    ),
    "stop-refused": told("STOP_REFUSED", states={"rejected": 1}),
    "exit-refused": told(states={"rejected": 1}),
    "stop-fills-during-exit": told(states={"denied": 1}, trades=("stop", "target", "stop", "stop")),
    "exit-late-stop-back": told(),
    "exit-behind-slow-cancel": told(),
    "orphan-stop": told(
        "EXTERNAL", "ORDER_FOUND", states={"rejected": 1}, trades=("external", "target", "exit", "stop")
    ),
    "closed-by-hand": told(
        "EXTERNAL", "ORDER_FOUND", states={"rejected": 1}, trades=("external", "target", "exit", "stop")
    ),
    "bought-by-hand": told("ORDER_FOUND"),
    "order-by-hand": told("ORDER_FOUND"),
    "deposit": told("TRANSFERRED"),
    "withdrawal": told("TRANSFERRED"),
    "wallet-short": told(
        "DRIFT_FOUND",
        "DUST",
        "EMERGENCY",
        "STOP_REFUSED",
        "TRANSFERRED",
        states={"expired": 1, "rejected": 4},
        trades=("adjust", "target", "exit", "stop"),
    ),
    "fee-in-base": told("DUST", states={"denied": 1}, trades=("adjust", "adjust", "adjust", "adjust")),
    "stop-changed-by-hand": told("AMENDED"),
    "stop-canceled-outside": told(),
    "liquidation": told("EXTERNAL", said={"BTC/USDT:USDT"}, trades=("external", "target", "exit", "stop")),
    "positions-unreadable": told("UNREADABLE", said={"liquidation"}),
    "symbol-omitted": told("DRIFT_FOUND"),
    "funding-paid": told("UNREADABLE"),
    "funding-unanswered": told(),
    "wrong-leverage": told("LEVERAGE"),
    "orphan-stop-contracts": told(
        "EXTERNAL", "ORDER_FOUND", said={"BTC/USDT:USDT"}, trades=("external", "target", "exit", "stop")
    ),
    "steps-change": told(states={"denied": 4, "rejected": 1}, trades=FIRST_MISSED),
    "throttled-then-banned": told(states={"rejected": 3}, trades=("stop",)),
    "server-errors": told(
        "ORDER_UNCLEAR",
        "QUARANTINED",
        "UNREADABLE",
        said={"clock"},
        states={"never_placed": 1},
        trades=("stop", "exit", "stop"),
    ),
    "maintenance": told(
        "ORDER_UNCLEAR",
        "QUARANTINED",
        "UNREADABLE",
        said={"clock"},
        states={"never_placed": 1},
        trades=("stop", "exit", "stop"),
    ),
    "clock-5s": told(said={"clock"}, trades=("stop", "target", "stop", "stop")),
    "clock-1h": told(said={"clock"}, states={"denied": 2}, trades=()),
    "silent-stream": told("EMERGENCY"),
    "flapping-stream": told("EMERGENCY", "STREAM"),
    "late-candle": told(),
    "revised-candle": told(),
    "duplicate-candle": told(),
    "missing-candle": told(),
    "zero-candle": told(),
    "tenfold-candle": told(),
    "nan-candle": told(),
    "tenfold-price": told(trades=("target", "target", "exit", "stop")),
    "zero-quote": told(),
    "tenfold-quote": told(trades=("target", "target", "exit", "stop")),
    "delisting": told(
        "EMERGENCY",
        "NOT_CLOSED",
        "STOP_REFUSED",
        said={"main"},
        states={"denied": 4, "expired": 1, "rejected": 66},
        trades=("emergency",),
    ),
    "key-revoked": told("UNREADABLE", states={"rejected": 1}, trades=("stop", "exit", "stop")),
    "ledger-locked": told(),
    "disk-full": told(said={"ledger"}, states={"denied": 1}, trades=FIRST_MISSED),
    "log-stuck": told(said={"ledger"}),
    "ledger-damaged": told("ORDER_FOUND", said={"ledger"}, trades=("external", "target", "exit", "stop"), restarts=1),
    "two-instances": told(said={"second"}),
    "exit-by-hand": told(states={"denied": 1}),
    "halt-while-submitting": told(states={"denied": 4}, trades=("stop",)),
    "sigterm-mid-plan": told(restarts=1),
    "evaluation-throws": told(said={"decisions"}),
    "evaluation-slow": told(),
    "notifier-down": told("ORDER_FOUND"),
    "strategy-edited": told(said={"session"}, restarts=2),
    "thousand-trades": told(restarts=1),
}


WITHOUT_A_TRACE = {"duplicate-candle", "zero-quote"}
"""Told twice and taken once, or no price and not taken: the ledger is that of a session that nothing happened to. All
other faults leave something there, or they did not strike."""


def fates(outcome: Outcome) -> dict[str, int]:
    return {state: count for state, count in outcome.states.items() if state not in ("canceled", "filled", "open")}


def kinds(faults: Iterable[str]) -> set[tuple[str, str, str]]:
    """Which calls fail at which point and how, whatever their numbers."""
    found = {tuple(fault.split()[k] for k in (0, 2, 3)) for fault in faults}
    return {(call, hook, action) for call, hook, action in found}


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario(name: str) -> None:
    """It ends as it must, the operator is told what he must know, and no invariant broke on the way."""
    scenario, expected = SCENARIOS[name], EXPECTED[name]
    text = TRAIL if name.startswith(("replace", "stop-replacement")) else CROSS
    outcome, story = recorded(rehearsal(scenario.script, perp=scenario.perp, text=text))
    check(outcome)
    assert not outcome.missed
    assert kinds(str(scenario.script.faults).splitlines()) <= kinds(outcome.struck)
    assert outcome.struck or outcome.happened
    seen = Expected(
        frozenset(outcome.codes), {subject for _, subject, _ in outcome.said}, fates(outcome),
        tuple(trade.reason.value if trade.reason else "" for trade in outcome.trades), outcome.restarts,
    )  # fmt: skip
    assert seen == expected
    assert (expected == told() and story == undisturbed(scenario.perp, text)) is (name in WITHOUT_A_TRACE)


@cache
def undisturbed(perp: bool, text: str) -> tuple[str, ...]:
    """The ledger of the session that nothing happens to."""
    return recorded(rehearsal(Script(), perp=perp, text=text))[1]


def test_every_scenario_is_expected_to_end_somehow() -> None:
    """No scenario without an expectation, no expectation without a scenario."""
    assert EXPECTED.keys() == SCENARIOS.keys()
