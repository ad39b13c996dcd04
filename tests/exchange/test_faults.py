"""Faults can be written, drawn, printed and replayed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratrun.engine.exchange.faults import (
    NUMBERED,
    STREAMS,
    Action,
    Call,
    Fault,
    Faults,
    Hook,
    Written,
    at,
    drawn,
    parse,
)
from stratrun.engine.exchange.refusal import Refusal, RefusedError, check_refused
from stratrun.engine.exchange.wire import binance_codes, bybit_codes, okx_codes

_FAULTS = st.builds(
    Fault, st.sampled_from(Call), st.integers(1, 9), st.none() | st.integers(9, 12), st.sampled_from(Hook),
    st.sampled_from(Action), st.sampled_from(["", "0.5", "20"]),
).filter(lambda fault: (fault.hook is Hook.MESSAGE) is (fault.call in STREAMS))  # fmt: skip


@given(st.lists(_FAULTS, max_size=5).map(tuple))
def test_a_printed_schedule_reads_back(faults: tuple[Fault, ...]) -> None:
    """What a schedule prints is the schedule."""
    assert parse(str(Written(faults))) == Written(faults)


@pytest.mark.parametrize(
    "line",
    ["submit", "submit 0 after_accept drop", "sell 1 after_accept drop", "submit 1 message drop",
     "user_stream 1 after_accept drop", "submit 1 after_accept explode", "submit 1 before_accept delay soon",
     "submit 1 after_accept drop now please"],
)  # fmt: skip
def test_nonsense_is_refused_with_its_line(line: str) -> None:
    """A line that says no fault is an error that shows the line."""
    with pytest.raises(ValueError, match=line.split()[0]):
        parse(f"# a comment\n\n{line}")


def test_ranges_strike_all_of_theirs() -> None:
    """`2..3` strikes the second and the third, `4..` all from the fourth on."""
    faults = Faults(parse("submit 2..3 after_accept drop\nsubmit 5.. after_accept cut"))
    struck = [[fault.action for fault in faults.next(Call.SUBMIT)] for _ in range(6)]
    assert struck == [[], [Action.DROP], [Action.DROP], [], [Action.CUT], [Action.CUT]]


def test_drawn_faults_depend_on_nothing_but_their_seed() -> None:
    """The nth call of a kind fails alike, whatever was called between; a replay of what struck strikes the same."""
    calls = [call for _ in range(60) for call in Call]
    one, other = Faults(drawn(7, 0.3)), Faults(drawn(7, 0.3))
    first = [one.next(call) for call in calls]
    second = {call: [other.next(call) for _ in range(60)] for call in reversed(Call)}
    for call in Call:
        assert [found for found, asked in zip(first, calls, strict=True) if asked is call] == second[call]
    again = Faults(parse(str(one.replay())))
    assert [again.next(call) for call in calls] == first
    assert 0.2 < len(one.struck) / len(calls) < 0.4


def test_numbered_faults_have_numbers() -> None:
    """Whatever is drawn can be carried out."""
    schedule = drawn(1, 1.0)
    for call in Call:
        for nth in range(1, 200):
            for fault in schedule.of(call, nth):
                assert fault.action not in NUMBERED or fault.number(1.0) >= 0
                assert (fault.hook is Hook.MESSAGE) is (call in STREAMS)


def test_at_names_one_call() -> None:
    """A fault by hand is the line it prints."""
    assert str(at(Call.SUBMIT, 3, Hook.AFTER_ACCEPT, Action.ERROR, -1006)) == "submit 3 after_accept error -1006"
    assert str(at(Call.SUBMIT, 3, Hook.AFTER_ACCEPT, Action.CUT, last=None)) == "submit 3.. after_accept cut"


@pytest.mark.parametrize("call", [Call.SUBMIT, Call.CANCEL, Call.FIND])
@pytest.mark.parametrize("refusal", Refusal)
def test_every_refusal_has_an_answer_at_every_venue(call: Call, refusal: Refusal) -> None:
    """Each adapter words each refusal in its venue's own codes, so that a fault may name any of them."""
    with pytest.raises(RefusedError) as caught:
        check_refused(refusal.value)
    refused = caught.value
    answers = [
        *(binance_codes.refuser(codes, call, refused) for codes in (binance_codes.SPOT, binance_codes.USDM)),
        okx_codes.refuse(call, refused, {}),
        *(bybit_codes.refuse(call, refused, {"category": category}) for category in ("spot", "linear")),
    ]  # fmt: skip
    assert all(answer.body for answer in answers)
    assert refused.refusal is refusal


def test_a_stop_beyond_the_price_has_each_venues_own_code() -> None:
    """What a venue says of such a stop is its own, and never that a clock is wrong."""
    refused = RefusedError(Refusal.WOULD_TRIGGER, "")
    assert binance_codes.code_of(binance_codes.SPOT, Call.SUBMIT, refused)[1:] == (
        -2010, "Stop price would trigger immediately.",
    )  # fmt: skip
    assert binance_codes.code_of(binance_codes.USDM, Call.SUBMIT, refused)[1] == -2021
    assert b"51280" in okx_codes.refuse(Call.SUBMIT, refused, {}).body  # type: ignore[operator]  # never None
    for category, code in (("spot", b"170130"), ("linear", b"110093")):
        assert code in bybit_codes.refuse(Call.SUBMIT, refused, {"category": category}).body  # type: ignore[operator]  # never None
