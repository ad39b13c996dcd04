"""No input gives a traceback: random bytes, random trees and mutated documents end in diagnostics or a strategy."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stratrun.engine.diagnostics.codes import CODES
from stratrun.engine.diagnostics.diagnostic import Diagnostic
from stratrun.engine.diagnostics.github import as_github
from stratrun.engine.diagnostics.render import as_json, as_text
from stratrun.engine.diagnostics.sarif import as_sarif
from stratrun.engine.language.document import examine, validate_bytes
from stratrun.engine.language.expression.parse import tree_in
from stratrun.engine.language.expression.tree import children
from stratrun.engine.language.expression.words import MAX_DEPTH as DEEPEST
from stratrun.engine.language.expression.words import MAX_LENGTH
from stratrun.engine.language.expression.words import MAX_NODES as MOST_PARTS
from stratrun.engine.language.folders import walk
from stratrun.engine.language.yaml.compose import MAX_DEPTH, MAX_NODES
from stratrun.engine.language.yaml.nodes import ListNode, Node, ScalarNode
from stratrun.engine.language.yaml.source import parse
from stratrun.engine.market.venue import Kind, Listing, Venue

FOLDER = Path(__file__).parents[1] / "documents"
CORPUS = [path.read_bytes() for path in walk([FOLDER]).files if path.stat().st_size < 6_000]
VENUE = Venue("testex", 0, ("1h",), {Kind.SPOT: False}, {"BTC/USDT": Listing("BTC/USDT", Kind.SPOT, min_cost=1e9)})
PIECES = [
    b"\t", b"\0", b"\xff", b"[", b"]", b"{", b"}", b": ", b"- ", b"? ", b"*a", b"&a ", b"!x ", b"<<: ", b"|\n", b">\n",
    b"'", b'"', b"#", b"\n", b"\r", b"  ", b"%", b",", b"(", b")", b"3R", b"NaN", b".inf", b"null", b"1e999", b"close",
    b"\xe2\x80\xa8", b"---\n", b" # stratrun: ignore[SR417] x\n", b"kind: test\n", b"stratrun: 3\n",
    b"&&", b"-1", b"5001]",
]  # fmt: skip


def cost(node: Node) -> tuple[int, int]:
    """How many values a document holds with its aliases written out, and how deep they are nested."""
    if isinstance(node, ScalarNode):
        return 1, 0
    inner = node.items if isinstance(node, ListNode) else [part for entry in node.entries for part in entry]
    costs = [cost(part) for part in inner]
    return 1 + sum(size for size, _ in costs), 1 + max((depth for _, depth in costs), default=0)


def survives(data: bytes) -> list[Diagnostic]:
    """Checking ends within its budgets; what is said can be shown, is registered and lies inside the file."""
    source = parse("fuzz.yaml", data)
    if source.root is not None:
        size, depth = cost(source.root)
        assert size <= MAX_NODES
        assert depth <= MAX_DEPTH
    strategy = examine(source)
    assert strategy is not None or source.report.failed
    found = [*source.report.diagnostics(), *validate_bytes(data, "fuzz.yaml", VENUE)]
    assert {d.code for d in found} <= set(CODES)
    lines = data.decode("utf-8", "replace").count("\n") + data.count(b"\r") + 1
    for diagnostic in found:
        assert diagnostic.span is None or 1 <= diagnostic.span.line <= lines
        assert len(diagnostic.message) < 2_000
    as_text(found).encode()
    json.loads(as_json(found))
    assert as_github(found).count("\n") == len(found)
    return found


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


@given(st.integers(0, 2**32), st.sampled_from(CORPUS), st.integers(1, 6))
@settings(max_examples=300, deadline=None)
def test_mutated_documents(seed: int, data: bytes, times: int) -> None:
    """A document of the corpus with pieces cut out, doubled, moved or put in is judged."""
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
    json.loads(as_sarif(survives(data), "1"))


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


PARTS = ["close", "open", "1", "0.5", "+", "-", "*", "/", ">", "<", "and", "or", "not", "(", ")", "[1]", "ema(", ", 5)"]
PARTS += ["crosses above", "is rising", "for 3 candles", "within 2 candles", "4h.", "rsi(close, 14)", "%", "."]


@given(st.lists(st.sampled_from(PARTS), max_size=60), st.integers(1, 200))
@settings(max_examples=200, deadline=None)
def test_expressions_stay_within_their_budgets(parts: list[str], times: int) -> None:
    """What is read as an expression has no more characters, parts and levels than the language allows."""
    text = " ".join(parts * times)
    tree = tree_in(text)
    if tree is None:
        return
    assert len(text) <= MAX_LENGTH
    level, depth, total = [tree], 0, 0
    while level:
        depth, total = depth + 1, total + len(level)
        level = [inner for node in level for inner in children(node)]
    assert total <= MOST_PARTS
    assert depth <= DEEPEST + 1


@pytest.mark.parametrize(
    "text",
    [
        "(" * 3_000 + "close", "not " * 900 + "close > open", "-" * 3_000 + "close", "close" + "[1]" * 900,
        "close > open and " * 200 + "close > open", "1 + " * 900 + "1 > 0", "max(" * 900 + "1", "a." * 1_900 + "a",
        "close > " + "9" * 3_900, "x" * 4_001, "ema(" * 40 + "close" + ", 5)" * 40 + " > 1",
    ],
    ids=lambda text: text[:8],
)  # fmt: skip
def test_absurd_expressions(text: str) -> None:
    """Deep, long and endless expressions are judged in whole documents."""
    head = "stratrun: 2\nname: a\nsymbols: [BTC/USDT]\ntimeframe: 1h\n"
    survives((head + f"long: {{enter: '{text}', exit: {{stop: 3%}}}}\nsize: {{risk: 1%}}\n").encode())
