"""What the kill switch costs to start."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("ccxt")

HEAVY = ("numpy", "numba", "polars", "pydantic", "jsonschema", "talipp", "sqlalchemy", "alembic", "filelock")
CODE = """
import sys
from stratrun.cli import main
try:
    main(["kill", "--deployment", sys.argv[1], "--yes", "--format", "json"])
except SystemExit as ended:
    print(ended.code)
print(*(name for name in sys.argv[2:] if name in sys.modules))
print(*(name for name in sys.modules if name.rpartition(".")[0] == "ccxt.pro"))
checks = "stratrun.engine.indicators", "stratrun.engine.language.lint"
print(*(name for name in sys.modules if name.startswith(checks)))
"""


def test_killing_imports_nothing_that_it_can_do_without(tmp_path: Path) -> None:
    """From the first line to the venue, which is not there, neither kernels, checks nor other exchanges load."""
    (tmp_path / "a.json").write_text(json.dumps({"stratrun": 2, "symbols": ["BTC/USDT"]}))
    path = tmp_path / "desk.json"
    desk = {
        "stratrun": 2, "kind": "deployment", "name": "d", "venue": "binance", "account": "main",
        "ledger": "./ledger.db", "endpoint": "http://127.0.0.1:9", "strategies": [{"strategy": "a.json"}],
    }  # fmt: skip
    path.write_text(json.dumps(desk))
    keys = {"STRATRUN_MAIN_KEY": "key", "STRATRUN_MAIN_SECRET": "secret"}
    command = [sys.executable, "-c", CODE, str(path), *HEAVY]
    ran = subprocess.run(command, env=os.environ | keys, capture_output=True, text=True, check=True)
    *report, code, heavy, exchanges, checks, _ = ran.stdout.split("\n")
    assert json.loads("\n".join(report))["complete"] is False
    assert (code, heavy, exchanges, checks) == ("2", "", "ccxt.pro.binance", "")
