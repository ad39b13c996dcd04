"""The walker against the published schema and a generic validator."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator

from stratrun.engine.diagnostics.report import Report
from stratrun.engine.language.folders import walk
from stratrun.engine.language.structure.kinds import KINDS, kind_of_document
from stratrun.engine.language.structure.shape import check_structure, published
from stratrun.engine.language.yaml.nodes import ListNode, MapNode, Node
from stratrun.engine.language.yaml.source import parse, read

DOCUMENTS = Path(__file__).parents[2] / "documents"
VALIDATORS = {kind: Draft7Validator(published(kind)) for kind in KINDS}
BEYOND_JSON = {"SR112", "SR119"}
"""What a generic validator cannot see: numbers JSON has no word for, and commas."""
REWORDED = ("stratrun", "kind")


def plain(node: Node) -> Any:
    if isinstance(node, MapNode):
        return {key.text.value: plain(value) for key, value in node.entries}
    if isinstance(node, ListNode):
        return [plain(item) for item in node.items]
    return node.value


def refused(root: MapNode) -> tuple[bool, bool]:
    """Whether the walker and the generic validator refuse a document."""
    report = Report()
    check_structure(root, report)
    found = [d for d in report.diagnostics() if d.code not in BEYOND_JSON]
    return bool(found), not VALIDATORS[kind_of_document(root)].is_valid(plain(root))


def test_walker_and_generic_validator_agree_on_the_corpus() -> None:
    """Both accept or both refuse every document that has a structure at all."""
    differing, seen = [], 0
    for path in walk([DOCUMENTS]).files:
        source = read(path)
        if source.root is None or source.report.failed:
            continue
        report = Report()
        check_structure(source.root, report)
        if not {d.code for d in report.diagnostics()} & BEYOND_JSON:
            ours, theirs = refused(source.root)
            differing += [path.name] if ours != theirs else []
            seen += 1
    assert not differing
    assert seen > 100


def places(tree: Any) -> list[tuple[Any, Any]]:
    found = []
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in items:
        found.append((tree, key))
        found += places(value)
    return found


def test_walker_and_generic_validator_agree_on_mutations() -> None:
    """Both agree on documents with a value replaced, removed or renamed."""
    dice = random.Random(7)
    values = [
        None,
        True,
        0,
        -1,
        1.5,
        2.0,
        "",
        "x",
        "3%",
        [],
        ["x"],
        {},
        {"any": ["x"]},
        {"x": 1},
        {"when": "x", "all": ["y"]},
        10**20,
    ]
    accepted = 0
    for path in walk([DOCUMENTS / "valid"]).files:
        root = read(path).root
        assert root is not None
        for _ in range(60):
            tree = copy.deepcopy(plain(root))
            holder, key = dice.choice(places(tree))
            if dice.random() < 0.3:
                del holder[key]
            elif isinstance(holder, dict) and dice.random() < 0.2:
                holder["any"] = holder.pop(key)
            else:
                holder[key] = copy.deepcopy(dice.choice(values))
            mutated = parse("x.json", json.dumps(tree).encode()).root
            assert mutated is not None
            ours, theirs = refused(mutated)
            assert ours == theirs, tree
            accepted += not ours
    assert accepted > 50


def test_a_generic_validator_words_a_union_readably() -> None:
    """The published schema has no anyOf: a wrong type is named with the types that fit."""
    tree = {
        "stratrun": 2,
        "name": "x",
        "symbols": ["BTC/USDT"],
        "timeframe": "1h",
        "size": {"risk": "1%"},
        "long": {"enter": 5},
    }
    (error,) = VALIDATORS["strategy"].iter_errors(tree)
    assert error.message == "5 is not of type 'string', 'array', 'object'"


def test_one_value_can_be_wrong_in_an_aliased_part_without_hiding_the_rest() -> None:
    """A part used twice by an alias is told once at its place."""
    head = "stratrun: 2\nname: x\nsymbols: [BTC/USDT]\ntimeframe: 1h\nmarket: perp\n"
    text = head + "long: &s {enter: 5}\nshort: *s\nsize: {cost: 1 USDT}\n"
    source = parse("x.yaml", text.encode())
    assert source.root is not None
    check_structure(source.root, source.report)
    found = source.report.diagnostics()
    assert [(d.code, d.message[:12]) for d in found] == [("SR102", "`long.enter`"), ("SR102", "`short.enter")]
