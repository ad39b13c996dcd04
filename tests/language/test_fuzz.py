"""No input gives a traceback: random bytes, random trees and mutated documents end in diagnostics or a strategy."""

from __future__ import annotations

import json
import random
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from stratrun.engine.diagnostics.codes import CODES
from stratrun.engine.diagnostics.render import as_json, as_text
from stratrun.engine.language.document import examine
from stratrun.engine.language.yaml.source import parse

FOLDER = Path(__file__).parents[1] / "documents" / "valid"
VALID = [path.read_bytes() for path in sorted(FOLDER.iterdir()) if path.suffix in (".yaml", ".json")]
PIECES = [
    b"\t", b"\0", b"\xff", b"[", b"]", b"{", b"}", b": ", b"- ", b"? ", b"*a", b"&a ", b"!x ", b"<<: ", b"|\n", b">\n",
    b"'", b'"', b"#", b"\n", b"\r", b"  ", b"%", b",", b"(", b")", b"3R", b"NaN", b".inf", b"null", b"1e999", b"close",
    b"\xe2\x80\xa8", b"---\n",
]  # fmt: skip


def survives(data: bytes) -> None:
    """Checking ends; what is said can be shown, is registered and lies inside the file."""
    source = parse("fuzz.yaml", data)
    strategy = examine(source)
    found = source.report.diagnostics()
    assert strategy is not None or source.report.failed
    assert {d.code for d in found} <= set(CODES)
    lines = data.decode("utf-8", "replace").count("\n") + data.count(b"\r") + 1
    for diagnostic in found:
        assert diagnostic.span is None or 1 <= diagnostic.span.line <= lines
        assert len(diagnostic.message) < 2_000
    as_text(found).encode()
    json.loads(as_json(found))


@given(st.binary(max_size=400))
@settings(max_examples=300, deadline=None)
def test_random_bytes(data: bytes) -> None:
    """Bytes of any kind are judged."""
    survives(data)


@given(st.text(alphabet=st.sampled_from("abc:-?[]{},&*!|>'\"%@` \n\t#0.~<"), max_size=120))
@settings(max_examples=500, deadline=None)
def test_random_yaml_punctuation(text: str) -> None:
    """Texts made of YAML's indicators are judged."""
    survives(text.encode())


@given(st.integers(0, 2**32), st.sampled_from(VALID), st.integers(1, 6))
@settings(max_examples=300, deadline=None)
def test_mutated_documents(seed: int, data: bytes, times: int) -> None:
    """A valid document with pieces cut out, doubled, moved or put in is judged."""
    dice = random.Random(seed)
    for _ in range(times):
        a, b = sorted(dice.randrange(len(data) + 1) for _ in range(2))
        b = min(b, a + 40)
        choice = dice.randrange(4)
        if choice == 0:
            data = data[:a] + data[b:]
        elif choice == 1:
            data = data[:b] + data[a:]
        elif choice == 2:
            data = data[:a] + dice.choice(PIECES) + data[a:]
        else:
            data = data[:a] + dice.choice(PIECES) + data[b:]
    survives(data)


WORDS = """stratrun name symbols timeframe market params indicators feeds filters long short enter exit when all any
fire stop target trail by after breakeven time size risk quantity cost equity max orders gaps then default range step
priority schedule timezone"""
KEYS = st.sampled_from(WORDS.split())
TEXTS = ["3%", "2R", "12h", "96 candles", "close > open", "BTC/USDT", "1h", "spot", "ema(close, 20)", "(((", "a.b.c"]
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 10**20), st.floats(), st.text(max_size=8), st.sampled_from(TEXTS)
)
TREES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=20
)


@given(st.dictionaries(KEYS, TREES, max_size=12))
@settings(max_examples=300, deadline=None)
def test_random_trees(tree: dict[str, object]) -> None:
    """Mappings of known keys with values of any kind are judged."""
    tree["stratrun"] = 2
    survives(json.dumps(tree, ensure_ascii=False).encode("utf-8", "surrogatepass"))
