"""Whoever changes a ledger is found out, and told where."""

from __future__ import annotations

import random
import shutil
import sqlite3
from pathlib import Path

import pytest

from stratrun.engine.ledger.chain import Head, link
from stratrun.engine.ledger.copying import backup
from stratrun.engine.ledger.opening import open_reader, open_writer
from stratrun.engine.ledger.refusal import LedgerError
from stratrun.engine.ledger.tables import METADATA
from stratrun.engine.ledger.verify import Fault, Verdict, verify

from .story import Clock, closed, funds, opened, order, round_trips


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger in one file, with 44 events."""
    folder = tmp_path_factory.mktemp("sound")
    with open_writer(folder / "ledger.db", Clock()) as writer:
        writer.append(opened(), funds(), *round_trips(4), *order("held"))
        writer.append(closed("s1"))
        backup(writer.read, folder / "sound.db")
    return folder / "sound.db"


def tampered(sound: Path, file: Path, *statements: str) -> Verdict:
    shutil.copy(sound, file)
    connection = sqlite3.connect(file)
    for statement in statements:
        assert connection.execute(statement).rowcount != 0, statement
    connection.commit()
    connection.close()
    return verify(open_reader(file))


CHANGES = [
    ("UPDATE events SET payload = replace(payload, '\"100\"', '\"101\"') WHERE seq = 6", Fault.HASH, 6),
    ("UPDATE events SET time = time + 1 WHERE seq = 9", Fault.HASH, 9),
    ("UPDATE events SET kind = 'noted' WHERE seq = 9", Fault.HASH, 9),
    ("UPDATE events SET version = 2 WHERE seq = 9", Fault.HASH, 9),
    ("UPDATE events SET hash = lower(hex(randomblob(32))) WHERE seq = 9", Fault.HASH, 9),
    ("UPDATE events SET payload = x'00ff' WHERE seq = 9", Fault.HASH, 9),
    ("DELETE FROM events WHERE seq = 1", Fault.GAP, 1),
    ("DELETE FROM events WHERE seq = 20", Fault.GAP, 20),
    ("DELETE FROM events WHERE seq = (SELECT max(seq) FROM events)", Fault.HEAD, None),
    ("DELETE FROM events WHERE seq > 20", Fault.HEAD, 21),
    ("DELETE FROM events", Fault.HEAD, 1),
    ("UPDATE events SET seq = 0 WHERE seq = 5", Fault.GAP, 1),
    ("UPDATE events SET order_id = 'other' WHERE seq = 5", Fault.TABLE, 5),
    ("UPDATE ledger SET value = '3:' || substr(value, 4) WHERE name = 'head'", Fault.HEAD, None),
    ("UPDATE ledger SET value = 'x' WHERE name = 'head'", Fault.HEAD, None),
    ("DELETE FROM ledger WHERE name = 'base'", Fault.HEAD, None),
    ("UPDATE ledger SET value = '3:' || (SELECT hash FROM events WHERE seq = 3) WHERE name = 'base'", Fault.GAP, 4),
    ("INSERT INTO carried VALUES (1, 'keys', '[\"fill|x\",1]')", Fault.TABLE, None),
    ("UPDATE positions SET quantity = '2'", Fault.TABLE, None),
    ("UPDATE positions SET strategy = 'another'", Fault.TABLE, None),
    ("UPDATE orders SET state = 'canceled' WHERE order_id = 'b1'", Fault.TABLE, None),
    ("UPDATE balances SET booked = '1000000' WHERE currency = 'USDT'", Fault.TABLE, None),
    ("DELETE FROM fills WHERE order_id = 'b1'", Fault.TABLE, None),
    ("DELETE FROM keys WHERE key LIKE 'fill|%'", Fault.TABLE, None),
    ("UPDATE sessions SET strategy_hash = 'other'", Fault.TABLE, None),
]


@pytest.mark.parametrize(("statement", "fault", "seq"), CHANGES)
def test_a_change_is_named(sound: Path, file: Path, statement: str, fault: Fault, seq: int | None) -> None:
    """A changed, missing or added row is named by its event or its table."""
    (finding,) = tampered(sound, file, statement).findings
    assert finding.fault is fault
    assert seq is None or finding.seq == seq


def test_two_events_swapped_are_named(sound: Path, file: Path) -> None:
    """Reordering shows at the first of the two."""
    (finding,) = tampered(
        sound,
        file,
        "UPDATE events SET seq = 900 WHERE seq = 5",
        "UPDATE events SET seq = 5 WHERE seq = 9",
        "UPDATE events SET seq = 9 WHERE seq = 900",
    ).findings
    assert (finding.fault, finding.seq) == (Fault.HASH, 5)


def test_a_rewritten_chain_is_found_by_a_noted_head(sound: Path, file: Path) -> None:
    """Who rewrites every hash passes the chain alone, and fails against tables, or a head noted elsewhere."""
    noted = open_reader(sound).head()
    shutil.copy(sound, file)
    connection = sqlite3.connect(file)
    connection.execute("""UPDATE events SET payload = replace(payload, '"100"', '"50"')""")
    previous = "0" * 64
    query = "SELECT seq, time, kind, version, payload FROM events ORDER BY seq"
    for seq, *rest in connection.execute(query).fetchall():
        previous = link(previous, seq, *rest)
        connection.execute("UPDATE events SET hash = ? WHERE seq = ?", (previous, seq))
    connection.execute("UPDATE ledger SET value = ? WHERE name = 'head'", (f"{noted.seq}:{previous}",))
    connection.commit()
    connection.close()
    reader = open_reader(file)
    assert verify(reader, replay=False).findings == ()
    assert {finding.fault for finding in verify(reader).findings} == {Fault.TABLE}
    assert verify(reader, replay=False, expected=noted).findings[0].fault is Fault.HEAD
    assert verify(reader, replay=False, expected=Head(9_999, "0" * 64)).findings[0].fault is Fault.HEAD


def test_every_table_is_compared(sound: Path, file: Path) -> None:
    """No table can be changed unnoticed: a row too many shows in each."""
    for name in sorted(set(METADATA.tables) - {"events", "ledger", "carried"}):
        columns = METADATA.tables[name].c
        values = ["1" if "INT" in str(c.type) or "BOOL" in str(c.type) else "'[]'" for c in columns]
        (finding,) = tampered(sound, file, f"INSERT INTO {name} VALUES ({', '.join(values)})").findings
        assert finding.fault is Fault.TABLE
        assert finding.words.startswith(f"{name}: ")


def content(path: Path) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    try:
        return [row for name in sorted(METADATA.tables) for row in connection.execute(f"SELECT * FROM {name}")]
    finally:
        connection.close()


def test_a_flipped_byte_anywhere_is_named_or_changes_nothing(sound: Path, file: Path) -> None:
    """Whatever byte of the file is flipped: it is told, or all that the ledger says is as it was."""
    rng, original, told = random.Random(5), sound.read_bytes(), 0
    used = [place for place, byte in enumerate(original) if byte]
    for place in rng.sample(used, 30):
        changed = bytearray(original)
        changed[place] ^= 1 << rng.randrange(8)
        file.write_bytes(changed)
        try:
            findings = verify(open_reader(file)).findings
        except LedgerError:
            told += 1
            continue
        told += len(findings) > 0
        assert findings or content(file) == content(sound), place
    assert told > 10


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_a_cut_file_is_named(sound: Path, file: Path, part: float) -> None:
    """A file that lost its end is not taken for a shorter ledger."""
    data = sound.read_bytes()
    file.write_bytes(data[: int(len(data) * part)])
    try:
        words = verify(open_reader(file)).findings[0].words
    except LedgerError as error:
        words = error.message
    assert words
