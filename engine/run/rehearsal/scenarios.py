"""What a live engine must survive, by name: each a script that any strategy can be rehearsed with.

Calls are numbered as in the corpus's own session (tests/faults): submit 1 is an entry, submit 2 its stop, submit 5 a
target, submit 8 an exit by rule; cancel 1 and 2 take stops out of the way of target and exit. In a session of another
strategy the same lines strike whatever comes at those numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .happenings import ACTIONS
from .script import Script, read


@dataclass(frozen=True, slots=True)
class Scenario:
    """`words`: what goes wrong, and what is to come of it. `perp`: it is about contracts."""

    words: str
    text: str
    perp: bool = False

    @property
    def script(self) -> Script:
        return read(self.text, ACTIONS)


_TABLE = """
# an order is sent
submit-never-arrives: an entry never reaches the venue and nobody says so: never placed
  submit 1 before_accept drop
submit-rests-unanswered: the answer to a stop is lost, and the stream is silent: found resting
  when held silence 40s
  submit 2 after_accept drop
submit-filled-unanswered: the answer to a filled entry is lost, and the stream is silent: found filled
  when entering silence 40s
  submit 1 after_accept drop
submit-accepted-late: an entry is accepted 20 s late, long after its timeout
  submit 1 before_accept delay 20
killed-after-commit: the process dies when an entry is recorded and not sent
  when entering crash
killed-after-send: the process dies when the venue has the entry
  submit 1 after_accept crash
killed-before-answer-recorded: the process dies with the answer in hand
  submit 1 after_response crash
killed-between-fill-and-stop: the process dies when a fill is recorded and no stop placed
  when held crash
# it fills
fill-before-answer: the stream tells of a fill before the answer comes
  submit 1..8 after_accept delay 3
fill-told-twice: stream, poll and comparison tell of the same fill: booked once
  user_stream 1.. message duplicate
messages-out-of-order: orders fill in parts, and the stream's messages come in the wrong order
  at 0s depth 9
  user_stream 1..200 message reorder
report-is-stale: orders fill in parts, and old reports come after newer ones: dropped
  at 0s depth 9
  user_stream 1..200 message stale
overfill: an entry fills more than it asked for: applied, and told
  submit 1 after_accept overfill 0.1
partial-then-canceled: the venue fills a part and ends the rest
  at 0s depth 1
stop-partial-then-canceled: a stop fills in part and the venue cancels it: what is left gets another
  when stopped after 10s flood 5
  when stopped after 20s venue_cancels stop
dust: what is held is too little to sell: booked out
  when held after 20s dust
# it is canceled
cancel-races-fill: a stop fills while it is being canceled: the fill wins
  cancel 1 before_accept hidden_fill 1
cancel-hides-partial: a cancel is not answered and a part filled meanwhile
  cancel 1 before_accept hidden_fill 0.5
  cancel 1 after_accept drop
fill-after-cancel: a fill comes after the cancel was answered
  cancel 1 after_accept late_fill 2
replace-unanswered: moving a stop: the cancel of the old one is not answered
  cancel 1..2 after_accept drop
  submit 3 after_accept drop
# stops and exits
stop-replacement-rejected: the venue refuses a stop's replacement, as the price is past it already
  submit 3..5 before_accept error would_trigger
stop-replacement-unanswered: a stop's replacement is not answered
  submit 3 before_accept drop
stop-refused: the venue refuses a stop as too far away: the engine watches, no panic
  submit 2 before_accept error bad_price
exit-refused: an exit is refused after its stop was canceled: armed again
  submit 8 before_accept error no_funds
stop-fills-during-exit: a stop fills while an exit takes it out of the way: no flip
  cancel 2 before_accept hidden_fill 1
exit-late-stop-back: an exit is on its way for 8 s
  submit 8 before_accept delay 8
exit-behind-slow-cancel: every answer takes 6 s: an exit waits for its stop to be gone, and is sent once
  submit 1.. before_response delay 6
  cancel 1.. before_response delay 6
  find 1.. before_response delay 6
  fills 1.. before_response delay 6
orphan-stop: the position is closed by hand and its stop stays: canceled
  when stopped after 20s close
# others act
closed-by-hand: somebody closes the position at the venue
  when held after 30s close
bought-by-hand: somebody buys the same coin
  when held after 30s stranger_buys 50
order-by-hand: somebody leaves an order of his own: not touched
  at 5m stranger_orders
deposit: money comes
  at 10m deposit USDT 500
withdrawal: money leaves
  at 10m withdraw USDT 500
wallet-short: 2 % of the coins are missing
  when held after 30s short 0.02
fee-in-base: fees are paid in what is bought
  at 0s fee_in_base
stop-changed-by-hand: somebody moves a stop: followed, told, and put back where it belongs
  when stopped after 20s amend
stop-canceled-outside: somebody cancels a stop: armed again
  when stopped after 30s venue_cancels stop
# contracts
liquidation: the venue takes the position
  when held after 30s liquidate
positions-unreadable: positions cannot be read: never taken for flat
  positions 2..12 before_accept error 503
symbol-omitted: the venue leaves the symbol out: never taken for flat
  positions 2..40 before_response omit
funding-paid: funding is paid while a contract is held, and reading of it fails at first: booked once
  when held after 20s fund
  funding 1..8 before_accept error 503
funding-unanswered: every answer about funding comes late: booked once
  when held after 20s fund
  funding 1.. before_response delay 3
wrong-leverage: somebody sets leverage and cross margin
  when held after 30s leverage 50
orphan-stop-contracts: a contract is closed by hand and its stop stays
  when stopped after 20s close
# the venue fails
steps-change: quantity steps change after they were read
  at 3m steps 0.01
throttled-then-banned: 429, then a ban
  submit 1 before_accept error 429
  submit 2..3 before_accept error 418
  find 1..3 before_accept error 418
server-errors: every call fails for ten minutes while a position is held
  when held after 10s outage 10m
maintenance: the venue is down for ten minutes
  at 12m maintenance 10m
clock-5s: the venue's clock runs 5 s ahead
  at 4m skew 5000
clock-1h: the venue's clock stands 1 h back
  at 4m skew -3600000
silent-stream: both streams go silent, and nothing says so
  when held after 10s silence 120s
flapping-stream: the user stream breaks again and again
  at 5m flap
late-candle: candles come 4 s late
  candle_stream 20.. message delay 4
revised-candle: candles of the stream tell prices 1 % higher, now and then
  candle_stream 30..34 message revise 1.01
  candle_stream 65..69 message revise 1.01
duplicate-candle: every candle comes twice
  candle_stream 1.. message duplicate
missing-candle: candles never come
  candle_stream 10..60 message drop
zero-candle: a candle of zeros
  candle_stream 20..24 message revise 0
tenfold-candle: a candle at ten times the price
  candle_stream 21..25 message revise 10
nan-candle: a candle that is no number
  candle_stream 20..24 message revise nan
tenfold-price: one trade at ten times the price while a stop rests
  when stopped after 20s price 10
zero-quote: quotes are zero for five minutes while a position is held: not a price
  when held after 10s misquote 0 5m
tenfold-quote: quotes are ten times the price for a minute while a position is held
  when held after 10s misquote 10 1m
delisting: the symbol stops trading with a position open, and comes back
  when held after 30s delist
  when held after 10m relist
key-revoked: the key works no more for ten minutes
  when held after 20s revoke 10m
# we fail
ledger-locked: something locks the ledger while a position is held
  when held lock 30s
disk-full: the disk is full when an entry is to be recorded, and for 5 m
  at 5m30s full 5m
log-stuck: the ledger's log cannot be folded for half an hour: told, and trading goes on
  at 1m stuck 30m
ledger-damaged: the ledger's file is damaged; the operator brings the last copy back
  at 5m backup
  when held after 30s corrupt
two-instances: a second process wants the same ledger: it gets none
  when held second
exit-by-hand: an operator exits while the loop exits
  when exiting exit_by_hand
halt-while-submitting: an operator halts while an entry is on its way
  when entering halt
sigterm-mid-plan: the process is asked to end while a position is closed
  when exiting restart
evaluation-throws: a strategy's evaluation fails with an error of the program
  when held throw
evaluation-slow: an evaluation takes 20 s
  when held slow 20s
notifier-down: whoever is notified hangs
  at 0s mute
  when held after 20s venue_cancels stop
  at 10m stranger_orders
strategy-edited: the file is edited with a position open, and the session restarted
  when held after 20s edit
thousand-trades: more than 1,000 trades since the cursor, while the process is dead
  when stopped crash
  when stopped flood 1200
"""


def _scenarios() -> Iterator[tuple[str, Scenario]]:
    """A name and its words stand at the margin, its script below them, a group's title behind `#`."""
    title = ""
    for block in _TABLE.strip().replace("\n  ", "\0").splitlines():
        if block.startswith("#"):
            title = block[2:]
            continue
        head, *lines = block.split("\0")
        name, _, words = head.partition(": ")
        yield name, Scenario(words, "\n".join(lines), title == "contracts")


SCENARIOS: Mapping[str, Scenario] = dict(_scenarios())
