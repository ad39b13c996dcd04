"""`stratrun backtest` and `run` of a portfolio, and the commands that take none."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from .conftest import STRATEGY, Run

PORTFOLIO = """stratrun: 2
kind: portfolio
name: Both
members:
  - {strategy: ./crossing.yaml, weight: 50%, name: first}
  - {strategy: ./later.yaml, weight: 30%}
rebalance: day
risk: {max_open: 1}
"""


@pytest.fixture
def portfolio_file(tmp_path: Path, strategy_file: Path) -> Path:
    assert strategy_file.name == "crossing.yaml"
    later = STRATEGY.replace("fast: ema(close, 5)", "fast: ema(close, span)").replace("name: crossing", "name: later")
    later = later.replace("indicators:", "params:\n  span: {default: 8, range: [2, 20]}\nindicators:")
    (tmp_path / "later.yaml").write_text(later)
    path = tmp_path / "both.yaml"
    path.write_text(PORTFOLIO)
    return path


def test_the_report_tells_the_account_and_its_members(run: Run, portfolio_file: Path, candle_file: Path) -> None:
    """The account's tables as of a strategy, then a row for each member."""
    outcome = run("backtest", portfolio_file, "--candles", candle_file)
    assert outcome.exit_code == 0, outcome.output
    for words in ("Both - back-test", "portfolio ", "limits: max_open 1", "Members", "first", "later", "(cash)",
                  "Correlation of daily returns", "Refused, by member", "MAX_OPEN"):  # fmt: skip
        assert words in outcome.stdout


def test_json_adds_up(run: Run, portfolio_file: Path, candle_file: Path) -> None:
    """Contributions are the account's return, shares and cash the whole, and members' trades all trades."""
    outcome = run("backtest", portfolio_file, "--candles", candle_file, "--format", "json")
    found = json.loads(outcome.stdout)
    members = found["members"]
    assert [member["name"] for member in members] == ["first", "later"]
    assert sum(m["contribution"] for m in members) == pytest.approx(found["result"]["return"], abs=1e-12)
    assert 0 < sum(m["share"] for m in members) < 1
    assert sum(len(m["trades"]) for m in members) == len(found["trades"]) > 0
    paid = {name: sum(p["amount"] for p in found["payments"] if p["member"] == name) for name in ("first", "later")}
    assert paid == pytest.approx({m["name"]: m["paid"] for m in members})
    assert found["settings"]["later.params.span"] == 8
    assert found["refused"]["MAX_OPEN"] == sum(m["refused"].get("MAX_OPEN", 0) for m in members) > 0


def test_paper_is_the_back_test(run: Run, portfolio_file: Path, candle_file: Path) -> None:
    """On the same candles both report the same, but for the mode."""
    past, paper = (
        json.loads(run(*command, portfolio_file, "--candles", candle_file, "--format", "json").stdout)
        for command in (("backtest", "--quick"), ("run",))
    )
    assert (past.pop("bounds"), paper.pop("bounds")) == (None, {})
    assert past["data_hash"]
    assert (past.pop("mode"), paper.pop("mode")) == ("back-test", "paper")
    assert past == paper


def test_values_and_limits_come_from_the_command_line(
    run: Run, portfolio_file: Path, candle_file: Path, tmp_path: Path
) -> None:
    """`--set MEMBER.PARAM` and `--limits` change the run."""
    limits = tmp_path / "limits.yml"
    limits.write_text("stratrun: 2\nrisk: {max_exposure: 20%}\n")
    line = ("backtest", portfolio_file, "--candles", candle_file, "--format", "json")
    found = json.loads(run(*line, "--set", "later.span=3", "--limits", limits).stdout)
    assert found["settings"]["later.params.span"] == 3
    assert found["settings"]["limits"] == "max_open 1, max_exposure 20%"
    refused = run("backtest", portfolio_file, "--candles", candle_file, "--set", "span=3")
    assert refused.exit_code == 1
    assert "--set span=3: which member's parameter?" in refused.stderr
    assert "`first`, `later`" in refused.stderr


def test_tables_hold_all_members_rows(run: Run, portfolio_file: Path, candle_file: Path, tmp_path: Path) -> None:
    """Trades, fills and decisions name the member; equity is the account's; unknown numbers are empty."""
    places = {name: tmp_path / f"{name}-out.csv" for name in ("trades", "fills", "decisions", "equity")}
    options = [part for name, path in places.items() for part in (f"--{name}", path)]
    portfolio_file.write_text(PORTFOLIO.replace("max_open: 1", "max_open: 2"))
    outcome = run("backtest", portfolio_file, "--candles", candle_file, *options)
    assert outcome.exit_code == 0, outcome.output
    rows = {name: list(csv.DictReader(path.read_text().splitlines())) for name, path in places.items()}
    for name in "trades", "fills", "decisions":
        assert {row["member"] for row in rows[name]} == {"first", "later"}
    assert len(rows["equity"]) == 60
    assert "" in {row["limit"] for row in rows["decisions"]}
    assert "nan" not in places["decisions"].read_text()


def test_its_page_has_the_charts_of_all_members(
    run: Run, portfolio_file: Path, candle_file: Path, tmp_path: Path
) -> None:
    """Members' tables, their symbols under their names, and their trades in order of exit."""
    page = tmp_path / "page.html"
    portfolio_file.write_text(PORTFOLIO.replace("max_open: 1", "max_open: 2"))
    outcome = run("backtest", portfolio_file, "--candles", candle_file, "--html", page)
    assert outcome.exit_code == 0, outcome.output
    text = page.read_text()
    for words in ("<h2>Members</h2>", "BTC/USDT · first", "BTC/USDT · later", "Portfolio&#39;s hash", "Their trades"):
        assert words in text or words.replace("·", "\\u00b7") in text, words


def test_its_folder_holds_a_run_for_each_member(
    run: Run, portfolio_file: Path, candle_file: Path, tmp_path: Path
) -> None:
    """`compare` reads the folder as it does a strategy's; `--members` puts members beside it, also from the file."""
    folder = tmp_path / "both"
    assert run("backtest", portfolio_file, "--candles", candle_file, "--out", folder).exit_code == 0
    assert sorted(p.name for p in (folder / "members").iterdir()) == ["01-first", "02-later"]
    record = json.loads((folder / "result.json").read_text())
    assert (record["kind"], record["strategy"]) == ("portfolio", "Both")
    read = json.loads(run("compare", folder, "--members", "--format", "json").stdout)
    made = json.loads(
        run("compare", portfolio_file, "--candles", candle_file, "--members", "--format", "json").stdout
    )  # fmt: skip
    assert [one["name"] for one in read["runs"]] == ["both", "both.first", "both.later"]
    assert read == made
    alone = run("compare", folder, tmp_path / "crossing.yaml", "--candles", candle_file, "--format", "json")
    assert [one["name"] for one in json.loads(alone.stdout)["runs"]] == ["both", "crossing"]


def test_a_damaged_member_is_told(run: Run, portfolio_file: Path, candle_file: Path, tmp_path: Path) -> None:
    """A folder whose members are gone is read without `--members` only."""
    folder = tmp_path / "both"
    run("backtest", portfolio_file, "--candles", candle_file, "--out", folder)
    (folder / "members" / "02-later" / "result.json").unlink()
    assert run("compare", folder, folder).exit_code == 0
    outcome = run("compare", folder, "--members")
    assert outcome.exit_code == 2
    assert "the folder holds no run" in outcome.stderr


def test_it_is_run_otherwise_too(run: Run, portfolio_file: Path, candle_file: Path) -> None:
    """The report tells how far the result hangs on costs, and `--quick` leaves that out."""
    line = ("backtest", portfolio_file, "--candles", candle_file, "--format", "json")
    found, quick = (json.loads(run(*line, *more).stdout) for more in ((), ("--quick",)))
    assert found["bounds"]["double costs"]["fees"] > found["result"]["fees"] * 1.5
    assert quick["bounds"] is None
    assert quick["result"] == found["result"]


def test_a_paper_session_takes_the_venues_options(
    run: Run, portfolio_file: Path, candle_file: Path, tmp_path: Path
) -> None:
    """What the venue is told and what is written are the back-test's; each line names its member."""
    files = [tmp_path / name for name in ("past", "paper")]
    options = ("--candles", candle_file, "--spread", "0.2%", "--touch", "--format", "json", "--out")
    past = json.loads(run("backtest", portfolio_file, *options, files[0], "--quick").stdout)
    paper = json.loads(run("run", portfolio_file, *options, files[1]).stdout)
    assert past["settings"] == paper["settings"]
    assert past["result"] == paper["result"]
    told = run("run", portfolio_file, "--candles", candle_file).stderr
    assert any(line[18:].startswith(("first ", "later ")) and " enter " in line for line in told.splitlines()), told


@pytest.mark.parametrize(
    "line",
    [
        ("trace", "--at", "2024-01-01T05:00"),
        ("why-not",),
        ("graph",),
        ("eval", "close", "--strategy"),
        ("diff", "x.yaml"),
    ],
    ids=lambda line: line[0],
)
def test_commands_of_one_strategy_say_what_they_take(
    run: Run, portfolio_file: Path, candle_file: Path, line: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """They name the portfolio for what it is, and what to give instead."""
    monkeypatch.chdir(portfolio_file.parent)
    (portfolio_file.parent / "x.yaml").write_text(STRATEGY)
    candles = () if line[0] == "graph" else ("--candles", candle_file)
    outcome = run(*line, portfolio_file, *candles)
    assert outcome.exit_code == 1, outcome.output
    assert "this is a portfolio, not a strategy" in outcome.stderr
    assert "name the file of one of its members" in outcome.stderr


def test_a_portfolio_is_no_test_and_no_template(run: Run, portfolio_file: Path) -> None:
    """`test` and `new` say so, too; a folder's tests are found beside a portfolio."""
    assert "this is a portfolio, not a test file" in run("test", portfolio_file).output
    assert "there is no template" in run("new", portfolio_file).output


def test_it_is_formatted_and_converted_like_every_document(run: Run, portfolio_file: Path) -> None:
    """`fmt` knows the order of its keys, and JSON and trees hold the same."""
    portfolio_file.write_text(PORTFOLIO.replace("rebalance: day\n", "").replace("members:", "rebalance: day\nmembers:"))
    assert run("fmt", portfolio_file).exit_code == 0
    assert portfolio_file.read_text() == PORTFOLIO.replace("{max_open: 1}", "\n  max_open: 1").replace(
        "risk: \n", "risk:\n"
    )
    as_json = json.loads(run("convert", portfolio_file, "--to", "json").stdout)
    assert list(as_json) == ["stratrun", "kind", "name", "members", "rebalance", "risk"]


def test_a_folder_tells_a_members_mistake_once(run: Run, portfolio_file: Path, strategy_file: Path) -> None:
    """A mistake is told of the member's file, not again for each portfolio that names it."""
    strategy_file.write_text(STRATEGY.replace("close > fast", "close > fsat"))
    outcome = run("validate", portfolio_file.parent, "--format", "json")
    codes = [(Path(d["path"]).name, d["code"]) for d in json.loads(outcome.stdout)["diagnostics"]]
    assert codes == [("both.yaml", "SR727"), ("crossing.yaml", "SR208")]


def test_an_accounts_leverage_holds_for_all_members_together(
    run: Run, portfolio_file: Path, candle_file: Path, tmp_path: Path
) -> None:
    """Whether the file says it or `--limits` does: what all hold together stays below it."""
    for name in "crossing", "later":
        path = tmp_path / f"{name}.yaml"
        text = path.read_text().replace("[BTC/USDT]", '["BTC/USDT:USDT"]\nmarket: perp\nrisk: {max_leverage: 4}')
        path.write_text(text.replace("equity: 100%", "equity: 400%"))
    text = PORTFOLIO.replace("weight: 50%", "weight: 50%").replace("risk: {max_open: 1}\n", "")
    limits = tmp_path / "limits.yml"
    limits.write_text("stratrun: 2\nrisk: {max_leverage: 2.5}\n")
    line = ("backtest", portfolio_file, "--candles", f"BTC/USDT:USDT={candle_file}", "--format", "json")
    found = []
    for more, options in ("", ()), ("risk: {max_leverage: 2.5}\n", ()), ("", ("--limits", limits)):
        portfolio_file.write_text(text + more)
        found.append(json.loads(run(*line, *options).stdout))
    free, *held = found
    assert "LEVERAGE_MAX" not in {code for code, count in free["refused"].items() if count}
    for one in held:
        assert one["refused"]["LEVERAGE_MAX"] > 0
        assert one["result"] == held[0]["result"] != free["result"]
