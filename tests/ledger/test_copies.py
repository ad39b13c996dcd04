"""Backups, restores, exports and archives keep every event, and say when they cannot."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path

import pytest

from stratrun.engine.ledger.copying import backup, restore
from stratrun.engine.ledger.events_account import FeeCorrected
from stratrun.engine.ledger.events_control import Archived, Noted
from stratrun.engine.ledger.events_orders import OrderAccepted
from stratrun.engine.ledger.export import lines
from stratrun.engine.ledger.opening import open_reader, open_writer
from stratrun.engine.ledger.place import place_of
from stratrun.engine.ledger.refusal import LedgerError, RefusedError
from stratrun.engine.ledger.retention import retain
from stratrun.engine.ledger.rows import OrderRow, Row
from stratrun.engine.ledger.tables import ROWS
from stratrun.engine.ledger.verify import verify
from stratrun.engine.ledger.writer import Writer

from .story import NOW, Clock, D, closed, filled, funds, intent, opened, order, round_trips, submitted

LATER = 10 * NOW


def tables(place: str | Path) -> list[list[Row]]:
    return [open_reader(place).rows(cls) for cls in ROWS]


def test_a_backup_is_one_moment_of_a_ledger_in_use(place: str, tmp_path: Path) -> None:
    """A copy made while a writer is open is sound, restores to the same ledger, and the writer goes on."""
    with open_writer(place, Clock()) as writer:
        writer.append(opened(), funds(), *round_trips(2))
        head = backup(writer.read, tmp_path / "backup.db").head
        assert head == writer.head
        writer.append(*order("later"))
    assert {path.name for path in tmp_path.iterdir()} >= {"backup.db"}
    assert not list(tmp_path.glob("backup.db-*"))
    verdict = restore(tmp_path / "backup.db", place_of(tmp_path / "back.db"))
    assert (verdict.head, verdict.findings) == (head, ())
    assert tables(tmp_path / "back.db") == tables(tmp_path / "backup.db")
    with open_writer(tmp_path / "back.db", Clock()) as again:
        assert again.append(*order("later"))[-1].seq == head.seq + 4
        assert verify(again.read).findings == ()


def test_a_backup_names_the_folder_that_is_not_there(tmp_path: Path) -> None:
    """It is the target that cannot be written, not the ledger that cannot be opened."""
    missing = tmp_path / "backups"
    ledger = open_writer(tmp_path / "ledger.db", Clock())
    with ledger as writer, pytest.raises(LedgerError, match=re.escape(f"no folder {missing}")):
        backup(writer.read, missing / "today.db")


def test_a_backup_restores_onto_a_server(tmp_path: Path, database: str) -> None:
    """A file's backup becomes a server's ledger, event for event and row for row; a second time is refused."""
    with open_writer(tmp_path / "ledger.db", Clock()) as writer:
        writer.append(opened(), funds(), *round_trips(2), *order("held"))
        backup(writer.read, tmp_path / "backup.db")
        assert restore(tmp_path / "backup.db", place_of(database)).head == writer.head
        assert tables(database) == tables(tmp_path / "backup.db")
        assert list(lines(open_reader(database))) == list(lines(writer.read))
    with pytest.raises(LedgerError, match="there is a ledger already"):
        restore(tmp_path / "backup.db", place_of(database))


def test_nothing_is_overwritten(writer: Writer, tmp_path: Path) -> None:
    """Neither a backup nor a restore nor an archive replaces a file, and what is not sound is not restored."""
    writer.append(opened(), closed())
    (tmp_path / "taken.db").write_bytes(b"something")
    for attempt in (
        lambda: backup(writer.read, tmp_path / "taken.db"),
        lambda: retain(writer, tmp_path / "taken.db", LATER),
    ):
        with pytest.raises(LedgerError, match="there already"):
            attempt()
    assert (tmp_path / "taken.db").read_bytes() == b"something"
    (tmp_path / "empty.db").touch()
    with pytest.raises(LedgerError, match="there already"):
        backup(writer.read, tmp_path / "empty.db")
    backup(writer.read, tmp_path / "backup.db")
    with pytest.raises(LedgerError, match="there already"):
        restore(tmp_path / "backup.db", place_of(tmp_path / "taken.db"))
    with pytest.raises(LedgerError, match="cannot be"):
        backup(writer.read, tmp_path / "no" / "folder.db")


def test_an_export_is_a_chain_that_any_program_can_check(writer: Writer) -> None:
    """The lines alone, read as JSON, give every hash again."""
    writer.append(opened(), funds(), *round_trips(1), Noted("operator", 'né "quoted"\n'))
    previous = "0" * 64
    for line in lines(writer.read):
        row = json.loads(line)
        payload = line[line.index('"payload":') + len('"payload":') : -1]
        parts = (previous, row["seq"], row["time"], row["kind"], row["version"], payload)
        previous = sha256("\n".join(map(str, parts)).encode()).hexdigest()
        assert row["hash"] == previous
    assert previous == writer.head.hash


def test_an_archive_keeps_the_chain_whole(place: str, tmp_path: Path) -> None:
    """After archiving, both parts are sound, what holds is still there, and nothing archived can happen again."""
    with open_writer(place, Clock()) as writer:
        writer.append(opened(), funds(), *round_trips(3), *order("held"), closed())
        cut = writer.head
        writer.append(opened("s2"), *[intent("n", session_id="s2"), submitted("n"), OrderAccepted("n", "v")])
        held = writer.read.positions()
        assert retain(writer, tmp_path / "one.db", LATER) == cut.seq
        assert verify(writer.read).findings == verify(open_reader(tmp_path / "one.db")).findings == ()
        assert open_reader(tmp_path / "one.db").head() == cut
        assert next(entry.seq for entry in writer.read.entries()) == cut.seq + 1
        assert writer.read.positions() == held
        assert [row.order_id for row in writer.read.orders()] == ["n"]
        assert all(one.repeated for one in writer.append(opened(), filled("b0", "f-b0")))
        with pytest.raises(RefusedError):
            writer.append(filled("b0", "new"))
        writer.append(filled("n", "f-n"), closed("s2"))
        assert retain(writer, tmp_path / "two.db", LATER) == 7
        assert verify(writer.read).findings == verify(open_reader(tmp_path / "two.db")).findings == ()
        (entry,) = writer.read.entries()
        assert isinstance(entry.event, Archived)
        assert retain(writer, tmp_path / "three.db", LATER) == 0
        assert not (tmp_path / "three.db").exists()
        writer.append(opened("s3"), *order("z")[1:0])
        assert verify(writer.read).findings == ()
        backup(writer.read, tmp_path / "backup.db")
    assert verify(open_reader(tmp_path / "backup.db")).findings == ()


def test_what_later_events_build_on_stays(writer: Writer, tmp_path: Path) -> None:
    """An archived order that filled late, and a fill whose fee was corrected late, are still there to be looked at."""
    writer.append(opened(), *order("a", quantity="2"), closed())
    writer.append(filled("a", "late", "0.1"), FeeCorrected("main", "spot", "f-a", D("0.2"), "USDT", "list"))
    (late, _) = writer.read.entries(6)
    assert retain(writer, tmp_path / "one.db", late.time) == 6
    assert verify(writer.read).findings == ()
    assert [row.order_id for row in writer.read.rows(OrderRow)] == ["a"]
    assert [str(fill.fee) for fill in writer.read.fills("a")] == ["0.2", "0.1"]


@pytest.mark.parametrize("when", ["copied", "anchored"])
def test_an_archive_that_is_cut_short_leaves_a_whole_ledger(
    writer: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    """Whenever it dies, no event is lost, and the next run archives what this one did not."""
    writer.append(opened(), *round_trips(1), closed(), opened("s2"))

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Writer, "record" if when == "copied" else "rebase", die)
        with pytest.raises(KeyboardInterrupt):
            retain(writer, tmp_path / "one.db", LATER)
    assert verify(writer.read).findings == ()
    assert len(list(writer.read.entries())) == 11 + (when == "anchored")
    assert retain(writer, tmp_path / "two.db", LATER) == 10
    assert verify(writer.read).findings == ()
