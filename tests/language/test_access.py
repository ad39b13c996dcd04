"""What is read of a deployment in a hurry."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from stratrun.engine.diagnostics.diagnostic import DocumentError
from stratrun.engine.language.access import load_access, written_symbols
from stratrun.engine.language.document import load_deployment
from stratrun.engine.language.strategy import Market

DOCUMENTS = Path(__file__).parents[1] / "documents"
DEPLOYMENTS = sorted(
    path for path in DOCUMENTS.rglob("*.yaml") if "kind: deployment" in path.read_text(errors="replace")
)
SOUND = [path for path in DEPLOYMENTS if "invalid" not in path.parts]


@pytest.mark.filterwarnings("ignore::stratrun.engine.diagnostics.diagnostic.OldFileWarning")
@pytest.mark.parametrize("path", SOUND, ids=lambda path: path.stem)
def test_it_says_what_the_whole_deployment_says(path: Path) -> None:
    """Of a deployment without mistakes, venue, account, ledger and symbols are those of the full reading."""
    try:
        full = load_deployment(path)
    except DocumentError as error:
        pytest.skip(f"not sound alone: {error}")
    found = load_access(path)
    assert (found.venue, found.account, found.ledger, found.market, found.endpoint) == (
        full.venue, full.account, full.ledger, full.market, full.endpoint,
    )  # fmt: skip
    assert set(written_symbols(path, found.market)) == set(full.symbols)


@pytest.mark.parametrize("path", DEPLOYMENTS, ids=lambda path: path.stem)
def test_no_mistake_is_in_the_way(path: Path) -> None:
    """Whatever is wrong with the files, symbols are told or not, and nothing is raised."""
    assert all("/" in symbol for symbol in written_symbols(path, Market.SPOT))


def written(folder: Path, name: str, **content: Any) -> Path:
    path = folder / name
    path.write_text(json.dumps({"stratrun": 2, **content}))
    return path


def test_one_broken_strategy_does_not_hide_the_others(tmp_path: Path) -> None:
    """The symbols of a strategy with mistakes, of a portfolio's member and of an entry itself; no other market's."""
    written(tmp_path, "a.json", symbols=["BTC/USDT", "ETH/USDT:USDT", 5, None, "x"], nonsense=1)
    written(tmp_path, "b.json", symbols=["ADA/USDT"])
    written(tmp_path, "all.json", kind="portfolio", members=[{"strategy": "./b.json"}, {"strategy": "./all.json"}])
    entries = [
        {"strategy": "a.json"}, {"strategy": "all.json"}, {"strategy": "gone.json"}, {"strategy": "."},
        {"strategy": "x" * 5_000}, {"strategy": "b.json", "symbols": ["SOL/USDT"]}, 7,
    ]  # fmt: skip
    path = written(tmp_path, "desk.json", kind="deployment", strategies=entries)
    assert set(written_symbols(path, Market.SPOT)) == {"BTC/USDT", "ADA/USDT", "SOL/USDT"}
    assert written_symbols(path, Market.PERP) == ("ETH/USDT:USDT",)


def test_own_symbols_replace_those_of_the_file(tmp_path: Path) -> None:
    """An entry with symbols of its own trades nothing else of its file."""
    written(tmp_path, "a.json", symbols=["BTC/USDT"])
    entries = [{"strategy": "a.json", "symbols": ["SOL/USDT"]}]
    path = written(tmp_path, "desk.json", kind="deployment", strategies=entries)
    assert written_symbols(path, Market.SPOT) == ("SOL/USDT",)
