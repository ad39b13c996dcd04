"""Events as text: one text each, back as they were, and no secret in it."""

from __future__ import annotations

import contextlib
import json
from dataclasses import fields
from decimal import Decimal
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratrun.engine.ledger.codec import VERSIONS, DamagedError, decode, encode
from stratrun.engine.ledger.events import KIND_OF, KINDS, key_of
from stratrun.engine.ledger.events_control import Noted
from stratrun.engine.ledger.events_session import CandlesSeen
from stratrun.engine.ledger.refusal import RefusedError, Rule
from stratrun.engine.ledger.secrets import is_secret, strike
from stratrun.engine.ledger.values import Amounts, Texts

from .story import filled, submitted

words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="=:"), min_size=1)
plain = st.text("abcxyz ", min_size=1, max_size=8)
decimals = st.decimals(allow_nan=False, allow_infinity=False, places=9, min_value=-(10**12), max_value=10**12)


def values(hint: Any) -> st.SearchStrategy[Any]:
    """Any value of a field's type."""
    if hint == Amounts:
        return st.dictionaries(plain, decimals, max_size=3).map(lambda d: tuple(sorted(d.items())))
    if hint == Texts:
        return st.dictionaries(plain, words, max_size=3).map(lambda d: tuple(sorted(d.items())))
    if get_origin(hint) is UnionType:
        return st.one_of(*(st.none() if part is NoneType else values(part) for part in get_args(hint)))
    if get_origin(hint) is tuple:
        return st.lists(values(get_args(hint)[0]), max_size=3).map(tuple)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return st.sampled_from(hint)
    simple = {str: words, int: st.integers(-(2**62), 2**62), bool: st.booleans(), Decimal: decimals}
    return simple[hint] if hint in simple else events(hint)


def events(cls: type) -> st.SearchStrategy[Any]:
    hints = get_type_hints(cls)
    return st.builds(cls, **{field.name: values(hints[field.name]) for field in fields(cls)})


def no_number(text: str) -> Any:
    raise AssertionError(f"{text} is a float: amounts are texts")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_comes_back_as_it_was(kind: str) -> None:
    """Text and event say the same, both ways, for every kind; the key is the same too."""

    @given(events(KINDS[kind]))
    def holds(event: Any) -> None:
        text = encode(event)
        newest = VERSIONS[kind]
        assert decode(kind, newest, text) == event
        assert encode(decode(kind, newest, text)) == text
        assert text.isascii()
        assert key_of(decode(kind, newest, text)) == key_of(event)
        json.loads(text, parse_float=no_number)

    holds()


def test_an_older_payload_is_read() -> None:
    """Candles of the first version came in time."""
    text = '{"candles":[],"session_id":"s","symbol":"A/B","timeframe":"1h"}'
    assert decode("candles_seen", 1, text) == CandlesSeen("s", "A/B", "1h", ())


@given(st.sampled_from(sorted(KINDS)), st.integers(-1, 3), st.text() | st.from_regex(r"\{.*\}"))
def test_no_text_breaks_the_reader(kind: str, version: int, text: str) -> None:
    """Whatever stands in a payload is an event or DamagedError, nothing else."""
    with contextlib.suppress(DamagedError):
        assert KIND_OF[type(decode(kind, version, text))] == kind


@pytest.mark.parametrize("bad", [
    filled("a", ""), filled("a", "x\x00"), filled("a", "x" * 5_000), filled("a", "1", "NaN"),
    filled("a", "1", "Infinity"), filled("a", "1", "1e400"), filled("a", "1", fee_currency=""),
    filled("a", "\ud800"), Noted("a", 5), Noted(None, "x"), filled(1.5, "1"), "no event",  # type: ignore[arg-type]
])  # fmt: skip
def test_what_no_field_holds_is_refused(bad: Any) -> None:
    """A wrong type, nothing where a name must be, control characters in it, no number, too much: refused."""
    with pytest.raises(RefusedError) as refused:
        encode(bad)
    assert refused.value.rule is Rule.PAYLOAD


@given(st.text())
def test_a_text_of_a_venue_is_recorded_whatever_it_holds(words: str) -> None:
    """What an exchange said must not keep out what became of an order: it is recorded, and steers no terminal."""
    said = json.loads(encode(Noted("a", "x" + words[:3_000])))["words"]
    assert not set(map(category, said.replace("\n", "").replace("\t", ""))) & {"Cc", "Cs"}


@pytest.mark.parametrize("name", [
    "apiKey", "api_key", "X-MBX-APIKEY", "secret", "apiSecret", "password", "PASSPHRASE", "privateKey", "signature",
    "Authorization", "access_token", "token", "cookie", "walletMnemonic", "OK-ACCESS-SIGN".replace("-SIGN", "-Key"),
])  # fmt: skip
def test_a_name_of_a_secret_is_refused(name: str) -> None:
    """No pair whose name says secret is written, wherever it is."""
    assert is_secret(name)
    event = submitted("a")
    for pairs in ({"wire": ((name, "v"),)}, {"risk": ((name, Decimal(1)),)}):
        parts = {field.name: getattr(event, field.name) for field in fields(event)} | pairs
        with pytest.raises(RefusedError) as refused:
            encode(type(event)(**parts))
        assert refused.value.rule is Rule.SECRET


@pytest.mark.parametrize("name", ["symbol", "newClientOrderId", "timestamp", "key", "tokens_sold", "side", "price"])
def test_an_ordinary_name_is_none(name: str) -> None:
    """Names of ordinary parameters pass."""
    assert not is_secret(name)


@pytest.mark.parametrize("text", [
    "GET https://x/api?symbol=A&signature=HIDDEN&timestamp=1", '{"apiKey": "HIDDEN", "a": 1}', "X-MBX-APIKEY: HIDDEN",
    "Authorization: Bearer HIDDEN", "postgresql://me:HIDDEN@host/db", "password=HIDDEN", "listenKey=HIDDEN now",
])  # fmt: skip
def test_a_secret_inside_a_text_is_struck_out(text: str) -> None:
    """What an exchange's error repeats of a request keeps its sense and loses its secrets, once and for all."""
    struck = json.loads(encode(Noted("a", text)))["words"]
    assert "HIDDEN" not in struck
    assert strike(struck) == struck
