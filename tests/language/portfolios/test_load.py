"""Portfolio files as values: what `load_portfolio` makes of them, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from stratrun.engine.diagnostics.diagnostic import DocumentError, OldFileWarning
from stratrun.engine.language.document import load, load_portfolio, validate, validate_bytes
from stratrun.engine.language.identity import meaning_hash, portfolio_hash
from stratrun.engine.language.portfolio import Conflict, Every, Portfolio
from stratrun.engine.language.strategy import Drawdown, LossLimit, OnLoss, Risk

DOCUMENTS = Path(__file__).parents[2] / "documents"
MEMBERS = DOCUMENTS / "members"
TREND = {"strategy": str(MEMBERS / "trend.yaml"), "weight": "50%"}
DIP = {"strategy": str(MEMBERS / "dip.yaml"), "weight": "30%"}


def written(folder: Path, *members: dict[str, Any], **more: Any) -> Path:
    path = folder / "p.json"
    content = {"stratrun": 2, "kind": "portfolio", "name": "p", "members": list(members or (TREND, DIP)), **more}
    path.write_text(json.dumps(content), "utf-8")
    return path


def read(folder: Path, *members: dict[str, Any], **more: Any) -> Portfolio:
    return load_portfolio(written(folder, *members, **more))


def refused(path: Path, overrides: dict[str, str] | None = None) -> list[tuple[str, str]]:
    """Codes and messages of the errors."""
    with pytest.raises(DocumentError) as raised:
        load_portfolio(path, overrides or {})
    return [(d.code, d.message) for d in raised.value.diagnostics if d.severity == "error"]


def test_defaults(tmp_path: Path) -> None:
    """What a file leaves out has the value that its key's description names."""
    found = read(tmp_path)
    assert (found.rebalance, found.conflicts, found.timezone, found.risk) == (None, Conflict.DENY, "UTC", Risk())
    assert [(m.name, m.weight) for m in found.members] == [("trend", 0.5), ("dip", 0.3)]
    assert meaning_hash(found.members[0].strategy) == meaning_hash(load(MEMBERS / "trend.yaml"))


def test_names_are_of_one_line(tmp_path: Path) -> None:
    """However a name is broken up in the file, reports and `--set` have it in one line."""
    found = load_portfolio(written(tmp_path, {**TREND, "name": "two\n lines"}), {"two lines.fast": "7"})
    assert [(m.name, m.strategy.params["fast"].value) for m in found.members] == [("two lines", 7)]


def test_everything() -> None:
    """Each key arrives as the value it stands for."""
    found = load_portfolio(DOCUMENTS / "valid" / "portfolio_everything.yaml")
    assert found.rebalance is Every.MONTH
    assert found.conflicts is Conflict.DENY
    assert (found.timezone, found.tags) == ("Europe/Berlin", ("trend", "dip"))
    assert [m.weight for m in found.members] == [0.333, 0.333, 0.334]
    assert [m.strategy.params["fast"].value for m in found.members[:2]] == [20, 10]
    assert found.risk == Risk(
        max_open=3, max_cost=5000.0, max_position=0.4, max_exposure=1.0, max_net_exposure=1.0,
        daily_loss=LossLimit(0.03, OnLoss.STOP_UNTIL_NEXT_DAY),
        drawdown=Drawdown(0.15, OnLoss.HALT),
    )  # fmt: skip


def test_leverage_is_the_members_unless_the_file_says_it(tmp_path: Path) -> None:
    """An account without a limit of its own does not hold its members below theirs."""
    perp = {"strategy": str(MEMBERS / "perp.yaml"), "weight": "50%"}
    assert read(tmp_path, perp).risk.max_leverage == 3.0
    assert read(tmp_path, perp, risk={"max_open": 2}).risk.max_leverage == 3.0
    assert read(tmp_path, perp, risk={"max_leverage": 2}).leverage == 2.0
    assert read(tmp_path, perp).leverage is None
    assert read(tmp_path, perp, risk={"max_exposure": "250%"}).risk == Risk(max_leverage=3.0, max_exposure=2.5)
    assert {d.code for d in validate(written(tmp_path, perp, risk={"max_exposure": "250%"}))} == {"SR728"}


def test_paths_lead_from_the_portfolios_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the command runs, members are found, and named as the user would name them."""
    (tmp_path / "s").mkdir()
    (tmp_path / "p").mkdir()
    (tmp_path / "s" / "a.yaml").write_bytes((MEMBERS / "dip.yaml").read_bytes())
    written(tmp_path / "p", {"strategy": "../s/a.yaml", "weight": "50%"})
    monkeypatch.chdir(tmp_path)
    assert load_portfolio(Path("p", "p.json")).members[0].strategy.path == str(Path("s", "a.yaml"))
    monkeypatch.chdir(tmp_path / "p")
    assert load_portfolio("p.json").members[0].strategy.path == str(Path("..", "s", "a.yaml"))


def test_values_of_the_command_line_stand_above_those_of_the_file(tmp_path: Path) -> None:
    """`MEMBER.PARAM` sets one member's parameter, also where the file sets it."""
    path = written(tmp_path, {**TREND, "set": {"fast": 10}}, {**TREND, "name": "v1.5"})
    found = load_portfolio(path, {"trend.fast": "12", "v1.5.fast": "14"})
    assert [m.strategy.params["fast"].value for m in found.members] == [12, 14]
    assert refused(path, {"trnd.fast": "12"}) == [("SR420", "--set trnd.fast=12: no member is called `trnd`")]
    assert refused(path, {"fast": "12"}) == [("SR420", "--set fast=12: which member's parameter?")]
    assert refused(path, {"trend.slow": "3"}) == [("SR420", "--set trend.slow=3: there is no parameter `slow`")]


def test_mistakes_of_members_stand_under_their_own_files(tmp_path: Path) -> None:
    """A mistake inside a strategy names that file and its place there, and the portfolio says that there are some."""
    path = written(tmp_path, TREND, {"strategy": str(MEMBERS / "broken.yaml"), "weight": "10%"})
    with pytest.raises(DocumentError) as raised:
        load_portfolio(path)
    inside = [d for d in raised.value.diagnostics if d.path != str(path)]
    assert [(d.path, d.code) for d in inside] == [(str(MEMBERS / "broken.yaml"), c) for c in ("SR208", "SR102")]
    assert all(d.span for d in inside)
    assert "SR727" in [d.code for d in raised.value.diagnostics if d.path == str(path)]


def test_a_mistake_of_two_members_of_one_file_is_told_once(tmp_path: Path) -> None:
    """However often a file is named, its mistakes are told once."""
    broken = {"strategy": str(MEMBERS / "broken.yaml"), "weight": "10%"}
    told = validate(written(tmp_path, broken, {**broken, "name": "again"}))
    assert [d.code for d in told if d.path != str(tmp_path / "p.json")] == ["SR208", "SR102"]


def test_members_are_linted_with_their_values(tmp_path: Path) -> None:
    """`validate` tells what `set:` does to a strategy, and comments in its file silence it."""
    strategy = tmp_path / "s.yaml"
    lines = (MEMBERS / "dip.yaml").read_text("utf-8").replace("long:", "params:\n  bottom: {default: 30}\nlong:")
    strategy.write_text(lines.replace("< 30", "< bottom"), "utf-8")
    path = written(tmp_path, {"strategy": "s.yaml", "weight": "50%", "set": {"bottom": 120}})
    (warning,) = validate(path)
    assert (warning.path, warning.severity) == (str(strategy), "warning")
    noted = strategy.read_text("utf-8").replace(
        "< bottom", f"< bottom  # stratrun: ignore[{warning.code}] it is a test"
    )
    strategy.write_text(noted, "utf-8")
    assert validate(path) == []
    assert load_portfolio(path).members[0].strategy.params["bottom"].value == 120


def test_an_old_member_is_warned_about(tmp_path: Path) -> None:
    """A member of an older version is converted in memory, and the user is told."""
    old = tmp_path / "old.json"
    old.write_text(json.dumps({
        "name": "old", "type": "CUSTOM", "symbols": ["BTC-USDT"], "timeframe": "1h",
        "indicators": {"fast": {"type": "EMA", "period": 5}},
        "entryConditions": {"long": [{"indicator1": "close", "operator": "crosses_above", "indicator2": "fast"}]},
        "exitConditions": {"stopLoss": {"type": "fixed", "value": 2}},
        "riskManagement": {"positionSizing": {"method": "PERCENT_EQUITY", "value": 10}},
    }), "utf-8")  # fmt: skip
    path = written(tmp_path, {"strategy": "old.json", "weight": "50%"})
    with pytest.warns(OldFileWarning):
        assert load_portfolio(path).members[0].strategy.name == "old"


@pytest.mark.parametrize("text", ["a\0b", "x" * 3999, "", " ", ".", "\n", "/dev/zero", "p.json"])
def test_hostile_paths_are_diagnostics(tmp_path: Path, text: str) -> None:
    """Whatever a path holds, nothing but diagnostics comes of it, and the portfolio is not opened as its own member."""
    found = refused(written(tmp_path, {"strategy": text, "weight": "10%"}))
    assert {code for code, _ in found} <= {"SR726", "SR105", "SR012"}, found


def test_a_portfolio_from_standard_input_finds_its_members(monkeypatch: pytest.MonkeyPatch) -> None:
    """Paths of a document that is no file lead from the user's folder."""
    monkeypatch.chdir(DOCUMENTS / "valid")
    data = (DOCUMENTS / "valid" / "portfolio_minimal.yaml").read_bytes()
    assert validate_bytes(data, "<stdin>") == []


def test_other_kinds_are_told_apart() -> None:
    """Each loader says what it was given and what it takes."""
    with pytest.raises(DocumentError, match="this is a portfolio, not a strategy"):
        load(DOCUMENTS / "valid" / "portfolio_minimal.yaml")
    with pytest.raises(DocumentError, match="this is not a portfolio"):
        load_portfolio(MEMBERS / "dip.yaml")


def test_the_hash_is_that_of_the_meaning(tmp_path: Path) -> None:
    """Names, descriptions and defaults written out do not count; members, order, weights and rules do."""
    same = portfolio_hash(read(tmp_path))
    more = {"name": "q", "description": "words", "tags": ["x"], "rebalance": "never", "conflicts": "deny"}
    assert portfolio_hash(read(tmp_path, {**TREND, "name": "other", "set": {"fast": 20}}, DIP, **more)) == same
    others = [
        read(tmp_path, DIP, TREND), read(tmp_path, TREND), read(tmp_path, TREND, {**DIP, "weight": "31%"}),
        read(tmp_path, {**TREND, "set": {"fast": 21}}, DIP), read(tmp_path, rebalance="week"),
        read(tmp_path, risk={"max_open": 2}), read(tmp_path, schedule={"timezone": "Asia/Tokyo"}),
    ]  # fmt: skip
    hashes = {portfolio_hash(other) for other in others}
    assert len(hashes) == len(others)
    assert same not in hashes
