"""Deployment files as values: what `load_deployment` makes of them, and what it never says."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from stratrun.cli import main
from stratrun.engine.diagnostics import render
from stratrun.engine.diagnostics.diagnostic import DocumentError
from stratrun.engine.language.deployment import (
    Capital,
    DataRules,
    Deployment,
    Endpoint,
    Margin,
    Notify,
    OrderRules,
    Shutdown,
)
from stratrun.engine.language.deployments.figures import MS, written
from stratrun.engine.language.document import load, load_deployment, load_portfolio, validate
from stratrun.engine.language.identity import deployment_hash
from stratrun.engine.language.strategy import Market

DOCUMENTS = Path(__file__).parents[2] / "documents"
MEMBERS = DOCUMENTS / "members"
TREND = {"strategy": str(MEMBERS / "trend.yaml")}
BASE: dict[str, Any] = {
    "stratrun": 2, "kind": "deployment", "name": "d", "venue": "binance", "account": "main", "ledger": "./l.db",
    "strategies": [TREND],
}  # fmt: skip


def file(folder: Path, **more: Any) -> Path:
    path = folder / "d.json"
    path.write_text(json.dumps(BASE | more), "utf-8")
    return path


def read(folder: Path, **more: Any) -> Deployment:
    return load_deployment(file(folder, **more))


def test_defaults(tmp_path: Path) -> None:
    """What a file leaves out has the value that its key's description names."""
    found = read(tmp_path)
    assert (found.market, found.currency, found.capital, found.leverage) == (Market.SPOT, "USDT", Capital(), None)
    assert (found.orders, found.data, found.shutdown) == (OrderRules(), DataRules(), Shutdown.CANCEL)
    assert (found.sandbox, found.endpoint, found.notify, found.timezone) == (False, None, Notify(), "UTC")
    assert [(run.name, run.share, run.valid_for) for run in found.runs()] == [("trend", 1.0, 60_000)]
    assert found.symbols == ("BTC/USDT", "ETH/USDT")


def test_everything() -> None:
    """Each key arrives as the value it stands for."""
    found = load_deployment(DOCUMENTS / "valid" / "deployment_everything.yaml")
    hosts = {"api.bybit.com": "http://127.0.0.1:8081", "stream.bybit.com": "http://[::1]:8082/"}
    assert found.endpoint == Endpoint(hosts=hosts)
    assert found.capital == Capital(amount=Decimal(5000))
    assert (found.leverage, found.margin) == (2.0, Margin.CROSS)
    assert found.orders == OrderRules(2_500, 60_000, 0.02, 0.005, 0.5, 100, 3)
    assert found.data == DataRules(500, 0, 120_000)
    assert found.notify.http == "STRATRUN_ALERTS_URL"
    assert [(d.name, d.share, d.valid_for) for d in found.strategies] == [
        ("both ways", 0.625, 90_000), ("others", 0.375, 60_000),
    ]  # fmt: skip
    assert found.symbols == ("BTC/USDT:USDT", "ETH/USDT:USDT", "SOL/USDT:USDT")


def test_the_stricter_limit_is_in_force(tmp_path: Path) -> None:
    """Each strategy runs under the stricter of its own limits and the deployment's, whichever says so."""
    strict = read(tmp_path, limits={"max_open": 1, "max_exposure": "50%"})
    (run,) = strict.runs()
    assert (run.strategy.risk.max_open, run.strategy.risk.max_exposure) == (1, 0.5)
    (run,) = read(tmp_path, limits={"max_open": 9}).runs()
    assert run.strategy.risk.max_open == load(MEMBERS / "trend.yaml").risk.max_open == 2


def test_leverage_bounds_what_a_strategy_may_use(tmp_path: Path) -> None:
    """The venue's leverage is a limit like any other, and is that of the strategies where the file is silent."""
    perp = {"strategies": [{"strategy": str(MEMBERS / "perp.yaml")}], "market": "perp"}
    assert read(tmp_path, **perp).leverage == 3.0
    (run,) = read(tmp_path, **perp, leverage=2).runs()
    assert run.strategy.risk.max_leverage == 2.0


def test_what_is_left_is_shared_equally(tmp_path: Path) -> None:
    """Strategies without a weight have equal parts of what the others leave."""
    names = [TREND | {"name": name} for name in "abc"]
    found = read(tmp_path, strategies=[{**names[0], "weight": "40%"}, *names[1:]])
    assert [run.share for run in found.runs()] == pytest.approx([0.4, 0.3, 0.3])


def test_a_portfolio_runs_as_its_members() -> None:
    """Members of a portfolio are named after it and share its share."""
    path = DOCUMENTS / "valid" / "deployment_of_a_portfolio.yaml"
    found, portfolio = load_deployment(path), load_portfolio(DOCUMENTS / "valid" / "portfolio_minimal.yaml")
    first, *_, last = found.runs()
    member = portfolio.members[0]
    assert (first.name, first.share) == (f"steady.{member.name}", pytest.approx(0.4 * member.weight))
    assert (last.name, last.strategy.symbols, last.strategy.params["fast"].value) == ("trend", ("SOL/USDT",), 9)


def test_paths_lead_from_the_deployments_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ledger and alerts stand beside the file, wherever the command runs; a URL stays one."""
    (tmp_path / "desk").mkdir()
    file(tmp_path / "desk", ledger="../l.db", notify={"log": "a.jsonl"})
    monkeypatch.chdir(tmp_path)
    found = load_deployment(Path("desk", "d.json"))
    assert (found.ledger, found.notify.log) == ("l.db", str(Path("desk", "a.jsonl")))
    url = "postgresql://trader@db/trading"
    assert read(tmp_path, ledger=url).ledger == url


def test_the_hash_is_of_what_trades(tmp_path: Path) -> None:
    """Names and places do not count; money, limits, rules and strategies do."""
    base = deployment_hash(read(tmp_path))
    same = (
        {"name": "other"},
        {"ledger": "./m.db"},
        {"description": "x"},
        {"notify": {"log": "./a"}},
        {"market": "spot"},
    )
    other = (
        {"capital": "50%"}, {"capital": "50 USDT"}, {"sandbox": True}, {"endpoint": "http://127.0.0.1:1"},
        {"limits": {"max_open": 1}}, {"orders": {"rejects": 2}}, {"data": {"wait": "1s"}}, {"shutdown": "keep"},
        {"account": "b"}, {"venue": "okx"}, {"strategies": [TREND | {"weight": "50%"}]},
        {"strategies": [TREND | {"set": {"fast": 9}}]}, {"strategies": [TREND | {"name": "n"}]},
    )  # fmt: skip
    assert {deployment_hash(read(tmp_path, **more)) for more in same} == {base}
    assert len({base, *(deployment_hash(read(tmp_path, **more)) for more in other)}) == len(other) + 1


def test_a_secret_is_told_and_never_shown() -> None:
    """What is said of a file with secrets names their places and repeats none of them, in any form."""
    path = DOCUMENTS / "invalid" / "deployment_secrets.yaml"
    found = validate(path)
    said = render.as_text(found, False) + json.dumps([render.as_dict(d) for d in found])
    said += "".join(CliRunner().invoke(main, [*words, str(path)]).output for words in (["fmt", "--check"], ["explain"]))
    for secret in ("vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zv", "hunter2", "abc", "hooks.example", "xyz"):
        assert secret not in said
    assert {d.code for d in found} == {"SR732"}


@pytest.mark.parametrize(
    "end", ["me:hunter2@db/x", "me:ab/hunter2@db/x", "me:ab:hunter2@db/x", "me@db/x?password=hunter2",
            "me@db/x?sslmode=require&sslpassword=hunter2", "me@db/x?passfile=/home/me/hunter2"],
)  # fmt: skip
def test_a_ledgers_url_holds_no_password(end: str, tmp_path: Path) -> None:
    """A password is found in each place where a database's URL can have one."""
    found = validate(file(tmp_path, ledger=f"postgresql://{end}"))
    assert "SR732" in {d.code for d in found}
    assert "hunter2" not in render.as_text(found, False)


def test_another_kind_is_refused(tmp_path: Path) -> None:
    """A strategy is no deployment, and a deployment no strategy."""
    with pytest.raises(DocumentError, match="not a deployment"):
        load_deployment(MEMBERS / "trend.yaml")
    with pytest.raises(DocumentError, match="this is a deployment"):
        load(file(tmp_path))


@pytest.mark.parametrize("form", ["text", "markdown", "json"])
def test_it_is_explained(form: str) -> None:
    """Its strategies, money, limits in force and every value with its line are told."""
    path = DOCUMENTS / "valid" / "deployment_everything.yaml"
    ran = CliRunner().invoke(main, ["explain", str(path), "--format", form])
    assert ran.exit_code == 0
    for words in ("both ways", "5000 USDT", "max_leverage 1.5", "on this machine", "STRATRUN_ALERTS_URL", "2.5s"):
        assert words in ran.output
    if form == "json":
        values = {v["key"]: (v["value"], v["from"]) for v in json.loads(ran.output)["values"]}
        assert values["orders.per_day"] == ("100", "file")
        assert values["strategies.1.valid_for"] == ("1m", "default")


def test_values_are_not_overruled_on_the_command_line(tmp_path: Path) -> None:
    """A deployment is what its file says: --set is refused with the mend."""
    ran = CliRunner().invoke(main, ["explain", str(file(tmp_path)), "--set", "fast=3"])
    assert ran.exit_code == 2
    assert "write `set:`" in ran.output


@given(st.integers(0, 10**10))
def test_lengths_are_written_as_they_are_read(ms: int) -> None:
    """A length of time in words is the same length."""
    text = written(ms)
    unit = text.lstrip("0123456789")
    assert int(text.removesuffix(unit)) * MS[unit] == ms
