"""The bytes of an ONNX file in, what is run of it out: nothing that is not in the file, need not end, or draws lots.

Read with the `onnx` library; what it does not know of is dropped, so that exactly what was looked through is run.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .fit import library
from .onnx_operators import DRAWING_LOTS, OPERATORS
from .onnx_trees import MOST_LEVELS, trees_end

MOST_OPERATORS, MOST_TENSORS = 1_000, 10_000
"""Of one file. Onnxruntime takes a second to load a chain of 1,000 operators, and half a minute for 3,000."""
MOST_LETTERS = 64
"""Of one text: copies of a long one would fill the memory."""
ANEW = "write it anew as one ONNX file that needs no others"
_PLAIN = "export it with the operators of trees, linear models and nets, of the domains `ai.onnx` and `ai.onnx.ml`"
_TRAINED = "export it for inference"


class UnfitError(Exception):
    """What is wrong with a file, after its name, and what helps."""

    def __init__(self, what: str, help_: str) -> None:
        super().__init__(what)
        self.what, self.help = what, help_


def checked(data: bytes) -> bytes:
    """What of the file is to be run. Raises UnfitError, or InputError where `onnx` is not installed."""
    reader = library("onnx")
    try:
        model = reader.ModelProto.FromString(data)
    except (library("google.protobuf.message").DecodeError, ValueError):
        raise UnfitError("is no whole ONNX model", ANEW) from None
    if not model.HasField("graph"):
        raise UnfitError("is no whole ONNX model", ANEW)
    for function in model.functions:
        raise UnfitError(f"has functions of its own, such as {shown(function.name)}", "export it with them written out")
    if model.training_info:
        raise UnfitError("holds steps of training", _TRAINED)
    graph = model.graph
    if len(graph.node) > MOST_OPERATORS or len(graph.initializer) > MOST_TENSORS:
        most = f"{MOST_OPERATORS:,} operators or {MOST_TENSORS:,} tensors"
        raise UnfitError(f"has more than {most}", "write a smaller model")
    for tensor in graph.sparse_initializer:
        raise _sparse(f"tensor {shown(tensor.values.name)}")
    _tensors(graph.initializer)
    for node in graph.node:
        _node(node)
    model.DiscardUnknownFields()
    whole: bytes = model.SerializeToString()
    return whole


def _node(node: Any) -> None:
    known = f"{node.domain}.{node.op_type}" if node.domain not in ("", "ai.onnx") else node.op_type
    name = f"{shown(known)} ({_which(node)})"
    for part in node.attribute:
        if part.HasField("g") or part.graphs:
            raise UnfitError(f"has a graph inside {name}: no loop and no branch is run", "export it without them")
        if part.HasField("sparse_tensor") or part.sparse_tensors:
            raise _sparse(f"a tensor in {name}")
        _tensors((part.t, *part.tensors), f"a tensor in {name}")
        _texts((part.s, *part.strings), name)
    if node.op_type in DRAWING_LOTS:
        raise UnfitError(f"draws lots in {name}: it would not foretell the same twice", _TRAINED)
    if node.op_type not in OPERATORS.get(node.domain, ()):
        raise UnfitError(f"is made of {name}, which is not run here", _PLAIN)
    if _trains(node):
        raise UnfitError(f"is still in training in {name}", _TRAINED)
    if node.op_type.startswith("TreeEnsemble") and not trees_end(node):
        raise UnfitError(f"has trees that do not end within {MOST_LEVELS:,} levels in {name}", ANEW)


def _trains(node: Any) -> bool:
    """Dropout draws lots where its third input says so, and normalising by batches is of no use for single rows."""
    if node.op_type == "Dropout":
        return len(node.input) > 2 and bool(node.input[2])
    return node.op_type == "BatchNormalization" and any(
        part.name == "training_mode" and part.i != 0 for part in node.attribute
    )


def _tensors(tensors: Iterable[Any], where: str = "") -> None:
    for tensor in tensors:
        name = where or f"tensor {shown(tensor.name)}"
        if tensor.data_location or tensor.external_data:
            raise UnfitError(f"keeps {name} in another file, which its `sha256` does not pin", ANEW)
        _texts(tensor.string_data, name)


def _texts(texts: Iterable[bytes], where: str) -> None:
    if any(len(text) > MOST_LETTERS for text in texts):
        raise UnfitError(f"has a text of more than {MOST_LETTERS} letters in {where}", "give its classes short names")


def _sparse(where: str) -> UnfitError:
    return UnfitError(f"keeps {where} as sparse: a few bytes may stand for any size", "write its tensors whole")


def _which(node: Any) -> str:
    return f"node {shown(node.name)}" if node.name or not node.output else f"it makes {shown(node.output[0])}"


def shown(name: str | bytes) -> str:
    """A name out of a file as messages show it: short, on one line. It is bytes where it is not UTF-8."""
    text = name if isinstance(name, str) else name.decode("utf-8", "replace")
    plain = "".join(letter if letter.isprintable() else "?" for letter in text[:MOST_LETTERS])
    return f"`{plain}`"
