"""Whatever a command writes: no file of the user's is lost to it."""

from __future__ import annotations

import inspect
import json
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import click
import polars as pl
import pytest

from stratrun.engine.commands.group import LazyGroup
from stratrun.engine.commands.paths import Mentioned, Named, Written
from stratrun.engine.commands.standing import Held, held_at
from stratrun.engine.ledger.place import APPLICATION
from stratrun.engine.store.root import make_root
from stratrun.engine.tuning.parameter_file import write_params

from .conftest import Run
from .test_paths import commands

NEVER_OVER_ANYTHING = {"ledger backup target", "ledger retention archive"}
"""They refuse every file that is there."""
IN_PLACE = {"fmt", "migrate"}
PLACES = ("PATH", "FILE", "URL", "LEDGER", "FOLDER")
EVERY = list(commands(LazyGroup(), click.Context(click.Command("stratrun"))))


def writes(parameter: click.Parameter) -> bool:
    """Whether its name or its words say that something is written there."""
    words = str(getattr(parameter, "help", None) or "").lower()
    named = {"out", "output", "html", "target", "archive", "log", "study"}
    by_words = words.startswith(("write", "where to write", "the file to write"))
    is_place = isinstance(parameter.type, click.Path)
    return bool(named & {opt.lstrip("-").lower() for opt in parameter.opts}) or (by_words and is_place)


def written() -> Iterator[tuple[str, click.Command, click.Parameter]]:
    for name, command in EVERY:
        for parameter in command.params:
            if isinstance(parameter.type, Written) and not parameter.type.folder:
                yield name, command, parameter


WRITTEN = list(written())


def test_everything_that_writes_is_declared_as_such() -> None:
    """An option that writes is looked at before the work only where its type says that it writes."""
    found = {f"{name} {p.name}": isinstance(p.type, Written) for name, c in EVERY for p in c.params if writes(p)}
    assert len(found) > 25
    assert {name for name, declared in found.items() if not declared} == NEVER_OVER_ANYTHING


def test_a_command_that_writes_files_has_such_an_option() -> None:
    """A module that writes files lets their places be looked at; `fmt` and `migrate` rewrite what they read."""
    declared = {inspect.getmodule(command.callback) for _, command, _ in WRITTEN}
    for name, command in EVERY:
        module = inspect.getmodule(command.callback)
        assert module is not None
        if name not in IN_PLACE and (
            "replacing(" in inspect.getsource(module) or "write_" in inspect.getsource(module)
        ):
            assert module in declared, name


def test_what_is_read_is_declared_beside_what_is_written() -> None:
    """A text that may name a file says so, or the command would write over it."""
    for name, command in {(name, command) for name, command, _ in WRITTEN}:
        for parameter in command.params:
            metavar = (parameter.metavar or "").upper()
            if any(word in metavar for word in PLACES):
                assert isinstance(parameter.type, Named | Mentioned), f"{name} {parameter.name}"


@pytest.fixture
def folder(strategy_file: Path, candle_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    with sqlite3.connect("ledger.db") as ledger:
        ledger.execute("create table events (seq integer)")
    ledger.close()
    for suffix in ("-wal", "-shm", ".lock", ".log"):
        Path(f"ledger.db{suffix}").write_bytes(b"x")
    shutil.copy(candle_file, "candles.html")  # what it says does not make it a page
    pl.read_csv(candle_file).write_parquet("ETHUSDT-1h.parquet")
    make_root(tmp_path / "store")
    return tmp_path


def held(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


BAITS = {
    "crossing.yaml": Held.DOCUMENT,
    "BTCUSDT-1h.csv": Held.CANDLES,
    "ETHUSDT-1h.parquet": Held.CANDLES,
    "ledger.db": Held.DATABASE,
    "ledger.db-wal": Held.BESIDE_DATABASE,
    "ledger.db.lock": Held.BESIDE_DATABASE,
    "ledger.db.log": Held.BESIDE_DATABASE,
    "store/a.csv": Held.STORE,
}


@pytest.mark.parametrize(("name", "command", "parameter"), WRITTEN, ids=lambda one: str(getattr(one, "name", one)))
def test_no_command_replaces_what_is_the_users(
    run: Run, folder: Path, name: str, command: click.Command, parameter: click.Parameter
) -> None:
    """A strategy, candles, a ledger: each option of each command leaves them as they are, and ends with 2."""
    before = held(folder)
    for bait, kind in BAITS.items():
        if kind in parameter.type.over:  # type: ignore[attr-defined]  # a type that writes
            continue
        words: list[str] = []
        for other in command.params:
            if other is parameter:
                words += [bait] if isinstance(other, click.Argument) else [other.opts[0], bait]
            elif isinstance(other, click.Argument):
                words.append("strategy" if isinstance(other.type, click.Choice) else "nowhere.yaml")
            elif other.required and isinstance(other.type, click.Choice):
                words += [other.opts[0], other.type.choices[0]]
        done = run(*name.split(), *words)
        assert done.exit_code == 2, (bait, done.output)
        assert "error[SR600]" in done.stderr
        assert bait in done.stderr
        assert held(folder) == before, bait


@pytest.mark.parametrize(
    "words",
    [
        "backtest crossing.yaml --candles x.csv --trades x.csv",
        "backtest crossing.yaml --candles BTC/USDT=x.csv --equity ./sub/../x.csv",
        "backtest crossing.yaml --candles BTCUSDT-1h.csv --detail 1m=BTC/USDT=x.csv --fills link.csv",
        "backtest crossing.yaml --candles BTCUSDT-1h.csv --funding BTC/USDT=x.csv --decisions hard.csv",
        "backtest crossing.yaml --candles link.csv --trades x.csv",
        "run crossing.yaml --candles x.csv --trades x.csv",
        "eval close --candles x.csv --out x.csv",
        "convert crossing.yaml --to json --output crossing.yaml",
        "convert plain.txt --to json --output plain.txt",
        "validate plain.txt --output plain.txt",
        "compare crossing.yaml plain.txt --output plain.txt",
        "optimize crossing.yaml --candles x.csv --study x.csv",
        "optimize crossing.yaml --candles x.csv --study a.db --out a.db",
        "optimize crossing.yaml --candles x.csv --html a.html --out a.html",
        "luck x.html --html x.html",
        "backtest both.yaml --candles BTCUSDT-1h.csv --trades members.csv",
        "backtest desk.yaml --candles BTCUSDT-1h.csv --trades members.csv",
        "run desk.yaml --paper --log members.csv",
        "parity my.jsonl --html x.html --deployment x.html",
        "ledger export --ledger my.jsonl --output my.jsonl",
    ],
)  # fmt: skip
def test_no_command_writes_over_what_it_reads(run: Run, folder: Path, words: str) -> None:
    """Whatever it holds, however it is spelt, by a link too, and also where another file names it."""
    for name in ("x.csv", "members.csv", "x.html", "plain.txt", "my.jsonl"):
        Path(name).write_text("time\n1\n")
    Path("sub").mkdir()
    Path("link.csv").symlink_to("x.csv")
    Path("hard.csv").hardlink_to("x.csv")
    Path("of.yaml").write_text("stratrun: 2\nuniverse: {members: ./members.csv}\n")
    Path("both.yaml").write_text("stratrun: 2\nkind: portfolio\nmembers: [{strategy: ./of.yaml}]\n")
    Path("desk.yaml").write_text("stratrun: 2\nkind: deployment\nstrategies: [{strategy: both.yaml}]\n")
    before = held(folder)
    done = run(*words.split(), "--format", "json")
    assert done.exit_code == 2, done.output
    assert any(part in json.loads(done.stdout)["diagnostics"][0]["message"] for part in ("reads this", "name the same"))
    assert held(folder) == before


def test_earlier_outputs_are_replaced(run: Run, folder: Path) -> None:
    """Every command can be run again as it was."""
    again = [
        "backtest crossing.yaml --candles . --trades BTCUSDT-trades.csv --fills f.parquet --html r.html --out run1",
        "run crossing.yaml --candles BTCUSDT-1h.csv --equity e.csv --decisions d.parquet --html r.html",
        "eval close --candles BTCUSDT-1h.csv --out r.csv",
        "schema --output s.json",
        "validate crossing.yaml --output crossing.sarif --format sarif",
        "validate crossing.yaml --output v.json --format json",
        "convert crossing.yaml --to json --output crossing.json",
        "convert crossing.json --to yaml --output back.yaml",
        "compare run1 run1 --format html --output run1/compare.html",
        "compare run1 run1 --format json --output c.json",
    ]
    Path("ETHUSDT-1h.parquet").unlink()
    for words in again + again:
        done = run(*words.split())
        assert done.exit_code == 0, (words, done.output)


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.json", '{"name": "x", "entry_conditions": []}', Held.DOCUMENT),
        ("a.json", '{"stratrun": 2, "name"', Held.DOCUMENT),
        ("a.yml", "{stratrun: 2}", Held.DOCUMENT),
        ("a.yaml", "name: [\nstratrun: 2\n", Held.DOCUMENT),
        ("a.yaml", "'BTC/USDT': {taker: 0.1%}\n", Held.DOCUMENT),
        ("a.yaml", "stratrun: 2\nrisk: {}\n", Held.DOCUMENT),
        ("a.json", '{"$schema": "x", "properties": {"stratrun": {}}}', None),
        ("a.json", "[1]", None),
        ("a.txt", "stratrun: 2\n", None),
        ("a.csv", '"Time","OPEN", "High","low","close"\r\n', Held.CANDLES),
        ("a.csv", "time,entry,close\n", None),
        ("a.csv.gz", "open,high,low,close", None),
        ("a.parquet", "PAR1", None),
        ("a.parquet", "\u00ff\u00ff\u00ffPAR1" * 3, None),
        ("a.parquet", "", None),
        ("none.yaml", None, None),
    ],
)  # fmt: skip
def test_what_stands_there_is_told_by_its_content(tmp_path: Path, name: str, content: str | None, kind: Held) -> None:
    """Documents of any version, be they broken, and candles; never anything else, and never an error."""
    if content is not None:
        (tmp_path / name).write_text(content)
    assert held_at(tmp_path / name) is kind


def test_no_study_is_kept_in_a_ledger(run: Run, folder: Path) -> None:
    """A study goes on in its own database, and in none of sessions."""
    with sqlite3.connect("desk.db") as ledger:
        ledger.execute(f"PRAGMA application_id = {APPLICATION}")
    ledger.close()
    before = held(folder)
    done = run("optimize", "crossing.yaml", "--candles", "BTCUSDT-1h.csv", "--study", "desk.db")
    assert done.exit_code == 2
    assert "it is a ledger" in done.stderr
    assert held(folder) == before


def test_tables_of_a_run_are_no_candles(run: Run, folder: Path) -> None:
    """A run's own tables are told from candles; those of its folder are its record."""
    tables = {name: f"{name}.parquet" for name in ("trades", "fills", "decisions", "equity")}
    options = [word for name, path in tables.items() for word in (f"--{name}", path)]
    assert run("backtest", "crossing.yaml", "--candles", "BTCUSDT-1h.csv", *options, "--out", "run1").exit_code == 0
    assert [held_at(folder / path) for path in tables.values()] == [None] * 4
    assert {held_at(folder / "run1" / path) for path in ("result.json", *tables.values())} == {Held.RUN}
    write_params("tuned.yaml", {"fast": "1"}, {})
    assert held_at(folder / "tuned.yaml") is None


@pytest.mark.parametrize("name", ["my.yaml", "page", "page.htm.csv", "ledger"])
def test_a_page_is_called_one(run: Run, folder: Path, name: str) -> None:
    """A page that is called something else was meant for another option."""
    done = run("luck", "crossing.yaml", "--html", name)
    assert done.exit_code == 2
    assert "must end in .html or .htm" in done.stderr
    assert not Path(name).exists()
