"""The nodes of an ONNX file's trees in; whether every way down them ends."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

MOST_LEVELS = 1000
"""Onnxruntime reads trees by calling itself: one of 30,000 levels ends the process."""
_PARTS = ("nodes_treeids", "nodes_nodeids", "nodes_truenodeids", "nodes_falsenodeids")

_Ids = NDArray[np.int64]


def trees_end(node: Any) -> bool:
    """Whether the trees of a `TreeEnsembleClassifier` or `TreeEnsembleRegressor` have at most `MOST_LEVELS` levels:
    none leads back into itself, to a node that is not there, or to one of two by one number."""
    parts = {attribute.name: attribute for attribute in node.attribute}
    tree, own, yes, no = (np.array(parts[name].ints if name in parts else (), np.int64) for name in _PARTS)
    modes = parts["nodes_modes"].strings if "nodes_modes" in parts else ()
    inner = np.array([mode != b"LEAF" for mode in modes], bool)
    if len(parts) < len(node.attribute):  # which of two of one name counts is for its reader to choose
        return False
    if not len(tree) == len(own) == len(yes) == len(no) == len(inner):
        return False
    if not len(inner):
        return True
    if any(((ids < 0) | (ids >= 1 << 31)).any() for ids in (tree, own, yes[inner], no[inner])):
        return False
    ids = (tree << 31) + own
    order = np.argsort(ids)
    if (np.diff(ids[order]) == 0).any():
        return False
    below = np.stack([np.where(inner, (tree << 31) + to, ids) for to in (yes, no)])
    at = order[np.minimum(np.searchsorted(ids, below, sorter=order), len(ids) - 1)]
    return bool((ids[at] == below).all()) and _shallow(at, inner)


def _shallow(below: _Ids, inner: NDArray[np.bool_]) -> bool:
    """`below`: (2, nodes), the places of each node's children. A way that comes back never runs out of levels."""
    level = np.flatnonzero(inner)
    for _ in range(MOST_LEVELS):
        reached = np.zeros(len(inner), bool)
        reached[below[:, level]] = True
        level = np.flatnonzero(reached & inner)
        if not len(level):
            return True
    return False
