"""The page that tells how to test a strategy says what is true."""

from __future__ import annotations

import re
from pathlib import Path

from stratrun.engine.testing.suite import run_paths
from stratrun.engine.testing.text import Style, Teller

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "how-to" / "test-a-strategy.md").read_text("utf-8")
STRATEGY = ROOT / "examples" / "quickstart" / "strategy.yaml"


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def told(path: Path) -> list[str]:
    teller = Teller(Style())
    return [line.strip() for outcome in run_paths([path]) for line in teller.lines(outcome)]


def test_the_tests_shown_pass(tmp_path: Path) -> None:
    """The test file of the page passes on the strategy it names."""
    (tmp_path / "strategy.yaml").write_bytes(STRATEGY.read_bytes())
    (text,) = [block for block in blocks("yaml") if "kind: test" in block]
    path = tmp_path / "strategy.test.yaml"
    path.write_text(text, "utf-8")
    outcomes = list(run_paths([path]))
    assert outcomes
    assert all(outcome.passed for outcome in outcomes)


def test_the_failure_is_told_as_shown(tmp_path: Path) -> None:
    """Every line of the failure shown is one of the failure it speaks of; so are the lines of what passes."""
    (tmp_path / "strategy.yaml").write_bytes(STRATEGY.read_bytes())
    (text,) = [block for block in blocks("yaml") if "kind: test" in block]
    path = tmp_path / "strategy.test.yaml"
    path.write_text(text.replace("at: 238", "at: 236"), "utf-8")
    passed, failed = blocks("text")
    shipped = [line.strip() for line in passed.splitlines() if "✓" in line]
    assert set(shipped) <= set(told(STRATEGY.with_name("strategy.test.yaml")))
    assert {line.strip() for line in failed.splitlines()} <= {"", *told(path)}
