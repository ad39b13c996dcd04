"""One exchange's class of ccxt, imported alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from stratrun.engine.brokers.venue_facts import FACTS

pytest.importorskip("ccxt")

EXCHANGES = sorted({facts.exchange for facts in FACTS.values()})
LEAN = "from stratrun.engine.brokers.lean import exchange_class as found\n"
PLAIN = "import ccxt.pro\ndef found(name): return getattr(ccxt.pro, name)\n"
TELL = """
import sys
for name in sys.argv[1:]:
    for kind in found(name).__mro__[:-1]:
        code = [(key, hash(value.__code__.co_code)) for key, value in vars(kind).items() if hasattr(value, "__code__")]
        print(kind.__module__, kind.__qualname__, sys.modules[kind.__module__].__file__, code)
"""


def ran(code: str, *words: str, path: Path | None = None) -> str:
    more = {"PYTHONHASHSEED": "0"} | ({} if path is None else {"PYTHONPATH": str(path)})
    told = subprocess.run(
        [sys.executable, "-c", code, *words], env=os.environ | more, capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr
    return told.stdout


def test_the_class_is_the_same() -> None:
    """Every venue's class and those it derives from have the names, files and methods of a plain import."""
    assert ran(LEAN + TELL, *EXCHANGES) == ran(PLAIN + TELL, *EXCHANGES)


@pytest.mark.parametrize("exchange", EXCHANGES)
def test_no_other_exchange_is_imported(exchange: str) -> None:
    """The class comes with its own modules alone."""
    code = LEAN + (
        "import sys\nfound(sys.argv[1])\n"
        "for package in ('ccxt', 'ccxt.async_support', 'ccxt.pro'):\n"
        "    inner = [name for name in sys.modules if name.rpartition('.')[0] == package]\n"
        "    print(*sorted({name.rpartition('.')[2] for name in inner} - {'base', 'abstract', 'async_support', 'pro'}))"
    )
    assert ran(code, exchange).split("\n") == ["", exchange, exchange, ""]


def test_whoever_asks_for_more_finds_all() -> None:
    """After a class alone, the packages hold everything, the same class among it."""
    code = LEAN + (
        "one = found('kraken')\nimport ccxt, ccxt.pro, ccxt.async_support\nfrom ccxt import NetworkError\n"
        "assert len(ccxt.exchanges) > 50 and ccxt.__version__ and ccxt.binance().id == 'binance'\n"
        "assert ccxt.pro.kraken is one and ccxt.pro.binance is found('binance')\n"
        "assert ccxt.async_support.kraken is one.__mro__[1] and issubclass(one, ccxt.async_support.Exchange)\n"
        "assert ccxt.pro.NetworkError is ccxt.NetworkError is NetworkError\n"
    )
    ran(code)


def test_nothing_is_swapped_under_others() -> None:
    """Where ccxt was imported before, its own class is given and no module changes."""
    ran(
        "import sys, ccxt.pro\nbefore = dict(sys.modules)\n" + LEAN + "assert found('kraken') is ccxt.pro.kraken\n"
        "assert all(sys.modules[name] is module for name, module in before.items())\n"
    )


@pytest.mark.parametrize("missing", ["ccxt/base/errors.py", "ccxt/pro/one.py", "ccxt/async_support"])
def test_another_layout_is_imported_as_usual(tmp_path: Path, missing: str) -> None:
    """A library that is not laid out as expected is imported whole, once."""
    for name, text in {
        "ccxt/__init__.py": "print('whole')", "ccxt/base/__init__.py": "",
        "ccxt/base/errors.py": "__all__ = []", "ccxt/base/exchange.py": "class Exchange: pass",
        "ccxt/async_support/__init__.py": "", "ccxt/async_support/one.py": "class one: pass",
        "ccxt/async_support/base/__init__.py": "", "ccxt/async_support/base/exchange.py": "class Exchange: pass",
        "ccxt/pro/__init__.py": "class one: pass", "ccxt/pro/one.py": "class one: pass",
    }.items():  # fmt: skip
        if not name.startswith(missing):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text + "\n")
    path = os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])
    assert ran(LEAN + "print(found('one'))", path=Path(path)) == "whole\n<class 'ccxt.pro.one'>\n"


def test_an_unknown_exchange() -> None:
    """A name that ccxt does not have is told as ccxt tells it, and does no harm to the next."""
    code = LEAN + (
        "try:\n    found('nowhere')\nexcept AttributeError as error:\n    print(error)\nprint(found('kraken').__name__)"
    )
    assert ran(code).splitlines() == ["module 'ccxt.pro' has no attribute 'nowhere'", "kraken"]
