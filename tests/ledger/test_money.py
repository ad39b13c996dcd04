"""Positions, trades and balances against sums made another way."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from stratrun.engine.ledger.events import Entry, Event
from stratrun.engine.ledger.events_account import FeeCorrected, Filled, FundingPaid, PositionAdjusted
from stratrun.engine.ledger.exact import number_of, text_of
from stratrun.engine.ledger.project import project
from stratrun.engine.ledger.rows import BalanceRow, PositionRow, TradeRow
from stratrun.engine.ledger.values import Direction, Side, Source
from stratrun.engine.ledger.view import Memory

from .story import D

numbers = st.decimals(min_value="0.00000001", max_value="1000000", places=8)
fees = st.decimals(min_value="0", max_value="0.000000009", places=12)


@st.composite
def fills(draw: st.DrawFn, symbol: str = "BTC/USDT") -> list[Filled]:
    """Fills of nobody's order, some with a fee in base."""
    found = []
    for k in range(draw(st.integers(1, 12))):
        side, currency = draw(st.sampled_from(Side)), draw(st.sampled_from(["USDT", "BTC", "BNB"]))
        found.append(
            Filled(
                "main", "spot", str(k), symbol, side, draw(numbers), draw(numbers), draw(fees), currency, k, Source.POLL
            )
        )
    return found


def played(events: list[Event]) -> Memory:
    rows = Memory()
    for seq, event in enumerate(events, 1):
        rows.take(project(rows, Entry(seq, seq, event)))
    return rows


def signed(fill: Filled) -> Fraction:
    return Fraction(fill.quantity) * (1 if fill.side is Side.BUY else -1)


def held(rows: Memory, symbol: str = "BTC/USDT") -> Fraction:
    row = rows.get(PositionRow, "main", symbol, "")
    return Fraction(row.quantity) if row else Fraction(0)


def booked(rows: Memory, currency: str) -> Fraction:
    row = rows.get(BalanceRow, "main", currency)
    return Fraction(row.booked) if row else Fraction(0)


def trades(rows: Memory) -> list[TradeRow]:
    return [row for row in rows.rows.values() if isinstance(row, TradeRow)]


@given(fills())
def test_sums_are_exact(found: list[Filled]) -> None:
    """A position and every balance are the sums of the fills to the last digit, fees in base included."""
    rows = played(list(found))
    base_fees = sum(Fraction(f.fee) for f in found if f.fee_currency == "BTC")
    assert held(rows) == sum(map(signed, found)) - base_fees == booked(rows, "BTC")
    quote = -sum(signed(f) * Fraction(f.price) for f in found)
    assert booked(rows, "USDT") == quote - sum(Fraction(f.fee) for f in found if f.fee_currency == "USDT")
    assert booked(rows, "BNB") == -sum(Fraction(f.fee) for f in found if f.fee_currency == "BNB")


@given(fills())
def test_trades_share_out_all_that_was_traded(found: list[Filled]) -> None:
    """Entries and exits of all trades come to the money of all fills; at most one trade is open, as the position is."""
    rows = played(list(found))
    cash = Fraction(0)
    for trade in trades(rows):
        sign = 1 if trade.direction is Direction.LONG else -1
        cash += sign * (Fraction(trade.exit_cost) - Fraction(trade.entry_cost))
        if trade.closed is not None:
            assert trade.entry_quantity == trade.exit_quantity
            assert trade.profit is not None
            assert Fraction(trade.profit) == sign * (Fraction(trade.exit_cost) - Fraction(trade.entry_cost))
    assert cash == -sum(signed(f) * Fraction(f.price) for f in found)
    open_ = [trade for trade in trades(rows) if trade.closed is None]
    assert len(open_) == (held(rows) != 0)
    if open_:
        sign = 1 if open_[0].direction is Direction.LONG else -1
        assert held(rows) == sign * (Fraction(open_[0].entry_quantity) - Fraction(open_[0].exit_quantity))


@given(fills("BTC/USDT:USDT"))
def test_a_perpetual_books_profit_and_not_cost(found: list[Filled]) -> None:
    """Once a perpetual is flat again, the wallet has changed by all that its trades made, less fees."""
    total = sum(map(signed, found))
    rest = D(total.numerator) / D(total.denominator)
    if rest:
        side = Side.SELL if rest > 0 else Side.BUY
        last = found[-1]
        found.append(
            Filled("main", "perp", "last", last.symbol, side, abs(rest), last.price, D(0), "USDT", 99, Source.POLL)
        )
    rows = played(list(found))
    assert held(rows, "BTC/USDT:USDT") == 0
    profit = -sum(signed(f) * Fraction(f.price) for f in found)
    paid = sum(Fraction(f.fee) for f in found if f.fee_currency == "USDT")
    assert booked(rows, "USDT") == profit - paid == sum(Fraction(t.profit or 0) for t in trades(rows)) - paid


def test_a_corrected_fee_is_as_if_it_had_been_so() -> None:
    """Correcting a fee's amount and currency leaves balances and position as the right fee would have."""
    wrong = Filled("main", "spot", "1", "BTC/USDT", Side.BUY, D(2), D(100), D("0.2"), "USDT", 1, Source.STREAM)
    right = Filled("main", "spot", "1", "BTC/USDT", Side.BUY, D(2), D(100), D("0.002"), "BTC", 1, Source.STREAM)
    mended = played([wrong, FeeCorrected("main", "spot", "1", D("0.002"), "BTC", "venue's list")])
    asked = played([right])
    for currency in ("BTC", "USDT"):
        assert booked(mended, currency) == booked(asked, currency)
    assert held(mended) == held(asked) == Fraction("1.998")
    assert dict(trades(mended)[0].fees) == {"BTC": D("0.002"), "USDT": D(0)}


def test_funding_goes_to_the_open_trade() -> None:
    """Funding changes the wallet and is summed in the trade that was open."""
    symbol = "BTC/USDT:USDT"
    buy = Filled("main", "perp", "1", symbol, Side.BUY, D(1), D(100), D(0), "USDT", 1, Source.POLL)
    rows = played([buy, FundingPaid("main", "f1", symbol, "", D("-0.01"), "USDT", 2)])
    assert booked(rows, "USDT") == Fraction("-0.01")
    assert trades(rows)[0].funding == (("USDT", D("-0.01")),)


def test_an_adjustment_moves_the_position_only() -> None:
    """Dust that is written off closes the trade and leaves balances to their own adjustment."""
    buy = Filled("main", "spot", "1", "BTC/USDT", Side.BUY, D(1), D(100), D(0), "USDT", 1, Source.POLL)
    rows = played([buy, PositionAdjusted("main", "BTC/USDT", "", D(-1), D(90), "dust")])
    assert held(rows) == 0
    assert booked(rows, "BTC") == 1
    assert (trades(rows)[0].profit, trades(rows)[0].reason) == (D(-10), "adjust")


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_a_number_has_one_text(number: D) -> None:
    """A number comes back as it was, equal numbers have equal texts, and what is too long is refused."""
    try:
        text = text_of(number)
    except ValueError:
        return
    assert number_of(text) == number
    assert text == text_of(number * D("1.0")) or len(text) > 25
    assert "E" not in text
