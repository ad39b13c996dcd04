"""Outcomes in, plain data for JSON out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from ..diagnostics import render
from ..explaining.trace_text import node_data
from .outcome import CaseOutcome, Failure, Spot, Tally


def as_data(outcomes: Sequence[CaseOutcome], interrupted: bool) -> dict[str, Any]:
    """Counts, then every case with its failures and mistakes; lines and columns count from 1."""
    return {
        **asdict(Tally.of(outcomes)),
        "files": len({outcome.path for outcome in outcomes}),
        "interrupted": interrupted,
        "cases": [_case(outcome) for outcome in outcomes],
    }


def _case(outcome: CaseOutcome) -> dict[str, Any]:
    return {
        "path": outcome.path,
        "name": outcome.name or None,
        "line": outcome.span.line if outcome.span else None,
        "outcome": "passed" if outcome.passed else "broken" if outcome.mistakes else "failed",
        "failures": [_failure(failure) for failure in outcome.failures],
        "mistakes": [render.as_dict(mistake) for mistake in outcome.mistakes],
    }


def _failure(failure: Failure) -> dict[str, Any]:
    return {
        "line": failure.span.line,
        "column": failure.span.column,
        "expected": failure.expected,
        "happened": failure.happened,
        "spot": _spot(failure.spot) if failure.spot else None,
    }


def _spot(spot: Spot) -> dict[str, Any]:
    return {
        "candles": [dict(zip(spot.names, row, strict=True)) for row in spot.rows],
        "marked": spot.marked,
        "rules": {key: node_data(node) for key, node in spot.rules},
    }
