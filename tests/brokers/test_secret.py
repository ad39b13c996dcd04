"""Secrets stay secret: in texts, in pickles, in errors, in logs, in files."""

from __future__ import annotations

import copy
import json
import logging
import pickle
import traceback
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from stratrun.engine.brokers.ccxt_broker import CcxtBroker
from stratrun.engine.brokers.key_stores import FileStore
from stratrun.engine.brokers.keys import Keys, find_keys, from_environment, make_keys
from stratrun.engine.brokers.outcome import BrokerError
from stratrun.engine.brokers.secret import HIDDEN, Redactor, Secret
from stratrun.engine.diagnostics.diagnostic import InputError

from .scripted import KEY, SECRET, Scripted, keys, ticket


def test_a_secret_hides_itself() -> None:
    """No usual way of turning it into text shows it."""
    secret = keys().secret
    shown = [
        repr(secret),
        str(secret),
        f"{secret}",
        f"{secret!r:>40}",
        repr(keys()),
        str(asdict(keys())),
    ]
    shown += [json.dumps(asdict(keys()), default=str), repr(copy.deepcopy([secret])), repr(vars(type(secret)))]
    assert not [text for text in shown if SECRET in text or KEY in text]
    for dump in (pickle.dumps, json.dumps, hash):
        with pytest.raises(TypeError):
            dump(secret)  # type: ignore[operator]
    assert secret.reveal() == SECRET
    assert secret == Secret(SECRET)


def test_a_redactor_cleans_texts() -> None:
    """Known secrets go in every spelling, and so do a URL's query and what is named like a secret."""
    redact = Redactor([Secret("a+b/c=d&e"), Secret(SECRET)])
    for text in (
        f"x {SECRET} y", "a+b/c=d&e", "a%2Bb%2Fc%3Dd%26e", "GET https://h/p?timestamp=1&signature=deadbeef0123",
        '{"apiKey": "deadbeef0123"}', "signature=deadbeef0123", "Authorization: Bearer deadbeef0123",
        "X-MBX-APIKEY: deadbeef0123", "listenKey=deadbeef0123",
    ):  # fmt: skip
        cleaned = redact.clean(text)
        assert not any(word in cleaned for word in (SECRET, "a+b/c", "a%2Bb", "deadbeef0123")), cleaned
    assert redact.clean("nothing to hide: 12.5 BTC") == "nothing to hide: 12.5 BTC"
    assert len(redact.clean("x" * 10_000)) == 400


def test_no_error_or_log_of_a_venue_holds_a_secret(at_venue: Any, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever a venue answers, even our own request, the words, the traceback and every log line are clean."""
    caplog.set_level(logging.DEBUG)
    told: list[str] = []

    async def play(venue: Scripted, broker: CcxtBroker) -> None:
        for status in (200, 400, 401, 403, 418, 500, 503):
            echo = json.dumps({"code": -1, "msg": f"key {KEY} secret {SECRET}", "request": {"apiKey": KEY}})
            venue.give("POST", "/api/v3/order", echo, status, **{"Retry-After": "0"})
            venue.give("GET", "/api/v3/openOrders", echo, status, **{"Retry-After": "0"})
            for call in (broker.submit(broker.wire(ticket())), broker.open_orders()):
                try:
                    await call
                except BrokerError as error:
                    told.append(error.words + repr(error) + "".join(traceback.format_exception(error)))
        told.append(repr(broker) + repr(broker._link))

    at_venue(play)
    assert len(told) > 10
    signatures = [word for text in told for word in text.split() if "signature=" in word]
    assert not [text for text in (*told, caplog.text) if KEY in text or SECRET in text]
    assert not signatures


def test_keys_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Found by the account's name; half of them is a mistake that is told without the other half."""
    monkeypatch.setenv("STRATRUN_MY_DESK_KEY", KEY)
    with pytest.raises(InputError) as caught:
        from_environment("my-desk")
    assert KEY not in str(caught.value)
    monkeypatch.setenv("STRATRUN_MY_DESK_SECRET", SECRET)
    found = from_environment("my-desk")
    assert found is not None
    assert (found.key.reveal(), found.secret.reveal(), found.password) == (KEY, SECRET, None)
    assert from_environment("other") is None


def test_a_file_of_keys_comes_back_and_shows_nothing(tmp_path: Path) -> None:
    """What was kept is read again with the password, and the file holds none of it in the clear."""
    store = FileStore(tmp_path / "deep" / "keys.json", lambda: Secret("open sesame"))
    store.put("main", {"key": KEY, "secret": SECRET, "password": "p4ssphrase"})
    store.put("other", {"key": "k2", "secret": "s2"})
    found = store.get("main")
    assert found is not None
    assert found.password is not None
    assert [secret.reveal() for secret in found.secrets] == [KEY, SECRET, "p4ssphrase"]
    data = (tmp_path / "deep" / "keys.json").read_bytes()
    assert not [word for word in (KEY, SECRET, "p4ssphrase", "sesame") if word.encode() in data]
    assert (tmp_path / "deep" / "keys.json").stat().st_mode & 0o077 == 0
    assert store.accounts() == ["main", "other"]
    assert store.remove("main")
    assert not store.remove("main")
    assert store.get("main") is None


def test_a_wrong_password_neither_opens_nor_adds(tmp_path: Path) -> None:
    """A file has one password, so that no account of it is lost."""
    path = tmp_path / "keys.json"
    FileStore(path, lambda: Secret("right")).put("main", {"key": KEY, "secret": SECRET})
    wrong = FileStore(path, lambda: Secret("wrong"))
    for act in (lambda: wrong.get("main"), lambda: wrong.put("other", {"key": "k", "secret": "s"})):
        with pytest.raises(InputError, match="password"):
            act()
    assert wrong.accounts() == ["main"]


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe", b"[]", b"{}", b'{"format": 1}', b'{"format": 2, "accounts": {}}', b"[" * 100_000,
     b'{"format": 1, "accounts": {"main": 5}}', b'{"format": 1, "accounts": {"main": {"salt": "!", "token": 3}}}',
     b'{"format": 1, "accounts": {"main": {}}}', b"x" * (2 << 20)],
)  # fmt: skip
def test_a_broken_file_of_keys_is_told(tmp_path: Path, content: bytes) -> None:
    """Any bytes end in one message."""
    path = tmp_path / "keys.json"
    path.write_bytes(content)
    with pytest.raises(InputError):
        FileStore(path, lambda: Secret("x")).get("main")


@pytest.mark.parametrize("name", ["", "Main", "a b", "a/b", "../x", "x" * 40, "1a", "ä"])
def test_what_is_no_account_is_refused(name: str) -> None:
    """Names become parts of variables and files."""
    with pytest.raises(InputError):
        find_keys(name, {})


@pytest.mark.parametrize("bad", [None, "", " x", "x ", "a\x00b", "a\tb", 5, "x" * 20_000])
def test_keys_that_cannot_be_any_are_refused_unseen(bad: object) -> None:
    """A slip of the clipboard is told, and not shown."""
    with pytest.raises(InputError) as caught:
        make_keys("main", {"key": bad, "secret": SECRET}, "a test")
    assert SECRET not in str(caught.value)


def test_a_venue_that_wants_a_password_says_so() -> None:
    """OKX, KuCoin and Bitget have one."""
    with pytest.raises(InputError, match="password"):
        keys().check("okx")
    Keys("main", Secret("k"), Secret("s"), Secret("p"), "here").check("okx")
    keys().check("binance")
    assert HIDDEN in repr(keys())


def test_a_keyring_keeps_and_forgets() -> None:
    """What is put there comes back, is listed by name, and is gone when it is removed."""
    keyring = pytest.importorskip("keyring")
    from keyring.backend import KeyringBackend

    from stratrun.engine.brokers.key_stores import KeyringStore

    before = keyring.get_keyring()  # before the class below offers itself

    class Memory(KeyringBackend):
        priority = 1
        kept: dict[tuple[str, str], str] = {}  # noqa: RUF012 - the library makes its back ends itself

        def get_password(self, service: str, username: str) -> str | None:
            return self.kept.get((service, username))

        def set_password(self, service: str, username: str, password: str) -> None:
            self.kept[service, username] = password

        def delete_password(self, service: str, username: str) -> None:
            del self.kept[service, username]

    keyring.set_keyring(Memory())
    try:
        store = KeyringStore()
        assert store.usable()
        assert store.get("main") is None
        store.put("main", {"key": KEY, "secret": SECRET})
        found = store.get("main")
        assert found is not None
        assert found.key.reveal() == KEY
        assert store.accounts() == ["main"]
        assert store.remove("main")
        assert store.accounts() == []
        assert not store.remove("main")
    finally:
        keyring.set_keyring(before)


def test_cleaned_words_steer_no_terminal() -> None:
    """Nothing that a venue says sets colours, moves the cursor or turns the direction of reading."""
    said = Redactor().clean("502 \x1b[2J\x9b31m\x00 Bad\u202e \ud800 Gateway")
    assert said.isprintable()
    assert said.startswith("502 [2J 31m Bad")
