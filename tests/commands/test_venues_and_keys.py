"""`stratrun venues` and `stratrun keys` from the outside."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from stratrun.cli import main

KEY, SECRET = "kEy0123456789visible", "sEcReT9876543210hidden"


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "config" / "keys.json"
    monkeypatch.setenv("STRATRUN_KEYS_FILE", str(path))
    monkeypatch.setenv("STRATRUN_KEYS_FILE_PASSWORD", "open sesame")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    return path


def run(*arguments: str, given: str | None = None) -> Result:
    return CliRunner().invoke(main, list(arguments), input=given)


def _set(*more: str, account: str = "main", given: str = f"{KEY}\n{SECRET}\n") -> Result:
    return run("keys", "set", account, "--stdin", "--store", "file", *more, given=given)


def test_venues_tell_what_they_can() -> None:
    """All in one table, one in full, the same as JSON."""
    assert "kraken" in run("venues").stdout
    assert "stopLossPrice is used" in run("venues", "kraken").stdout
    rows = json.loads(run("venues", "--format", "json").stdout)
    assert {row["venue"] for row in rows} >= {"binance", "coinbase"}
    assert all(row["ccxt"] and row["types"] for row in rows)


def test_an_unknown_venue_is_told_with_the_nearest() -> None:
    """A slip of the pen is one line and exit code 2."""
    ran = run("venues", "krakn")
    assert ran.exit_code == 2
    assert "kraken" in ran.stderr


def test_keys_are_kept_listed_checked_and_forgotten(place: Path) -> None:
    """The whole life of an account's keys, of which no output shows any."""
    ran = [_set(), run("keys", "list"), run("keys", "list", "--format", "json"), run("keys", "check", "main")]
    assert [one.exit_code for one in ran] == [0, 0, 0, 0], [one.output for one in ran]
    assert json.loads(ran[2].stdout) == [{"account": "main", "store": "file"}]
    assert str(place) in ran[3].stdout
    ran += [
        run("keys", "remove", "main", "--yes"),
        run("keys", "remove", "main", "--yes"),
        run("keys", "check", "main"),
    ]
    assert [one.exit_code for one in ran[4:]] == [0, 2, 2]
    text = "".join(one.output for one in ran) + place.read_text()
    assert KEY not in text
    assert SECRET not in text


def test_the_environment_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is set for this process overrules what is kept."""
    _set()
    monkeypatch.setenv("STRATRUN_MAIN_KEY", KEY)
    monkeypatch.setenv("STRATRUN_MAIN_SECRET", SECRET)
    assert "environment" in run("keys", "check", "main").stdout
    assert json.loads(run("keys", "list", "--format", "json").stdout)[0] == {"account": "main", "store": "environment"}


@pytest.mark.parametrize("given", ["", "one\n", "a\nb\nc\nd\n", "\n\n", "x\x00\nb\n", "\xff" * 70_000])
def test_what_is_no_pair_of_keys_is_refused(given: str) -> None:
    """One message, exit code 2, and nothing kept."""
    ran = _set(given=given)
    assert ran.exit_code == 2
    assert "Traceback" not in ran.output
    assert "no keys" in run("keys", "list").stdout


@pytest.mark.parametrize("account", ["Main", "../../x", "a b", "ä"])
def test_what_is_no_account_is_refused(account: str) -> None:
    """Exit code 2."""
    assert _set(account=account).exit_code == 2


def test_no_terminal_and_no_stdin_is_told() -> None:
    """Nothing hangs waiting for a person."""
    ran = run("keys", "set", "main", given="")
    assert ran.exit_code == 2
    assert "--stdin" in ran.stderr


def test_a_wrong_password_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither opened nor mixed."""
    _set()
    monkeypatch.setenv("STRATRUN_KEYS_FILE_PASSWORD", "guess")
    assert run("keys", "check", "main").exit_code == 2
    assert _set(account="other").exit_code == 2
    monkeypatch.delenv("STRATRUN_KEYS_FILE_PASSWORD")
    assert "STRATRUN_KEYS_FILE_PASSWORD" in run("keys", "check", "main").stderr


def test_a_keyring_that_is_not_there_is_told() -> None:
    """With the other store as the way out."""
    ran = run("keys", "set", "main", "--stdin", "--store", "keyring", given=f"{KEY}\n{SECRET}\n")
    assert ran.exit_code == 2
    assert "--store file" in ran.stderr


@pytest.mark.parametrize("endpoint", ["http://10.0.0.1:80", "https://api.binance.com", "nonsense"])
def test_a_check_goes_to_this_machine_or_nowhere(endpoint: str) -> None:
    """An endpoint elsewhere is refused before anything is sent."""
    _set()
    ran = run("keys", "check", "main", "--venue", "binance", "--endpoint", endpoint)
    assert ran.exit_code == 2
    assert "endpoint" in ran.stderr


def test_a_venue_that_does_not_answer_is_one_message() -> None:
    """No traceback, no key."""
    _set()
    ran = run("keys", "check", "main", "--venue", "binance", "--endpoint", "http://127.0.0.1:1", "--format", "json")
    assert ran.exit_code == 2
    assert "did not answer" in json.loads(ran.stdout)["diagnostics"][0]["message"]
    assert KEY not in ran.output
