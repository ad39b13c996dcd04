"""The control socket against friends, strangers and garbage: what it does, and that it goes on after everything."""

from __future__ import annotations

import json
import os
import socket
import stat
import threading
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.ledger.values import OrderType, Scope, Side
from stratrun.engine.run.beside import Beside
from stratrun.engine.run.control.client import Client, NoSessionError
from stratrun.engine.run.control.commands import (
    KINDS,
    Cancel,
    Close,
    Command,
    Halt,
    Pause,
    PlaceManual,
    Status,
    arguments,
    decode,
    encode,
)
from stratrun.engine.run.control.note import Note, read_note, write_note
from stratrun.engine.run.control.server import Patience
from stratrun.engine.run.control.wire import LONGEST, MalformedError, Request, read_request, request_line

from .fake import FakeSession, running

POSIX = pytest.mark.skipif(os.name != "posix", reason="file modes and unix sockets are of POSIX systems")
names = st.text("abcXYZ/:09-_ ", max_size=20)
amounts = st.decimals("0.00000001", "1000000", places=8)
COMMANDS = st.one_of(
    st.sampled_from([cls() for name, cls in KINDS.items() if name not in ("close", "place_manual")]),
    st.builds(Pause, st.sampled_from(Scope), names),
    st.builds(Cancel, names, names),
    st.builds(Close, names, names),
    st.builds(PlaceManual, names, st.sampled_from(Side), amounts, st.sampled_from(OrderType), st.none() | amounts,
              st.none() | amounts, st.booleans(), st.booleans(), names),
)  # fmt: skip


@pytest.fixture
def beside(tmp_path: Path) -> Beside:
    return Beside(tmp_path / "ledger.db")


@pytest.fixture(params=[False, True], ids=["unix", "tcp"])
def tcp(request: pytest.FixtureRequest) -> bool:
    found: bool = request.param
    if not found and os.name != "posix":
        pytest.skip("unix sockets are of POSIX systems")
    return found


@pytest.fixture
def session(beside: Beside, tcp: bool) -> Iterator[FakeSession]:
    """A session that listens."""
    found = FakeSession()
    with running(beside, found, tcp=tcp):
        yield found


def noted(beside: Beside) -> Note:
    note = read_note(beside.note)
    assert note is not None
    return note


def token(beside: Beside) -> str:
    return noted(beside).token


def connect(beside: Beside) -> socket.socket:
    note = noted(beside)
    if note.socket is None:
        return socket.create_connection(("127.0.0.1", note.port or 0), 10)
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(10)
    connection.connect(note.socket)
    return connection


def line(proof: str, command: Any = None, **more: Any) -> bytes:
    data = {"token": proof, "command_id": "c1", "who": "eve", "why": "", "command": command or {"kind": "status"}}
    return json.dumps(data | more).encode() + b"\n"


def sent(beside: Beside, data: bytes) -> dict[str, Any] | None:
    """The answer to bytes; None where the connection ends without one."""
    answer = b""
    with connect(beside) as connection, suppress(OSError):  # it did not read to the end, and the system says so
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        answer = connection.makefile("rb").readline()
    return json.loads(answer) if answer else None


@given(COMMANDS)
def test_a_command_arrives_as_it_was_sent(command: Command) -> None:
    """Encoding and decoding change no command."""
    assert decode(json.loads(json.dumps(encode(command)))) == command
    assert read_request(request_line(Request("t", "c", "me", "why", command))).command == command


@given(st.binary(max_size=200) | st.from_regex(rb"\{.{0,60}\}\n"))
def test_any_bytes_are_a_request_or_malformed(data: bytes) -> None:
    """Reading a line either gives a request or says that it is none."""
    with pytest.raises(MalformedError):
        read_request(data)


@given(st.sampled_from(sorted(KINDS)), st.dictionaries(st.sampled_from(["symbol", "side", "name", "scope"]), st.none()))
def test_a_command_with_other_values_is_refused(kind: str, more: dict[str, Any]) -> None:
    """A known kind with fields that are not its own is no command."""
    try:
        found = decode({"kind": kind} | more)
    except ValueError:
        return
    assert encode(found) == {"kind": kind}


def test_numbers_that_are_none_are_refused() -> None:
    """Neither NaN nor a number that is not text is a quantity."""
    base = encode(PlaceManual("BTC/USDT", Side.BUY, Decimal(1)))
    for quantity in ("NaN", "Infinity", 1, 1.5, True, None, "1e400", "x", [], {}):
        with pytest.raises(ValueError, match="place_manual"):
            decode(base | {"quantity": quantity})


def test_it_answers_and_records_first(session: FakeSession, beside: Beside) -> None:
    """A question is answered; an action is recorded with who and why, then carried out."""
    status = Client(beside).ask(Status())
    assert (status.done, status.data["deployment"], status.data["states"][0]["state"]) == (True, "desk", "reducing")
    answer = Client(beside).ask(Halt(Scope.SYMBOL, "BTC/USDT"), "strange fills")
    assert (answer.done, answer.words, answer.data) == (True, "done", {"order_id": "abc1"})
    (first, event), (second, ordered) = session.log
    assert (first, second) == ("recorded", "done")
    assert (event.command, event.why, event.arguments) == (
        "halt", "strange fills", (("name", "BTC/USDT"), ("scope", "symbol")),
    )  # fmt: skip
    assert (event.command_id, event.who) == (ordered.command_id, ordered.who)
    assert event.who


@POSIX
def test_who_is_what_the_system_says(beside: Beside) -> None:
    """On a unix socket the name is the peer's user, whatever it claims."""
    if not hasattr(socket, "SO_PEERCRED"):
        pytest.skip("this system does not tell who a peer is")
    import pwd

    session = FakeSession()
    with running(beside, session):
        sent(beside, line(token(beside), encode(Halt()), who="somebody else"))
    assert session.log[0][1].who == pwd.getpwuid(os.getuid()).pw_name


def test_the_same_command_has_one_effect(session: FakeSession, beside: Beside) -> None:
    """Sent again with its id, it gets the same answer and nothing more happens."""
    order = line(token(beside), encode(PlaceManual("BTC/USDT", Side.BUY, Decimal(1))), why="x")
    assert sent(beside, order) == sent(beside, order)
    assert len(session.log) == 2


def test_without_the_token_nothing_happens(session: FakeSession, beside: Beside) -> None:
    """A wrong token is refused whatever is asked, and the connection ends."""
    for proof in ("", "x", "é" * 40):
        answer = sent(beside, line(proof, encode(Halt())) * 2)
        assert answer is not None
        assert (answer["done"], answer["code"]) == (False, "TOKEN")
    assert session.log == []


@pytest.mark.parametrize(
    "data",
    [b"\n", b"\0\xff\xfe\n", b"{}\n", b"[1]\n", b"null\n", b'{"token": 1}\n', b"GET / HTTP/1.1\r\n\r\n",
     b"[" * 5_000 + b"\n", b'{"a":' * 5_000 + b"\n", b"x" * (LONGEST + 10) + b"\n", b"x" * 300_000],
    ids=["empty", "binary", "object", "list", "null", "types", "http", "deep", "deeper", "long", "endless"],
)  # fmt: skip
def test_garbage_is_refused_and_the_next_is_served(session: FakeSession, beside: Beside, data: bytes) -> None:
    """Whatever comes, it is called malformed or the connection ends, and others are served."""
    answer = sent(beside, data)
    assert answer is None or (answer["done"], answer["code"]) == (False, "MALFORMED")
    assert Client(beside).ask(Status()).done
    assert session.log == []


def test_slow_and_silent_peers_hold_nobody_up(beside: Beside, tcp: bool) -> None:
    """While peers say nothing or half a line others are served, and in time the slow ones are let go."""
    with running(beside, FakeSession(), Patience(line=0.3), tcp):
        slow = [connect(beside) for _ in range(5)]
        for connection in slow[:3]:
            connection.sendall(b'{"token"')
        assert Client(beside).ask(Status()).done
        for connection in slow:
            with connection:
                assert connection.recv(10) == b""


def test_too_many_peers_are_turned_away(beside: Beside, tcp: bool) -> None:
    """Above the most that are served at once the next is let go at once."""
    with running(beside, FakeSession(), Patience(peers=2), tcp):
        held = [connect(beside) for _ in range(2)]
        for connection in held:
            connection.sendall(line("x")[:5])
        with pytest.raises(InputError, match="broke off"):
            Client(beside).ask(Status())
        for connection in held:
            connection.close()


def test_clients_at_once_are_all_answered(session: FakeSession, beside: Beside) -> None:
    """Several operators at the same time each get their answer."""
    answers: list[bool] = []
    threads = [threading.Thread(target=lambda: answers.append(Client(beside).ask(Pause(), "w").done)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert answers == [True] * 8
    assert len(session.actions) == 8


def test_what_cannot_be_recorded_is_refused_unless_it_takes_risk_away(session: FakeSession, beside: Beside) -> None:
    """With a full disk an order is refused; a halt is carried out all the same, and says so."""
    session.record_fails = True
    answer = Client(beside).ask(PlaceManual("BTC/USDT", Side.BUY, Decimal(1)), "x")
    assert (answer.done, answer.code) == (False, "NOT_RECORDED")
    answer = Client(beside).ask(Halt(), "x")
    assert answer.done
    assert "could not be recorded: the disk is full" in answer.words
    assert session.actions == [Halt()]


def test_a_fault_of_the_session_is_an_answer(session: FakeSession, beside: Beside) -> None:
    """An exception inside is told, and control goes on."""
    session.fails = True
    for command in (Status(), Halt()):
        answer = Client(beside).ask(command)
        assert (answer.done, answer.code) == (False, "FAULT")
    session.fails = False
    assert Client(beside).ask(Status()).done


def test_what_is_late_goes_on(beside: Beside, tcp: bool) -> None:
    """An action that takes too long is answered as late, and takes effect once."""
    import asyncio

    session = FakeSession(gate=asyncio.Event())
    with running(beside, session, Patience(action=0.1), tcp) as server:
        answer = Client(beside).ask(Halt(), "x")
        assert (answer.done, answer.code) == (False, "LATE")
        assert session.gate is not None
        (task,) = server._answers.values()
        task.get_loop().call_soon_threadsafe(session.gate.set)
        done = threading.Event()
        task.get_loop().call_soon_threadsafe(task.add_done_callback, lambda _: done.set())
        assert done.wait(10)
    assert session.actions == [Halt()]


def test_a_session_that_hangs_is_told_of(beside: Beside, tcp: bool) -> None:
    """When the loop answers nobody the operator is pointed to the kill switch."""
    with running(beside, FakeSession(), tcp=tcp) as server:
        assert server._server is not None
        blocked, loop = threading.Event(), server._server.get_loop()
        loop.call_soon_threadsafe(blocked.wait, 20)
        try:
            with pytest.raises(InputError, match="does not answer") as raised:
                Client(beside, patience=0.3).ask(Status())
        finally:
            blocked.set()
    assert "stratrun kill" in (raised.value.help or "")


def test_nobody_is_there(beside: Beside, tcp: bool) -> None:
    """Without a note, or with that of a session that was killed, no session runs."""
    with pytest.raises(NoSessionError):
        Client(beside).ask(Status())
    with running(beside, FakeSession(), tcp=tcp):
        note = read_note(beside.note)
    assert not beside.note.exists()
    assert not beside.socket.exists()
    assert note is not None
    write_note(beside.note, note)
    with pytest.raises(NoSessionError):
        Client(beside).ask(Status())


@POSIX
def test_only_the_owner_may_read_the_note(session: FakeSession, beside: Beside) -> None:
    """Note and socket are the owner's alone; the token is shown by neither repr."""
    assert stat.S_IMODE(beside.note.stat().st_mode) == 0o600
    note = read_note(beside.note)
    assert note is not None
    if note.socket is not None:
        assert stat.S_IMODE(Path(note.socket).stat().st_mode) == 0o600
    assert note.token not in repr(note) + repr(Request(note.token, "c", "w", "w", Status()))


@POSIX
def test_a_note_that_others_may_have_written_is_refused(session: FakeSession, beside: Beside) -> None:
    """Nobody is led to another socket by a note that is writable for all."""
    beside.note.chmod(0o666)
    with pytest.raises(InputError, match="others may have written"):
        Client(beside).ask(Status())


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "null", '{"pid": 1, "token": "x"}', '{"pid":"1","token":"x","port":1}', "[" * 9_999]
)
def test_a_broken_note_is_told_of(beside: Beside, text: str) -> None:
    """A note that is none names the file and the mend."""
    beside.note.write_text(text)
    beside.note.chmod(0o600)
    with pytest.raises(InputError, match=r"no session's note") as raised:
        Client(beside).ask(Status())
    assert raised.value.help


def test_a_long_path_is_reached_by_tcp(tmp_path: Path) -> None:
    """Where a socket's path would be too long for the system, a port of this machine is listened to."""
    folder = tmp_path / ("x" * 120)
    folder.mkdir()
    beside = Beside(folder / "ledger.db")
    with running(beside, FakeSession()):
        note = read_note(beside.note)
        assert note is not None
        assert note.socket is None
        assert Client(beside).ask(Status()).done


def test_arguments_are_words() -> None:
    """What was asked is recorded as words, without what was left out."""
    order = PlaceManual("BTC/USDT", Side.BUY, Decimal("0.10"), reduce_only=True)
    assert dict(arguments(order)) == {
        "quantity": "0.1", "reduce_only": "true", "side": "buy", "symbol": "BTC/USDT", "type": "market",
    }  # fmt: skip
