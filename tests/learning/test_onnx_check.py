"""What an ONNX file may not be: other than its hash says, without an end, or other each time."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.diagnostics.extras import install
from stratrun.engine.learning.onnx_check import UnfitError, checked
from stratrun.engine.learning.onnx_operators import DRAWING_LOTS, OPERATORS

from .onnx_files import foretold, model_of, opened, tensor, trees

ADD = helper.make_node("ReduceSum", ["x"], ["y"], name="sum", keepdims=0)


def elsewhere(name: str, shape: tuple[int, ...]) -> TensorProto:
    found = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=shape, data_location=TensorProto.EXTERNAL)
    for key, value in (("location", "w.bin"), ("offset", "0"), ("length", str(4 * int(np.prod(shape))))):
        found.external_data.add(key=key, value=value)
    return found


def product(weights: TensorProto) -> Any:
    nodes = [helper.make_node("MatMul", ["x", "w"], ["z"]), helper.make_node("ReduceMax", ["z"], ["y"], keepdims=0)]
    return model_of(nodes, [weights])


def graph(*nodes: Any, inputs: tuple[Any, ...] = (), outputs: tuple[str, ...] = ("z",), tensors: Any = ()) -> Any:
    given = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs]
    return helper.make_graph(list(nodes), "inner", list(inputs), given, list(tensors))


def loop() -> Any:
    body = graph(
        helper.make_node("Identity", ["on"], ["still"]), helper.make_node("Identity", ["v"], ["z"]),
        inputs=(
            helper.make_tensor_value_info("turn", TensorProto.INT64, []),
            helper.make_tensor_value_info("on", TensorProto.BOOL, []),
            helper.make_tensor_value_info("v", TensorProto.FLOAT, None),
        ),
    )  # fmt: skip
    still = helper.make_tensor_value_info("still", TensorProto.BOOL, [])
    body.output.insert(0, still)
    node = helper.make_node("Loop", ["turns", "yes", "x"], ["y"], name="round", body=body)
    return model_of([node], [tensor("turns", np.int64(2**62)), tensor("yes", np.bool_(True))])


def branch() -> Any:
    inner = graph(helper.make_node("Max", ["x", "w"], ["z"]), tensors=[elsewhere("w", (1, 2))])
    other = graph(helper.make_node("Identity", ["x"], ["z"]))
    node = helper.make_node("If", ["yes"], ["y"], name="which", then_branch=inner, else_branch=other)
    return model_of([node], [tensor("yes", np.bool_(True))])


def hidden_graph() -> Any:
    """A graph in an attribute of an operator that takes none."""
    return model_of([helper.make_node("Identity", ["x"], ["y"], name="plain", hidden=graph(ADD))])


def function() -> Any:
    own = helper.make_function(
        "own", "twice", ["a"], ["b"], [helper.make_node("Add", ["a", "a"], ["b"])], [helper.make_opsetid("", 17)]
    )
    return model_of([helper.make_node("twice", ["x"], ["y"], domain="own")], functions=[own])


def constant(part: str, value: Any) -> Any:
    node = helper.make_node("Constant", [], ["w"], name="fixed")
    added = node.attribute.add(name=part)
    if isinstance(value, list):
        added.type = onnx.AttributeProto.TENSORS
        added.tensors.extend(value)
    elif isinstance(value, onnx.SparseTensorProto):
        added.type = onnx.AttributeProto.SPARSE_TENSOR
        added.sparse_tensor.CopyFrom(value)
    else:
        added.type = onnx.AttributeProto.TENSOR
        added.t.CopyFrom(value)
    return model_of([node, helper.make_node("Max", ["x", "w"], ["y"])])


def sparse(size: int = 10**6) -> onnx.SparseTensorProto:
    return helper.make_sparse_tensor(tensor("w", np.array([1.0])), tensor("", np.array([3])), [size, size])


def sparsely() -> Any:
    found = model_of([helper.make_node("Max", ["x", "w"], ["y"])])
    found.graph.sparse_initializer.append(sparse())
    return found


def dropout(*more: str) -> Any:
    node = helper.make_node("Dropout", ["x", *more], ["z"], name="drop")
    last = helper.make_node("ReduceSum", ["z"], ["y"], keepdims=0)
    return model_of([node, last], [tensor("ratio", np.float32(0.5)), tensor("yes", np.bool_(True))])


def normalised() -> Any:
    node = helper.make_node(
        "BatchNormalization", ["x", "s", "b", "m", "v"], ["y", "mean", "var"], name="norm", training_mode=1
    )
    return model_of([node], [tensor(name, np.ones(2)) for name in "sbmv"])


def trained() -> Any:
    found = model_of([ADD])
    found.training_info.add().algorithm.CopyFrom(graph(ADD))
    return found


def texts() -> Any:
    keys = helper.make_node("LabelEncoder", ["x"], ["y"], name="names", domain="ai.onnx.ml", keys_strings=["a" * 65])
    return model_of([keys])


REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "weights in another file": (lambda: product(elsewhere("w", (2, 1))), "keeps tensor `w` in another file, which"),
    "a location without its mark": (
        lambda: product(TensorProto(name="w", external_data=elsewhere("w", (2, 1)).external_data)), "in another file",
    ),
    "a constant in another file": (
        lambda: constant("value", elsewhere("w", (1, 2))), "a tensor in `Constant` (node `fixed`) in another",
    ),
    "constants in another file": (lambda: constant("values", [elsewhere("w", (1, 2))]), "(node `fixed`) in another"),
    "a loop": (loop, "has a graph inside `Loop` (node `round`): no loop"),
    "a branch with weights elsewhere": (branch, "has a graph inside `If` (node `which`)"),
    "a graph where none belongs": (hidden_graph, "has a graph inside `Identity` (node `plain`)"),
    "a function": (function, "has functions of its own, such as `twice`"),
    "a sparse tensor": (sparsely, "keeps tensor `w` as sparse"),
    "a sparse constant": (lambda: constant("sparse_value", sparse()), "keeps a tensor in `Constant` (node `fixed`) as"),
    "dropping while training": (lambda: dropout("ratio", "yes"), "is still in training in `Dropout` (node `drop`)"),
    "normalising while training": (normalised, "is still in training in `BatchNormalization` (node `norm`)"),
    "steps of training": (trained, "holds steps of training"),
    "another domain": (
        lambda: model_of([helper.make_node("FusedMatMul", ["x", "x"], ["y"], domain="com.microsoft")]),
        "is made of `com.microsoft.FusedMatMul` (it makes `y`), which is not run here",
    ),
    "an operator without an end": (
        lambda: model_of([helper.make_node("TfIdfVectorizer", ["x"], ["y"], max_skip_count=2**62)]), "`TfIdf",
    ),
    "an operator nobody knows": (lambda: model_of([helper.make_node("\x1b[2J" * 99, ["x"], ["y"])]), "`?[2J?[2J"),
    "long texts": (texts, "has a text of more than 64 letters in `ai.onnx.ml.LabelEncoder` (node `names`)"),
    "no graph": (onnx.ModelProto, "is no whole ONNX model"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_by_name_and_place(name: str, tmp_path: Path) -> None:
    """One sentence says what is wrong and where, before onnxruntime sees the file; another one says what helps."""
    make, words = REFUSED[name]
    with pytest.raises(InputError) as told:
        opened(make(), tmp_path)
    assert words in told.value.message
    assert told.value.message.isprintable()
    assert len(told.value.message) < 300 + len(str(tmp_path))
    assert told.value.help


@pytest.mark.parametrize("operator", sorted(DRAWING_LOTS))
def test_lots_are_not_drawn(operator: str, tmp_path: Path) -> None:
    """An operator that gives other numbers each time is refused, with or without a seed."""
    with pytest.raises(InputError, match=f"draws lots in `{operator}`"):
        opened(model_of([helper.make_node(operator, ["x"], ["y"], seed=1.0)]), tmp_path)


def test_a_swapped_file_of_weights_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file named by the model, in the working folder or beside it, is never read: equal hashes foretell the same."""
    monkeypatch.chdir(tmp_path)
    for weight in (0.1, 0.9):
        np.full(2000, weight, np.float32).tofile(tmp_path / "w.bin")
        with pytest.raises(InputError, match="`sha256` does not pin"):
            opened(product(elsewhere("w", (2, 1000))), tmp_path)
    found = product(tensor("w", np.full((2, 1000), 0.5)))
    onnx.save_model(found, "m.onnx", save_as_external_data=True, location="v.bin", size_threshold=0)
    with pytest.raises(UnfitError, match="keeps tensor `w` in another file"):
        checked((tmp_path / "m.onnx").read_bytes())


def test_every_part_of_a_file_is_no_model() -> None:
    """A file cut anywhere, or with a byte changed, is refused in one sentence or is a whole model; nothing crashes."""
    whole = product(tensor("w", np.ones((2, 3)))).SerializeToString()
    hostile = [whole[:end] for end in range(len(whole))]
    hostile += [whole[:at] + bytes([byte]) + whole[at + 1 :] for at in range(len(whole)) for byte in (0, 0x7F, 0xFF)]
    hostile += [b"\x3a" + b"\xff" * 9 + b"\x01", b"\x3a\xff\xff\xff\xff\x07", b"\x0b" * 500]
    told = set()
    for data in hostile:
        try:
            told.add(onnx.ModelProto.FromString(checked(data)).HasField("graph"))
        except UnfitError as error:
            told.add(str(error).isprintable())
    assert told == {True}


def test_graphs_within_graphs_end() -> None:
    """The outermost graph inside a graph is refused; deeper ones than a reader goes are no model."""
    inner = graph(ADD)
    for _ in range(20):
        inner = graph(helper.make_node("If", ["yes"], ["z"], then_branch=inner, else_branch=graph(ADD)))
    with pytest.raises(UnfitError, match="has a graph inside `If`"):
        checked(model_of(inner.node).SerializeToString())
    data = graph(ADD).SerializeToString()
    for _ in range(3000):
        for tag in (b"\x32", b"\x2a", b"\x0a"):  # the graph of an attribute, of a node, of a graph
            data = tag + _varint(len(data)) + data
    with pytest.raises(UnfitError, match="is no whole ONNX model"):
        checked(b"\x3a" + _varint(len(data)) + data)


def _varint(number: int) -> bytes:
    made = b""
    while number > 127:
        made += bytes([number & 127 | 128])
        number >>= 7
    return made + bytes([number])


def test_what_is_not_known_is_not_run() -> None:
    """Fields that the reader does not know are dropped, whatever onnxruntime would make of them."""
    whole = model_of([ADD]).SerializeToString()
    unknown = b"\xf2\x07\x03abc"  # field 126
    assert checked(whole + unknown) == checked(whole)


def test_a_file_has_few_parts() -> None:
    """Operators and tensors are counted."""
    words = "has more than 1,000 operators or 10,000 tensors"
    with pytest.raises(UnfitError, match=words):
        checked(model_of([ADD] * 1001).SerializeToString())
    with pytest.raises(UnfitError, match=words):
        checked(model_of([ADD], [tensor("w", np.ones(1))] * 10_001).SerializeToString())


def test_a_missing_library_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without `onnx` no file is run unread: one message says what to install."""
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(InputError, match="onnx is not installed") as told:
        opened(model_of([ADD]), tmp_path)
    assert told.value.help == install("models")


def test_ordinary_models_are_run(tmp_path: Path) -> None:
    """Trees, a linear model, a net, and dropping where it does nothing."""
    tree = model_of([trees(no=[2, 0, 4, 0, 0], yes=[1, 0, 3, 0, 0], leaves=[1, 3, 4], limits=[0.0, 0, 5.0, 0, 0])])
    assert foretold(opened(tree, tmp_path), [-1, 0], [3, 0], [9, 0]) == [1.0, 3.0, 4.0]
    linear = helper.make_node(
        "LinearRegressor", ["x"], ["y"], domain="ai.onnx.ml", coefficients=[2.0, -1.0], intercepts=[0.5]
    )
    assert foretold(opened(model_of([linear]), tmp_path), [1, 1], [0, 4]) == [1.5, -3.5]
    layers = [
        helper.make_node("Gemm", ["x", "w", "b"], ["h"]), helper.make_node("Relu", ["h"], ["r"]),
        helper.make_node("Constant", [], ["axes"], value=tensor("", np.array([1]))),
        helper.make_node("ReduceSum", ["r", "axes"], ["y"]),
    ]  # fmt: skip
    net = model_of(layers, [tensor("w", np.eye(2)), tensor("b", np.array([0.0, 1.0]))])
    assert foretold(opened(net, tmp_path), [-3, 1], [2, -5]) == [2.0, 2.0]
    assert foretold(opened(dropout("ratio"), tmp_path), [2, 3]) == [5.0]


@pytest.mark.parametrize(
    ("no", "yes"),
    [
        ([1, 2, 3, 0], [3, 3, 1, 0]),  # back to its parent: onnxruntime loads it and never comes back
        ([1, 2, 3, 0], [3, 3, 0, 0]),
        ([0, 2, 3, 0], [3, 3, 3, 0]),
        ([1, 2, 9, 0], [3, 3, 3, 0]),
        ([1, 2, -1, 0], [3, 3, 3, 0]),
        ([1, 2, 2**62, 0], [3, 3, 3, 0]),
    ],
)
def test_trees_that_do_not_end_are_refused(no: list[int], yes: list[int], tmp_path: Path) -> None:
    """A tree that leads back into itself or to a node that is not there."""
    with pytest.raises(InputError, match=r"trees that do not end within 1,000 levels .+\(node `forest`\)"):
        opened(model_of([trees(no, yes, leaves=[3], limits=[0.5, 0.5, 5.0, 0.0])]), tmp_path)


def test_a_deep_tree_is_refused(tmp_path: Path) -> None:
    """1,000 levels run; one of more, which ends the process from 30,000 on, does not."""
    for levels, fits in ((1000, True), (1001, False), (40_000, False)):
        leaves = range(levels, 2 * levels + 1)
        no = [*range(1, levels), 2 * levels, *[0] * len(leaves)]
        yes = [*range(levels, 2 * levels), *[0] * len(leaves)]
        found = model_of([trees(no, yes, list(leaves), [-1.0] * len(no))])
        if fits:
            assert foretold(opened(found, tmp_path), [0, 0]) == [2.0 * levels]
        else:
            with pytest.raises(InputError, match="1,000 levels"):
                opened(found, tmp_path)


def test_trees_have_all_their_parts() -> None:
    """Lists of unlike lengths, two lists of one name and two nodes of one number are refused; no node does no harm."""
    for name, values in (("nodes_falsenodeids", [1]), ("nodes_nodeids", [0, 0, 2]), ("nodes_treeids", [0, 0, -1])):
        node = trees(no=[2, 0, 0], yes=[1, 0, 0], leaves=[1, 2], limits=[0.0] * 3)
        next(part for part in node.attribute if part.name == name).ints[:] = values
        with pytest.raises(UnfitError, match="do not end"):
            checked(model_of([node]).SerializeToString())
    checked(
        model_of([helper.make_node("TreeEnsembleRegressor", ["x"], ["y"], domain="ai.onnx.ml")]).SerializeToString()
    )


def test_the_operators_are_those_of_onnx() -> None:
    """Each has a schema, where this release of `onnx` knows it already, and takes no graph; none draws lots."""
    known = 0
    for domain, names in OPERATORS.items():
        assert not names & DRAWING_LOTS
        for name in names:
            schema = "" if domain == "ai.onnx" else domain
            if onnx.defs.has(name, schema):
                known += 1
                kinds = {attribute.type for attribute in onnx.defs.get_schema(name, schema).attributes.values()}
                assert not kinds & {onnx.defs.OpSchema.AttrType.GRAPH, onnx.defs.OpSchema.AttrType.GRAPHS}, name
    assert known > 250
