"""Fills, money, adjustments and what reconciliation found."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from .balances import book, plus, see
from .events import Entry
from .events_account import (
    AccountEvent,
    BalanceAdjusted,
    BalancesSeen,
    CursorMoved,
    DriftFound,
    DriftResolved,
    FeeCorrected,
    Filled,
    FundingPaid,
    PlanStepped,
    PositionAdjusted,
    PrefixMade,
    Reconciled,
    Transferred,
)
from .exact import multiply
from .fills import correct_fee, fill, market_of
from .positions import Move, move
from .refusal import RefusedError, Rule
from .rows import CursorRow, FindingRow, PlanRow, PositionRow, PrefixRow, TradeRow
from .values import Role
from .view import Draft


def project_account(draft: Draft, entry: Entry, event: AccountEvent) -> None:
    match event:
        case Filled():
            fill(draft, entry, event)
        case FeeCorrected():
            correct_fee(draft, entry, event)
        case FundingPaid():
            _fund(draft, event)
        case Transferred():
            book(draft, event.account, event.currency, event.amount)
        case BalancesSeen():
            for currency, total in event.totals:
                see(draft, event.account, currency, total, entry.time)
        case BalanceAdjusted():
            _reasoned(event.reason)
            book(draft, event.account, event.currency, event.amount)
        case PositionAdjusted():
            _adjust(draft, entry, event)
        case PrefixMade():
            draft.put(PrefixRow(event.account, event.prefix, entry.seq))
        case CursorMoved():
            draft.put(CursorRow(event.account, event.stream, event.value))
        case PlanStepped() as it:
            draft.put(
                PlanRow(it.plan_id, it.account, it.symbol, it.purpose, it.step, it.finished, it.details, entry.time)
            )
        case DriftFound() | DriftResolved():
            _find(draft, entry, event)
        case Reconciled():
            pass
        case _:
            assert_never(event)


def _fund(draft: Draft, it: FundingPaid) -> None:
    book(draft, it.account, it.currency, it.amount)
    position = draft.get(PositionRow, it.account, it.symbol, it.strategy)
    trade = draft.get(TradeRow, position.trade_id) if position and position.trade_id is not None else None
    if trade is not None:
        draft.put(replace(trade, funding=plus(trade.funding, it.currency, it.amount)))


def _adjust(draft: Draft, entry: Entry, it: PositionAdjusted) -> None:
    _reasoned(it.reason)
    market_of(it.symbol)
    if not it.quantity or it.price < 0:
        raise RefusedError(Rule.PAYLOAD, f"a position adjusted by {it.quantity} at {it.price}")
    cost = multiply(abs(it.quantity), it.price)
    move(draft, Move(it.account, it.symbol, it.strategy, it.quantity, cost, entry.time, Role.ADJUST, entry.seq))


def _reasoned(reason: str) -> None:
    if not reason.strip():
        raise RefusedError(Rule.EVIDENCE, "an adjustment without a reason")


def _find(draft: Draft, entry: Entry, it: DriftFound | DriftResolved) -> None:
    known = draft.get(FindingRow, it.finding_id)
    if isinstance(it, DriftFound):
        if known is not None:
            raise RefusedError(Rule.DUPLICATE_ID, f"finding {it.finding_id} is there already")
        draft.put(FindingRow(it.finding_id, it.account, it.kind, it.subject, it.ours, it.theirs, it.words, entry.time))
        return
    if known is None or known.resolved is not None:
        raise RefusedError(Rule.UNKNOWN_FINDING, f"there is no open finding {it.finding_id}")
    draft.put(replace(known, resolved=entry.time, resolution=it.resolution))
