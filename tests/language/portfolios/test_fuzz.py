"""No portfolio file gives a traceback: mutated ones, beside the strategies they name, end in diagnostics."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from stratrun.engine.diagnostics.codes import CODES
from stratrun.engine.diagnostics.diagnostic import DocumentError, Severity
from stratrun.engine.language.document import load_portfolio, validate

DOCUMENTS = Path(__file__).parents[2] / "documents"
SEEDS = [path.read_bytes() for path in sorted(DOCUMENTS.glob("*/portfolio_*.yaml"))]
PIECES = [
    b"\t", b"\0", b"\xff", b"[", b"]", b"{", b"}", b": ", b"- ", b"*a", b"&a ", b"'", b'"', b"#", b"\n", b"  ", b"%",
    b",", b".inf", b"null", b"-1", b"../members/", b"dip.yaml", b"trend.yaml", b"set: {fast: 7}", b"weight: 10%", b"0%",
    b"max_leverage: 2", b"heat: 5%", b"name: x", b"/", b"\\", b"9" * 38 + b"%",
]  # fmt: skip
ROUNDS = 150


def mutated(draw: random.Random) -> bytes:
    data = bytearray(draw.choice(SEEDS))
    for _ in range(draw.randint(1, 4)):
        at, way = draw.randrange(len(data) + 1), draw.random()
        if way < 0.5:
            data[at:at] = draw.choice(PIECES)
        elif way < 0.8:
            del data[at : at + draw.randint(1, 12)]
        else:
            data[at : at + draw.randint(1, 8)] = draw.choice(PIECES)
    return bytes(data)


@pytest.mark.parametrize("seed", range(4))
def test_mutated_portfolios_are_judged(tmp_path: Path, seed: int) -> None:
    """What is said is registered, and a portfolio loads exactly where no error was found."""
    shutil.copytree(DOCUMENTS / "members", tmp_path / "members")
    path = tmp_path / "valid" / "p.yaml"
    path.parent.mkdir()
    draw = random.Random(seed)
    for _ in range(ROUNDS):
        path.write_bytes(mutated(draw))
        found = validate(path)
        assert {d.code for d in found} <= set(CODES)
        try:
            portfolio = load_portfolio(path)
        except DocumentError:
            assert any(d.severity is Severity.ERROR for d in found), path.read_bytes()
        else:
            assert not any(d.severity is Severity.ERROR for d in found), path.read_bytes()
            assert 0 < sum(member.weight for member in portfolio.members) <= 1 + 1e-12
