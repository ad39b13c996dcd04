"""The page of a run: whole, self-contained, and holding what the result holds."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stratrun.engine.report.html import charts
from stratrun.engine.report.html.page import embedded
from stratrun.engine.report.html.report import histogram, report_page
from stratrun.engine.report.metrics import Metrics
from stratrun.engine.report.summary import to_json
from stratrun.engine.research.inputs import Inputs
from stratrun.engine.research.pictures import picture
from stratrun.engine.trading.trades import ExitReason, Trades

from .runs import START, inputs, reported

HOSTILE = "</script><script>alert(1)</script><!--<b>'\"&amp;{{ 7*7 }}"
LOADING = {"src", "srcset", "data", "action", "poster", "background", "formaction", "ping", "manifest"}
"""Attributes that make a browser fetch something."""


class Page(HTMLParser):
    """What a page holds: its scripts, its words and everything that could load something."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.words, self.loads, self.links = "", [], []
        self.tags: list[str] = []
        self.policy = ""
        self._script: dict[str, str | None] | None = None
        self._style = False
        self.feed(page.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append(tag)
        self.loads += [(tag, name) for name in found if name in LOADING or (name == "href" and tag != "a")]
        self.loads += [(tag, name) for name in found if name.startswith("on")]
        if tag == "script":
            self._script = found
            self.scripts.append((found, ""))
        self._style = tag == "style"
        if found.get("http-equiv") == "Content-Security-Policy":
            self.policy = found["content"] or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._script = None
        self._style = False

    def handle_data(self, data: str) -> None:
        if self._script is not None:
            attrs, text = self.scripts[-1]
            self.scripts[-1] = (attrs, text + data)
        elif self._style:
            assert "url(" not in data
            assert "@import" not in data
        else:
            self.words += data

    @property
    def data(self) -> dict[str, Any]:
        (text,) = [text for attrs, text in self.scripts if attrs.get("id") == "data"]
        found: dict[str, Any] = json.loads(text)
        return found


def page_of(given: Inputs) -> tuple[Any, Any, Page]:
    result, summary = reported(given)
    return result, summary, Page(report_page(summary, picture(given, result), result.decisions))


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    return inputs(tmp_path_factory.mktemp("page"))


@pytest.fixture(scope="module")
def shown(given: Inputs) -> tuple[Any, Any, Page]:
    return page_of(given)


def test_figures_are_those_of_the_result(shown: tuple[Any, Any, Page]) -> None:
    """Every figure in the page's data is the report's, which is the result's, to the last bit."""
    result, summary, page = shown
    report = to_json(summary, 0)
    del report["trades"]
    assert page.data["report"] == json.loads(json.dumps(report))
    assert page.data["report"]["result"] == result.metrics.figures()
    assert page.data["report"]["bounds"]["double costs"]["fees"] != report["result"]["fees"]


def test_trades_are_those_of_the_result(shown: tuple[Any, Any, Page]) -> None:
    """The page's trades have every row and number of the result's, and a stop where there was one."""
    result, _, page = shown
    rows, trades = page.data["trades"], result.trades
    assert (rows["of"], rows["first"], len(rows["symbol"])) == (len(trades), 0, len(trades))
    assert len(trades) > 10
    for name in ("side", "reason", "entry_price", "exit_price", "quantity", "fees", "funding", "profit", "profit_pct"):
        assert rows[name] == getattr(trades, name).tolist(), name
    assert rows["entry_time"] == (trades.entry_time // 1000).tolist()
    stopped = trades.reason == ExitReason.STOP
    assert stopped.any()
    stops = np.array(rows["stop"])
    # A stop fills at its level or beyond it, less the slippage.
    assert (trades.exit_price[stopped] <= stops[stopped] * 1.0000001).all()
    aimed = trades.reason == ExitReason.TARGET
    assert aimed.any()
    assert (trades.exit_price[aimed] >= np.array(rows["target"])[aimed] * 0.9999999).all()


def test_candles_are_those_of_the_result(shown: tuple[Any, Any, Page]) -> None:
    """Few candles are all shown, with the named series of the file; prices over them, the others in panes."""
    result, _, page = shown
    (chart,) = page.data["charts"]
    (piece,) = chart["pieces"]
    candles = result.candles["BTC/USDT"]
    assert (np.cumsum(piece["t"]) * 1000).tolist() == candles.time.tolist()
    closes = np.cumsum(np.add(piece["o"], piece["c"])) / 10 ** chart["decimals"]
    assert closes.tolist() == pytest.approx(candles.close.tolist(), rel=1e-7)
    panes = {line["name"]: line["pane"] for line in chart["lines"]}
    assert panes["fast"] == panes["slow"] == ""
    assert panes["strength"] == "strength"
    assert len(piece["lines"]) == len(panes)


def test_equity_is_that_of_the_result(shown: tuple[Any, Any, Page]) -> None:
    """The curve has a point per candle while they are few, and its deepest fall is the reported one."""
    result, _, page = shown
    chart = page.data["equity"]
    assert chart["every"] is None
    values = np.cumsum(chart["equity"]) / 10 ** chart["decimals"]
    assert values.tolist() == pytest.approx(result.equity.tolist(), rel=1e-7)
    assert max(chart["fall"]) == pytest.approx(result.metrics.curve.max_drawdown * 100, abs=0.001)


@pytest.mark.parametrize(
    "returns", [[1.0, -1.0], [5000.0, *[0.1] * 300, -0.2], [-3.0, -2.0], [1e-12, 2e-12], [0.0, 1.0]]
)
def test_the_distribution_counts_every_trade(
    shown: tuple[Any, Any, Page], make_trades: Callable[..., Trades], returns: list[float]
) -> None:
    """Each closed trade is in one bin, outliers in the outermost; no bin holds gains and losses."""
    trades = make_trades(*({"profit": value} for value in returns))
    bins = histogram(replace(shown[1], metrics=Metrics(shown[1].metrics.curve, trades))) or []
    assert sum(found["trades"] for found in bins) == len(returns)
    assert len(bins) <= 45
    assert all(found["to"] <= 0 or found["from"] >= 0 for found in bins)


def test_nothing_is_loaded(shown: tuple[Any, Any, Page]) -> None:
    """No element fetches anything or runs words of an attribute; the policy allows the scripts inside and no more."""
    page = shown[2]
    assert page.loads == []
    assert not {"link", "img", "iframe", "object", "embed", "base", "form"} & set(page.tags)
    running = [text for attrs, text in page.scripts if attrs.get("type") != "application/json"]
    digests = {base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in running}
    assert set(re.findall(r"'sha256-([^']+)'", page.policy)) == digests
    assert page.policy.startswith("default-src 'none'")
    assert "http" not in page.policy


def test_the_library_keeps_its_licence() -> None:
    """The chart library stands beside its licence, and its file names its maker and its release."""
    folder = Path(charts.__file__).parent
    assert "Apache License" in (folder / "LICENSE.lightweight-charts").read_text("utf-8")
    head = (folder / "lightweight-charts.js").read_text("utf-8")
    assert "TradingView, Inc." in head[:400]
    assert "</script" not in head


def test_words_of_a_file_stay_words(tmp_path: Path) -> None:
    """Names and descriptions that look like markup are shown as they are, in the tables and in the data."""
    quoted = json.dumps(HOSTILE)
    _, summary, page = page_of(inputs(tmp_path, 300, name=quoted, description=quoted))
    assert summary.title == HOSTILE
    assert page.words.count(HOSTILE) == 3
    assert page.data["report"]["strategy"] == page.data["report"]["description"] == HOSTILE
    assert len(page.scripts) == 3


def test_embedded_data_ends_no_script() -> None:
    """JSON inside a script element holds no character that could end it, and reads back the same."""
    data = {HOSTILE: [HOSTILE, "]]>", "<!--", "\u2028\u2029"]}
    text = embedded(data)
    assert not set("<>&\u2028\u2029") & set(text)
    assert json.loads(text) == data


@pytest.mark.parametrize("count", [21, 22, 40, 300])
def test_a_run_without_trades_has_a_page(tmp_path: Path, count: int) -> None:
    """Few candles, no signals: the page says so, and no figure is made up."""
    result, _, page = page_of(inputs(tmp_path, count, enter="strength > 100"))
    assert len(result.trades) == 0
    assert page.data["histogram"] is None
    assert page.data["report"]["result"]["win_rate"] is None
    assert "NaN" not in page.words
    assert "No entry rule came true" in page.words


def test_one_candle_has_a_page(tmp_path: Path) -> None:
    """A range of a single candle is a run, too."""
    given = replace(inputs(tmp_path, 300), start=START + 299 * 3_600_000)
    result, _, page = page_of(given)
    assert len(result.time) == 1
    assert len(page.data["charts"][0]["pieces"][0]["t"]) == 1


def test_open_trades_are_shown(tmp_path: Path) -> None:
    """A position that is open at the end stands in the list with its own reason."""
    given = inputs(tmp_path, 1_500)
    result = given.run()
    entered = int(result.trades.entry_time[5])
    result, _, page = page_of(replace(given, end=entered + 2 * 3_600_000))
    assert page.data["trades"]["reasons"][page.data["trades"]["reason"][-1]] == "open"
    assert "Still open" in page.words
    assert result.metrics.open_trades == 1


def test_many_symbols_share_the_page(tmp_path: Path) -> None:
    """Of very many symbols those with the most trades have a chart, the page names the others, and all trades stay."""
    symbols = ", ".join(f"S{k}/USDT" for k in range(200))
    result, _, page = page_of(inputs(tmp_path, 60, symbols=symbols))
    assert len(page.data["charts"]) == 12
    assert "Without a chart here" in page.words
    assert page.data["trades"]["of"] == len(result.trades)
    counts = np.bincount(result.trades.symbol, minlength=200)
    charted = [result.strategy.symbols.index(chart["symbol"]) for chart in page.data["charts"]]
    assert counts[charted].min() >= np.delete(counts, charted).max()


def test_many_candles_become_an_overview_and_windows(
    given: Inputs, shown: tuple[Any, Any, Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond the limit the whole is shown in longer candles and the trades in their own, and the page says so."""
    monkeypatch.setattr(charts, "WHOLE", 1_000)
    monkeypatch.setattr(charts, "OVERVIEW", 300)
    monkeypatch.setattr(charts, "WINDOWS", 800)
    result, _, _ = shown
    (chart,) = charts.price_charts(picture(given, result), result.trades)
    overview, *windows = chart["pieces"]
    assert chart["shown"] != chart["timeframe"]
    assert len(overview["t"]) <= 301
    assert sum(len(piece["t"]) for piece in windows) <= 800
    times = set((result.candles["BTC/USDT"].time // 1000).tolist())
    covered: set[int] = set()
    for piece in windows:
        covered |= set(np.cumsum(piece["t"]).tolist())
    assert covered <= times
    best = int(np.argmax(result.trades.profit))
    assert int(result.trades.entry_time[best]) // 1000 in covered
    assert int(result.trades.exit_time[best]) // 1000 in covered


def test_a_browser_runs_the_page(given: Inputs, shown: tuple[Any, Any, Page], tmp_path: Path) -> None:
    """In a real browser without a network the charts and the list of trades appear, and no script complains."""
    browser = next(filter(None, map(shutil.which, ("chromium", "google-chrome", "chromium-browser"))), None)
    if browser is None:
        pytest.skip("no browser: install chromium to run the page's scripts")
    result, summary, _ = shown
    (tmp_path / "report.html").write_bytes(report_page(summary, picture(given, result), result.decisions))
    done = subprocess.run(
        [browser, "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr",
         "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={tmp_path / 'profile'}",
         "--virtual-time-budget=3000", "--dump-dom", f"{(tmp_path / 'report.html').as_uri()}#trade-3"],
        capture_output=True, encoding="utf-8", check=False, timeout=120,
    )  # fmt: skip
    if done.returncode:
        pytest.skip(f"the browser does not start here: {done.stderr.strip().splitlines()[-1:]}")
    assert "CONSOLE" not in done.stderr, done.stderr
    assert done.stdout.count("<canvas") > 4
    assert 'aria-current="true"' in done.stdout
    assert "Trade 3: long BTC/USDT" in done.stdout


def test_sizes_that_were_cut_are_told_apart_from_refusals(tmp_path: Path) -> None:
    """Of a strategy that asks for more than there is, every entry is counted as cut, and none of them as refused."""
    given = inputs(tmp_path, size="300%")
    result, summary = reported(given)
    assert summary.cut["FUNDS_REDUCED"] == len(result.trades) > 0
    assert summary.refused.keys().isdisjoint(summary.cut)
    page = Page(report_page(summary, picture(given, result), result.decisions))
    assert "Sizes cut" in page.words
    assert "FUNDS_REDUCED" in page.words
