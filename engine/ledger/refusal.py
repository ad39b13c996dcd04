"""What the ledger says no to: an event that breaks a rule (RefusedError), a place it cannot work in (LedgerError)."""

from __future__ import annotations

from enum import StrEnum

from ..diagnostics.diagnostic import InputError


class Rule(StrEnum):
    """The rule an event breaks."""

    PAYLOAD = "payload"
    SECRET = "secret"
    UNKNOWN_SESSION = "unknown_session"
    SESSION_CLOSED = "session_closed"
    UNKNOWN_INTENT = "unknown_intent"
    DUPLICATE_ID = "duplicate_id"
    UNKNOWN_ORDER = "unknown_order"
    UNKNOWN_FILL = "unknown_fill"
    UNKNOWN_FINDING = "unknown_finding"
    MISMATCH = "mismatch"
    ILLEGAL_TRANSITION = "illegal_transition"
    EVIDENCE = "evidence"
    FINAL_FILL = "final_fill"
    IN_DOUBT = "in_doubt"
    RESERVATION = "reservation"
    RESERVED_KIND = "reserved_kind"


EXPLANATIONS: dict[Rule, str] = {
    Rule.PAYLOAD: "a value is not of its field's type, is empty, too long or not a finite number",
    Rule.SECRET: "a name says that its value is a key, password or signature: secrets never enter the ledger",
    Rule.UNKNOWN_SESSION: "the session was never opened",
    Rule.SESSION_CLOSED: "the session is closed",
    Rule.UNKNOWN_INTENT: "no such intent was planned: nothing is sent before its reason is recorded",
    Rule.DUPLICATE_ID: "the id is taken by something else",
    Rule.UNKNOWN_ORDER: "the ledger has no such order; one found at the venue is adopted first",
    Rule.UNKNOWN_FILL: "the ledger has no such fill",
    Rule.UNKNOWN_FINDING: "no such difference was found, or it is resolved already",
    Rule.MISMATCH: "account, symbol or side are not those of the order or intent",
    Rule.ILLEGAL_TRANSITION: "the order's state does not allow this",
    Rule.EVIDENCE: "an order ends with the evidence for it",
    Rule.FINAL_FILL: "the fills recorded do not come to the final quantity: record the missing fills first",
    Rule.IN_DOUBT: "another order of this account, symbol and role is submitting, unknown or quarantined",
    Rule.RESERVATION: "the account's balance does not cover this reservation beside the others",
    Rule.RESERVED_KIND: "only the ledger itself records this",
}


class RefusedError(Exception):
    """An event was not recorded, nor any other of its batch: `rule` says why, `index` which of the batch."""

    def __init__(self, rule: Rule, words: str, index: int = 0) -> None:
        super().__init__(f"{words} ({rule.value})")
        self.rule = rule
        self.words = words
        self.index = index


class LedgerError(InputError):
    """The ledger cannot be opened, read or written; the message names the place and the way out."""


class UnreachableError(LedgerError):
    """The database failed in the middle of an append: whether it was recorded shows when the ledger is reopened."""
