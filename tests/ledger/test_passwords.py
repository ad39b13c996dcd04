"""The password of a database's URL is shown nowhere, however the URL is written."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain

import pytest

from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.ledger import address
from stratrun.engine.ledger.address import read_address, shown_address, strike_password
from stratrun.engine.ledger.opening import open_reader, open_writer
from stratrun.engine.ledger.place import place_of
from stratrun.engine.ledger.refusal import LedgerError
from stratrun.engine.tuning import store
from stratrun.engine.tuning.store import Store

from .story import Clock

SERVER = "127.0.0.1:1"
"""Nobody listens there."""
READ = [
    f"postgresql://me:hunter2@{SERVER}/db",
    f"postgresql://:hunter2@{SERVER}/db",
    f"postgresql://me:ab:hunter2@{SERVER}/db",
    f"postgresql://me:ab/hunter2@{SERVER}/db",
    f"postgresql://me:ab?hunter2@{SERVER}/db",
    f"postgresql://me:ab#hunter2@{SERVER}/db",
    f"postgresql://me:ab%20hunter2@{SERVER}/db",
    f"postgresql://me:ab hunter2@{SERVER}/db",
    f"postgresql://me:%68unter2@{SERVER}/db",
    f"postgresql+psycopg://me:hunter2@{SERVER}/db",
    f"postgresql://me@{SERVER}/db?password=hunter2",
    f"postgresql://me@{SERVER}/db?PASSWORD=hunter2",
    f"postgresql://me@{SERVER}/db?sslpassword=hunter2&sslmode=disable",
    f"postgresql://me@{SERVER}/db?passfile=/home/me/hunter2",
    f"postgresql://me@{SERVER}/db?password=other&password=hunter2",
    f"postgresql://me@{SERVER}/db?connect_timeout=2&password=hunter2",
    f"postgresql://me@{SERVER}/db?options=-cx%3Dhunter2",
    "postgresql:///db?host=127.0.0.1&port=1&user=me&password=hunter2",
    "postgresql://me:hunter2@/db?host=/nowhere",
]
UNREAD = [
    "postgresql://me:ab:hunter2pass",
    "postgresql://me:hunter2",
    f"postgresql://me:hunter2@{SERVER}port/db",
    f"postgresql://me:ab@hunter2@{SERVER}/db",
    f"postgresql://me:hunter2@@{SERVER}/db",
    "postgresql://me:hunter2@[::1/db",
    f"://me:hunter2@{SERVER}/db",
    f" postgresql://me:hunter2@{SERVER}/db",
    f"me:hunter2@{SERVER}://db",
]
OTHERS = [
    f"mysql://me:hunter2@{SERVER}/db",
    f"nosuch://me:hunter2@{SERVER}/db?password=hunter2",
    f"postgresql+nosuch://me:hunter2@{SERVER}/db",
]


@pytest.fixture(params=["ledger read", "ledger written", "study"])
def use(request: pytest.FixtureRequest) -> Callable[[str], object]:
    uses: dict[str, Callable[[str], object]] = {
        "ledger read": open_reader,
        "ledger written": lambda url: open_writer(url, Clock()),
        "study": lambda url: Store(url, {}),
    }
    return uses[request.param]


@pytest.mark.parametrize("url", [*READ, *UNREAD, *OTHERS])
def test_no_message_shows_the_password(url: str, use: Callable[[str], object]) -> None:
    """Whatever fails, it is one message, and the password stands neither in it nor in its help."""
    pytest.importorskip("psycopg")
    with pytest.raises((InputError, LedgerError)) as caught:
        use(url)
    error = caught.value
    assert "hunter2" not in f"{error} {error.help} {error!r}"


@pytest.mark.parametrize("url", UNREAD)
def test_what_cannot_be_read_is_told_in_fixed_words(url: str) -> None:
    """The parser's own words, which hold a part of the URL, are neither told nor kept with the error."""
    assert read_address(url) is None
    for use, words in ((place_of, "the ledger's URL cannot be read"), (study_of, "the study's URL cannot be read")):
        with pytest.raises((InputError, LedgerError)) as caught:
            use(url)
        error = caught.value
        assert error.message == words
        assert "%40" in str(error.help)
        assert all(e is None or "hunter2" not in str(e) for e in (error.__cause__, error.__context__))


def study_of(url: str) -> Store:
    return Store(url, {})


@pytest.mark.parametrize("url", [*READ, *OTHERS])
def test_what_is_shown_still_tells_the_place(url: str) -> None:
    """Server and database are shown, the password and the whole query are not."""
    found = read_address(url)
    assert found is not None
    shown = shown_address(found)
    assert "hunter2" not in shown
    assert "?" not in shown
    assert str(found.database) in shown


def test_a_place_shows_none_in_any_form() -> None:
    """A ledger's place is told without it, for people and for programmers."""
    pytest.importorskip("psycopg")
    for url in READ:
        assert "hunter2" not in f"{place_of(url)} {place_of(url)!r}"


def test_messages_after_opening_show_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """A study that is another's, and one that another search writes to, are told without the password."""
    monkeypatch.setattr(store.Store, "_create", lambda self: None)
    pytest.importorskip("psycopg")
    for url in READ:
        one = Store(url, {})
        assert "hunter2" not in f"{one.place} {store._differs(one.place, {'a': 1}, {'a': 2})}"
        one.close()


@pytest.mark.parametrize("url", [url for url in READ if "options" not in url])
def test_a_servers_words_are_struck(url: str) -> None:
    """Where a driver or a server says the password back, it is taken out."""
    found = read_address(url)
    assert found is not None
    said = [str(found.password or ""), *chain(*found.normalized_query.values())]
    for secret in said:
        if "hunter2" in secret:
            assert "hunter2" not in strike_password(f'invalid "{secret}": no', found)
    assert strike_password("the disk is full", found) == "the disk is full"
    assert address.REMOVED in strike_password("no hunter22", read_address("postgresql://me:hunter2@h/d") or found)
