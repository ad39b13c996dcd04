"""ONNX files written by hand, one operator after the other, and opened as a strategy opens them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from stratrun.engine.learning.model_file import hash_of
from stratrun.engine.learning.onnx_model import OnnxModel
from stratrun.engine.learning.spec import Made, Spec, Told

FEATURES = 2


def tensor(name: str, values: Any) -> TensorProto:
    """Floats as float32, whole numbers as int64."""
    found = np.asarray(values)
    return numpy_helper.from_array(found.astype(np.float32) if found.dtype == np.float64 else found, name)


def model_of(nodes: Sequence[Any], tensors: Sequence[TensorProto] = (), **settings: Any) -> Any:
    """A model from `x`, two features, to `y`."""
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, FEATURES])
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
    graph = helper.make_graph(nodes, "g", [x], [y], tensors)
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3), helper.make_opsetid("own", 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=8, **settings)


def opened(model: Any, folder: Path) -> OnnxModel:
    place = folder / "model.onnx"
    place.write_bytes(model.SerializeToString())
    made = Made(hash_of(place.read_bytes()), chances=False)
    return OnnxModel(Spec("onnx", FEATURES, made=made), Told("up", ("a", "b"), str(place)))


def foretold(model: OnnxModel, *rows: Sequence[float]) -> list[float]:
    """What it says of rows of features."""
    columns = np.ascontiguousarray(np.array(rows, float).reshape(-1, FEATURES).T)
    made = [np.empty(len(rows)) for _ in range(3)]
    model.extend([*[np.ones(len(rows))] * 4, *columns], made, 0, len(rows))
    return [float(value) for value in made[0]]


def trees(no: Sequence[int], yes: Sequence[int], leaves: Sequence[int], limits: Sequence[float]) -> Any:
    """One tree over the first feature: `x < limit` goes to `yes`, else to `no`; a leaf gives its own number."""
    count, ends = len(no), set(leaves)
    return helper.make_node(
        "TreeEnsembleRegressor", ["x"], ["y"], name="forest", domain="ai.onnx.ml", n_targets=1,
        nodes_treeids=[0] * count, nodes_nodeids=list(range(count)), nodes_featureids=[0] * count,
        nodes_modes=["LEAF" if k in ends else "BRANCH_LT" for k in range(count)], nodes_values=list(limits),
        nodes_truenodeids=list(yes), nodes_falsenodeids=list(no), nodes_hitrates=[1.0] * count,
        nodes_missing_value_tracks_true=[0] * count, target_treeids=[0] * len(leaves), target_nodeids=list(leaves),
        target_ids=[0] * len(leaves), target_weights=[float(leaf) for leaf in leaves],
    )  # fmt: skip
