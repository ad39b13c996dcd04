"""`stratrun explain` of a portfolio."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from stratrun.cli import main

DOCUMENTS = Path(__file__).parents[1] / "documents"
EVERYTHING = DOCUMENTS / "valid" / "portfolio_everything.yaml"
PORTFOLIOS = sorted((DOCUMENTS / "valid").glob("portfolio_*"))


def explained(*arguments: object) -> str:
    done = CliRunner().invoke(main, ["explain", *map(str, arguments)])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_it_tells_members_shares_and_limits() -> None:
    """Each member with its share and its own values, what stays in cash, and what the account allows."""
    told = explained(EVERYTHING)
    for words in (
        "3 strategies share one account in USDT; they trade spot markets on 1h candles",
        "`quick` has 33.3 % of the account: Trend.", "of its share per trade.", "With values of its own: fast 10.",
        "At the first close of each month (UTC) the shares are set back",
        "Once a day has lost 3 %, no entry until the next day (Europe/Berlin).",
        "An entry is denied while another member holds the other side",
    ):  # fmt: skip
        assert words in told
    assert "stays in cash" not in told
    assert "25 % of the account is given to no member and stays in cash." in explained(PORTFOLIOS[-1])


def test_values_come_with_their_origins() -> None:
    """Lines of the file, defaults and the command line are told apart."""
    data = json.loads(explained(EVERYTHING, "--set", "slow.fast=30", "--format", "json"))
    values = {row["key"]: (row["value"], row["from"], row["line"]) for row in data["values"]}
    assert values["members.0.weight"] == ("33.3%", "file", 8)
    assert values["members.0.set.fast"] == ("30", "--set", None)
    assert values["members.1.set.fast"] == ("10", "file", 12)
    assert values["members.2.name"] == ("dip", "default", None)
    assert values["risk.max_cost"][0] == "5000"
    assert (data["portfolio"], len(data["portfolio_hash"])) == ("Trends and dips", 64)


def test_every_sound_portfolio_can_be_told() -> None:
    """All three forms of every valid portfolio."""
    assert len(PORTFOLIOS) >= 3
    for path in PORTFOLIOS:
        assert explained(path).startswith(json.loads(explained(path, "--format", "json"))["portfolio"])
        assert "## Its members" in explained(path, "--format", "markdown")
