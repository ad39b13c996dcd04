"""Every strategy file that is shipped, as a user meets it: checked, compiled, back-tested and traded on paper."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import stratrun
from stratrun.engine.commands.progress import Quiet
from stratrun.engine.language.document import load_deployment, load_portfolio, validate
from stratrun.engine.language.strategy import Strategy
from stratrun.engine.market.candles import Candles
from stratrun.engine.market.instrument import make_instrument
from stratrun.engine.research.portfolio import backtest_portfolio
from stratrun.engine.run.portfolio_session import PortfolioSession
from stratrun.engine.run.session import PaperSession
from stratrun.engine.trading.account import Account

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted(path for folder in ("strategies", "examples") for path in (ROOT / folder).rglob("*.yaml"))
PORTFOLIOS = [path for path in FILES if path.name == "portfolio.yaml"]
DEPLOYMENTS = [path for path in FILES if path.name == "deployment.yaml"]
SHIPPED = [p for p in FILES if not p.name.endswith(".test.yaml") and p not in PORTFOLIOS and p not in DEPLOYMENTS]
CANDLES = 3_000

shipped = pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.relative_to(ROOT).as_posix())


@pytest.fixture
def market(sample: Callable[..., Candles]) -> Callable[[Strategy], dict[str, Candles]]:
    """The sample venue's candles of all that a strategy reads."""

    def candles(strategy: Strategy) -> dict[str, Candles]:
        symbols = dict.fromkeys((*strategy.symbols, *strategy.feeds.values()))
        return {symbol: sample(symbol, strategy.timeframe.name, CANDLES) for symbol in symbols}

    return candles


def test_there_are_strategies_and_examples() -> None:
    """Both folders hold files, so that the tests below are not vacuous."""
    assert len([path for path in SHIPPED if path.parent.name == "strategies"]) >= 12
    assert len([path for path in SHIPPED if path.parent.name != "strategies"]) >= 3


@shipped
def test_it_is_sound(path: Path) -> None:
    """Validation finds nothing, not even a warning."""
    assert validate(str(path)) == []


@shipped
def test_it_says_what_it_is(path: Path) -> None:
    """The first line names the schema an editor finds from there, and the strategy describes itself."""
    word, _, schema = path.read_text("utf-8").splitlines()[0].partition("$schema=")
    assert word == "# yaml-language-server: "
    assert (path.parent / schema).resolve() == ROOT / "schemas" / "2" / "strategy.json"
    assert stratrun.load(path).description


@shipped
def test_its_parameters_can_be_tuned(path: Path) -> None:
    """Every parameter has a range and a label, and the strategy still compiles at both ends of each range."""
    for name, param in stratrun.load(path).params.items():
        assert param.label
        assert param.low is not None
        assert param.high is not None
        for end in param.low, param.high:
            value = f"{end * 100:g}%" if param.unit == "%" else end
            stratrun.compile(stratrun.load(path, {name: value}))


@shipped
def test_it_trades_alike_in_a_back_test_and_on_paper(
    path: Path, market: Callable[[Strategy], dict[str, Candles]]
) -> None:
    """On sample candles it makes trades, and paper makes the same ones with the same equity, bit for bit."""
    strategy = stratrun.load(path)
    candles = market(strategy)
    past = stratrun.backtest(strategy, candles)
    instruments = {symbol: make_instrument(symbol, {}) for symbol in strategy.symbols}
    paper = PaperSession(strategy, candles, instruments, Account()).run(Quiet())
    assert past.metrics.figures()["trades"] >= 1
    assert past.equity.tobytes() == paper.equity.tobytes()
    for column in ("symbol", "side", "entry_time", "exit_time", "entry_price", "exit_price", "quantity", "profit"):
        assert np.array_equal(getattr(past.trades, column), getattr(paper.trades, column)), column


@pytest.mark.parametrize("path", PORTFOLIOS, ids=lambda path: path.parent.name)
def test_a_portfolio_trades_alike_in_a_back_test_and_on_paper(path: Path, sample: Callable[..., Candles]) -> None:
    """It is sound, all its members trade, and paper does the same with the same equity, bit for bit."""
    assert validate(path) == []
    portfolio = load_portfolio(path)
    members = [member.strategy for member in portfolio.members]
    reads = {symbol for strategy in members for symbol in (*strategy.symbols, *strategy.feeds.values())}
    candles = {symbol: sample(symbol, members[0].timeframe.name, CANDLES) for symbol in reads}
    instruments = {symbol: make_instrument(symbol, {}) for symbol in reads}
    past = backtest_portfolio(portfolio, candles, instruments=instruments)
    paper = PortfolioSession(portfolio, candles, instruments, Account()).run(Quiet())
    assert all(len(member.trades) for member in past.members)
    assert past.equity.tobytes() == paper.equity.tobytes()
    assert past.transfers == paper.transfers
    for one, other in zip(past.members, paper.members, strict=True):
        assert one.equity.tobytes() == other.equity.tobytes()


def test_the_portfolio_explains_itself() -> None:
    """Its README's commands name it."""
    (path,) = PORTFOLIOS
    words = (path.parent / "README.md").read_text("utf-8")
    for command in "validate", "explain", "run", "backtest":
        assert f"stratrun {command} {path.relative_to(ROOT).as_posix()}" in words
    line = path.read_text("utf-8").splitlines()[0]
    assert (path.parent / line.partition("$schema=")[2]).resolve() == ROOT / "schemas" / "2" / "portfolio.json"


def test_the_deployment_explains_itself() -> None:
    """It is sound, runs nothing with real money, and its README's commands name it."""
    (path,) = DEPLOYMENTS
    assert validate(path) == []
    assert load_deployment(path).sandbox
    words = (path.parent / "README.md").read_text("utf-8")
    for command in "validate", "explain":
        assert f"stratrun {command} {path.relative_to(ROOT).as_posix()}" in words
    line = path.read_text("utf-8").splitlines()[0]
    assert (path.parent / line.partition("$schema=")[2]).resolve() == ROOT / "schemas" / "2" / "deployment.json"


@pytest.mark.parametrize(
    "folder", [path.parent for path in SHIPPED if path.parent.parent.name == "examples"], ids=lambda path: path.name
)
def test_an_example_explains_itself(folder: Path) -> None:
    """Each folder has a strategy and a README whose commands name it."""
    words = (folder / "README.md").read_text("utf-8")
    for command in "validate", "run":
        assert f"stratrun {command} examples/{folder.name}/strategy.yaml" in words
    assert (folder / "strategy.yaml").is_file()
