"""What a live session tells its operator, by code: what it means, and what to do."""

from __future__ import annotations

from collections.abc import Mapping

_LOOK = "compare `stratrun positions` and `stratrun orders` with the venue's page"

ALERTS: Mapping[str, tuple[str, str]] = {
    "AMENDED": ("somebody changed an order of ours at the venue: its new price and quantity count",
                "find out who; the key may be in other hands"),
    "DRIFT_FOUND": ("venue and ledger differ, twice and with nothing to explain it: the symbol takes no entries",
                    f"{_LOOK}; entries come back by themselves once both agree"),
    "DUST": ("what was left of a position is too little to be sold: it was booked out", "nothing"),
    "EMERGENCY": ("a position had no working stop for too long, or its stop was crossed: it is being closed", _LOOK),
    "EXTERNAL": ("somebody else closed a position, or a part of it", "find out who; the key may be in other hands"),
    "FAILED": ("a part of the session ended with an error of the program; the rest goes on",
               "keep the log and report it; `stratrun halt` if it comes again"),
    "FILL_REFUSED": ("a fill does not fit what the ledger knows and was not booked", _LOOK),
    "FLIPPED": ("more was sold than was held: the position is on the other side", f"{_LOOK}; close what is too much"),
    "GATE_FAILED": ("the risk gate itself failed; an emergency exit went on without it", "keep the log and report it"),
    "HUNG": ("nothing moves in the session's process any more, as its watchdog tells",
             "`stratrun kill` works without it; then end the process and start it again"),
    "LEVERAGE": ("somebody changed leverage or margin mode at the venue", "set it back: sizes and limits assume it"),
    "NOT_CLOSED": ("a position could not be closed in several attempts, and more are made",
                   "look whether the venue trades the symbol; close it there by hand"),
    "NOT_REPLACED": ("an order was not replaced by its new one", f"{_LOOK}; the engine watches the stop meanwhile"),
    "ORDER_FOUND": ("the venue has an order that the ledger did not know: an own one is adopted, another is let be",
                    "if it is not yours, find out whose it is"),
    "ORDER_GONE": ("the venue has an order that counted as over", f"nothing, if it ends by itself; {_LOOK}"),
    "ORDER_UNCLEAR": ("it is not known whether an order was placed: it is looked for, and its symbol takes no entries",
                      "wait; if it lasts, look at the venue"),
    "OVERFILL": ("an order filled more than it asked for: it was booked as it is", _LOOK),
    "QUARANTINED": ("the fate of an order could not be found out: its symbol is only reduced, and it is asked for on",
                    "look for the order at the venue, and cancel it there if it is open"),
    "RECOVERY": ("the start found something that it could not put right", _LOOK),
    "REPORT": ("a report of the venue could not be taken in", "keep the log and report it"),
    "SESSION": ("the session noticed something it goes on with; its words say what", "read them"),
    "STOP_REFUSED": ("the venue refused a stop: the engine watches the price in its place",
                     "keep the session running; it needs the connection now"),
    "STREAM": ("the venue's stream broke: it is taken up again, and everything is asked for once more",
               "nothing, unless it comes often"),
    "TRANSFERRED": ("money came or went that no trade explains, and was booked so",
                    "nothing, if it was you; else look at the account's transfers"),
    "UNREADABLE": ("the venue did not answer a question: nothing is concluded, and it is asked again",
                   "look at the connection, the key and the venue's status page if it lasts"),
}  # fmt: skip
"""Code -> (meaning, what to do)."""
