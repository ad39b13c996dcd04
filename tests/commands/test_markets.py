"""`stratrun markets` and `validate --exchange` from the outside, with a venue that needs no network."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from stratrun.cli import main
from stratrun.engine.brokers import markets
from stratrun.engine.brokers.market_list import markets_bytes
from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.market.venue import Kind, Listing, Venue

VENUE = Venue(
    "testex", 4_000_000_000_000, ("1m", "1h"), {Kind.SPOT: True},
    {"BTC/USDT": Listing("BTC/USDT", Kind.SPOT, min_cost=5.0), "X/Y": Listing("X/Y", Kind.SPOT, active=False)},
)  # fmt: skip
GOOD = Path(__file__).parents[1] / "documents" / "valid" / "beginner.yaml"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STRATRUN_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(markets, "fetch_markets", lambda name: replace(VENUE, name=name))
    return tmp_path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [*map(str, arguments)])


def test_update_then_list_then_validate() -> None:
    """A list that was fetched is shown with its age, and strategies are checked against it."""
    assert "2 spot at testex" in run("markets", "update", "testex").stdout
    assert "testex" in run("markets", "list").stdout
    shown = run("markets", "list", "testex").stdout
    assert "BTC/USDT" in shown
    assert "not traded" in shown
    done = run("validate", GOOD, "--exchange", "testex")
    assert (done.exit_code, done.stdout) == (0, "1 file checked: no mistakes\n")


def test_json_output() -> None:
    """Programs get the same as data."""
    told = json.loads(run("markets", "update", "testex", "--format", "json").stdout)
    assert (told["exchange"], told["count"]) == ("testex", 2)
    assert [row["exchange"] for row in json.loads(run("markets", "list", "--format", "json").stdout)] == ["testex"]
    rows = json.loads(run("markets", "list", "testex", "--format", "json").stdout)["markets"]
    assert [row["symbol"] for row in rows] == ["BTC/USDT", "X/Y"]


def test_a_list_of_ones_own(tmp_path: Path) -> None:
    """A list may stand in a repository, so that everybody checks against the same one."""
    path = tmp_path / "markets.json"
    assert run("markets", "update", "testex", "--output", path).exit_code == 0
    assert run("validate", GOOD, "--exchange", "testex", "--markets", path).exit_code == 0
    assert run("validate", GOOD, "--markets", path).exit_code == 2
    assert run("markets", "list", "--markets", path).exit_code == 0


@pytest.mark.parametrize("arguments", [("validate", GOOD, "--exchange", "testex"), ("markets", "list", "testex")])
def test_without_a_list_the_command_to_run_is_named(arguments: tuple[object, ...]) -> None:
    """One message with the mend, and exit code 2."""
    done = run(*arguments)
    assert done.exit_code == 2
    assert "run `stratrun markets update testex`" in done.stderr


def test_an_old_list_is_a_warning(tmp_path: Path) -> None:
    """Its age is told once, and counts under --strict only."""
    path = tmp_path / "old.json"
    path.write_bytes(markets_bytes(replace(VENUE, fetched=1_600_000_000_000)))
    arguments = ("validate", GOOD, GOOD, "--exchange", "testex", "--markets", path)
    done = run(*arguments)
    assert done.exit_code == 0
    assert done.stdout.count("warning[SR509]") == 1
    assert run(*arguments, "--strict").exit_code == 1
    assert run(*arguments, "--strict", "--ignore", "SR509").exit_code == 0


def test_a_venue_that_fails_leaves_the_list_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was fetched before stays when the venue cannot be asked."""
    run("markets", "update", "testex")

    def refuse(name: str) -> Venue:
        raise InputError(f"the markets of {name} could not be fetched")

    monkeypatch.setattr(markets, "fetch_markets", refuse)
    assert run("markets", "update", "testex").exit_code == 2
    assert "BTC/USDT" in run("markets", "list", "testex").stdout


def test_a_broken_list_hides_no_other(cache: Path) -> None:
    """The overview names a list it cannot read and goes on."""
    run("markets", "update", "testex")
    (cache / "cache" / "markets" / "broken.json").write_text("{")
    done = run("markets", "list")
    assert done.exit_code == 0
    assert "testex" in done.stdout
    assert "broken.json" in done.stderr
