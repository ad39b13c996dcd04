"""Converting loses nothing: every sound document through JSON and through trees, and hostile input in between."""

from __future__ import annotations

import json
import random
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stratrun.engine.diagnostics.codes import CODES
from stratrun.engine.language.document import loads
from stratrun.engine.language.folders import walk
from stratrun.engine.language.identity import meaning_hash
from stratrun.engine.language.writing.convert import Converted, Form, convert_document
from stratrun.engine.language.yaml.nodes import ListNode, MapNode, Node
from stratrun.engine.language.yaml.source import parse

ROOT = Path(__file__).resolve().parents[3]
SOUND = walk([ROOT / "tests" / "documents" / "valid", ROOT / "strategies", ROOT / "examples"]).files
REALISTIC = (ROOT / "tests" / "documents" / "valid" / "realistic.yaml").read_bytes()


def convert(data: bytes, form: Form) -> bytes:
    done = convert_document(data, "a.yaml", form)
    assert done.text is not None, done.diagnostics
    return done.text.encode()


def refused(data: bytes | str | dict[str, Any], form: Form = Form.YAML) -> list[str]:
    data = json.dumps(data) if isinstance(data, dict) else data
    done = convert_document(data.encode() if isinstance(data, str) else data, "a.json", form)
    assert done.text is None
    return [f"{d.code} {d.message}" for d in done.diagnostics]


def plain(node: Node | None) -> Any:
    """The data of a document, keys in order, numbers as they are written."""
    if isinstance(node, MapNode):
        return [(key.text.value, plain(value)) for key, value in node.entries]
    if isinstance(node, ListNode):
        return [plain(item) for item in node.items]
    assert node is not None
    if isinstance(node.value, str):
        return node.value
    return (type(node.value).__name__, node.value)


def data_of(document: bytes) -> Any:
    return plain(parse("x", document).root)


@pytest.mark.parametrize("path", SOUND, ids=lambda path: path.name)
def test_json_and_back_is_the_same_data(path: Path) -> None:
    """YAML to JSON to YAML keeps every key in its order and every value with its type."""
    before = path.read_bytes()
    as_json = convert(before, Form.JSON)
    json.loads(as_json)
    assert data_of(as_json) == data_of(before)
    assert data_of(convert(as_json, Form.YAML)) == data_of(before)
    assert convert(as_json, Form.JSON) == as_json


@pytest.mark.parametrize("path", SOUND, ids=lambda path: path.name)
def test_trees_and_back_mean_the_same(path: Path) -> None:
    """The ast form comes back as a document of the same meaning, and its own ast form is the same again."""
    before = path.read_bytes()
    tree = convert(before, Form.AST)
    back = convert(tree, Form.YAML)
    assert convert(back, Form.AST) == tree
    assert convert(tree, Form.AST) == tree
    assert json.loads(tree)["form"] == "ast"
    if "test" not in path.name and "portfolio" not in path.name and "deployment" not in path.name:
        assert meaning_hash(loads(back.decode())) == meaning_hash(loads(before.decode()))


@pytest.mark.parametrize("path", SOUND, ids=lambda path: path.name)
def test_the_ast_form_holds_no_expression_as_text(path: Path) -> None:
    """Where an expression stands, the ast form has a tree."""

    def texts(value: Any) -> list[str]:
        if isinstance(value, dict):
            return [text for inner in value.values() for text in texts(inner)]
        return [text for inner in value for text in texts(inner)] if isinstance(value, list) else [value]

    tree = json.loads(convert(path.read_bytes(), Form.AST))
    for side in ("long", "short", "indicators", "filters", "priority"):
        assert not [text for text in texts(tree.get(side, [])) if isinstance(text, str) and "(" in text]


def test_numbers_and_texts_stay_what_they_are() -> None:
    """Digits are kept, and a text that looks like a number stays a text."""
    text = REALISTIC.replace(b"name: Trend", b"name: '1.10' #").replace(b"{default: 2.0,", b"{default: 2.00,")
    as_json = convert(text, Form.JSON).decode()
    assert '"name": "1.10"' in as_json
    assert '"default": 2.00' in as_json
    back = convert(as_json.encode(), Form.YAML).decode()
    assert 'name: "1.10"\n' in back
    assert "default: 2.00," in back


def test_lost_comments_are_counted() -> None:
    """Going to JSON says how many comments were lost; going to YAML loses none."""
    assert convert_document(REALISTIC, "a", Form.JSON).lost == REALISTIC.count(b"#")
    kept = convert_document(REALISTIC, "a", Form.YAML)
    assert kept.lost == 0
    assert kept.text is not None
    assert kept.text.count("#") == REALISTIC.count(b"#")


@cache
def ast_text() -> bytes:
    return convert(REALISTIC, Form.AST)


def ast() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ast_text())
    return found


def test_mistaken_trees_are_told_with_their_place() -> None:
    """A broken ast document is refused in words that name the node."""
    tree = ast()
    tree["long"]["exit"]["stop"]["signs"] = ["%"]
    assert refused(tree) == ["SR601 `long.exit.stop.signs` must be 1 of * /: one between each two args"]
    tree = ast()
    tree["indicators"]["mom"] = {"op": "path", "parts": ["and"]}
    assert refused(tree)[0].startswith("SR601 `indicators.mom` is no expression that can be written")
    tree = ast()
    tree["long"]["exit"]["target"] = {"op": "r", "value": "3"}
    assert refused(tree)[0].startswith("SR601 `long.exit.target.value` must be a number")
    assert refused(ast() | {"form": "tree"}) == ["SR601 `form` must be `ast`"]
    assert refused({"stratrun": 2, "form": "ast"})[0].startswith("SR103")


def test_other_mistakes_are_those_of_validate() -> None:
    """YAML and schema mistakes are told as everywhere; an expression that has no tree is one for trees only."""
    assert any(words.startswith("SR006") for words in refused("stratrun: 2\nstratrun: 2\n"))
    assert any(words.startswith("SR006") for words in refused(json.dumps(ast())[:-1] + ', "name": "again"}'))
    broken = REALISTIC.replace(b"mom.hist crosses above 0", b"mom.hist crosses over 0")
    assert convert_document(broken, "a", Form.JSON).text
    assert refused(broken, Form.AST)[0].startswith("SR2")


@pytest.mark.parametrize("depth", [40, 150, 900, 100_000])
def test_deep_documents_are_refused(depth: int) -> None:
    """Nesting ends in a diagnostic at any depth."""
    start = '{"stratrun": 2, "form": "ast", "priority": '
    assert refused(start + '{"op": "not", "args": [' * depth + "1" + "]}" * depth + "}")
    assert refused(start + "[" * depth + "]" * depth + "}")
    assert refused(start + '{"a":' * depth + "1" + "}" * depth + "}")


def test_more_than_a_mebibyte_is_refused() -> None:
    """The budget of a file holds for every form."""
    assert refused(json.dumps(ast() | {"description": "x" * (1 << 20)}))[0].startswith("SR004")


@given(st.integers(0, 2**32), st.sampled_from(list(Form)))
@settings(max_examples=120)
def test_mutated_trees_end_in_a_document_or_diagnostics(seed: int, form: Form) -> None:
    """No change to an ast document ends in anything else."""
    dice = random.Random(seed)
    tree = ast()
    for _ in range(dice.randint(1, 4)):
        mutate(tree, dice)
    done: Converted = convert_document(json.dumps(tree).encode(), "a.json", form)
    assert (done.text is None) == bool(done.diagnostics)
    assert {d.code for d in done.diagnostics} <= set(CODES)


def mutate(value: Any, dice: random.Random) -> None:
    """Walk down at random and change one value."""
    while True:
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        if not keys:
            return
        key = dice.choice(keys)
        if isinstance(value[key], dict | list) and dice.random() < 0.85:
            value = value[key]
            continue
        junk = [None, True, -1, 1e300, "close", "", [], {}, {"op": "number", "value": 1}, {"op": "r", "value": 2}]
        if dice.random() < 0.3:
            del value[key]
        else:
            value[key] = dice.choice(junk)
        return
