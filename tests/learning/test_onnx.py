"""Models made elsewhere: ONNX files written here by hand, run, and refused where they are not what was said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.learning.model_file import MOST_BYTES, hash_of, read_model
from stratrun.engine.learning.onnx_model import OnnxModel
from stratrun.engine.learning.spec import Made, Spec, Told

from .conftest import Numbers

WEIGHTS = np.array([[0.4], [-1.3], [2.2]], np.float32)


def written(folder: Path, width: object = 3, last: str = "Sigmoid", name: str = "model.onnx") -> Path:
    """A logistic model of three features, as other software writes one."""
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, width])
    y = helper.make_tensor_value_info("chance", TensorProto.FLOAT, [None, 1])
    nodes = [helper.make_node("MatMul", ["x", "w"], ["z"]), helper.make_node(last, ["z"], ["chance"])]
    graph = helper.make_graph(nodes, "logistic", [x], [y], [numpy_helper.from_array(WEIGHTS, "w")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    place = folder / name
    place.write_bytes(model.SerializeToString())
    return place


def opened(
    place: Path, features: int = 3, chances: bool = True, output: str = "", sha256: str | None = None
) -> OnnxModel:
    found = hash_of(place.read_bytes()) if sha256 is None else sha256
    spec = Spec("onnx", features, made=Made(found, chances, output))
    return OnnxModel(spec, Told("up", tuple("abc"[:features]), str(place)))


def foretold(model: OnnxModel, x: Numbers, cuts: tuple[int, ...] = ()) -> list[Numbers]:
    made = [np.empty(len(x)) for _ in range(3)]
    prices = [np.ones(len(x))] * 4
    lo = 0
    for hi in (*cuts, len(x)):
        model.extend([*prices, *np.ascontiguousarray(x.T)], made, lo, hi)
        lo = hi
    return made


def test_a_file_foretells_what_it_says(tmp_path: Path) -> None:
    """The probability is the logistic one of the weights; any chunking gives the same bytes."""
    x = np.random.default_rng(4).normal(size=(50, 3))
    model = opened(written(tmp_path))
    value, probability, confidence = foretold(model, x)
    np.testing.assert_allclose(value, 1.0 / (1.0 + np.exp(-(x @ WEIGHTS.astype(float)).ravel())), rtol=1e-5)
    assert probability.tobytes() == value.tobytes()
    np.testing.assert_allclose(confidence, np.abs(2 * value - 1))
    assert foretold(model, x, (1, 2, 3, 30))[0].tobytes() == value.tobytes()


def test_an_unknown_feature_foretells_nothing(tmp_path: Path) -> None:
    """NaN, infinite and huge features give an unknown value, not whatever the file makes of them."""
    x = np.zeros((4, 3))
    x[0, 1], x[1, 2], x[2, 0] = np.nan, np.inf, 1e200
    value = foretold(opened(written(tmp_path)), x)[0]
    assert np.isnan(value).tolist() == [True, True, True, False]


def test_a_probability_outside_its_bounds_is_unknown(tmp_path: Path) -> None:
    """A file that does not give probabilities cannot pretend to."""
    value = foretold(opened(written(tmp_path, last="Identity")), np.full((1, 3), 5.0))[0]
    assert np.isnan(value).all()
    value, probability, confidence = foretold(
        opened(written(tmp_path, last="Identity"), chances=False), np.full((1, 3), 5.0)
    )
    assert value[0] == pytest.approx(6.5, rel=1e-6)
    assert np.isnan([probability[0], confidence[0]]).all()


def test_another_file_is_refused(tmp_path: Path) -> None:
    """Every way of not being the file that was meant is told, before anything runs."""
    place = written(tmp_path)
    with pytest.raises(InputError, match="is not the one"):
        opened(place, sha256="0" * 64)
    with pytest.raises(InputError, match="takes 3 features, and 2 are listed"):
        opened(place, features=2)
    with pytest.raises(InputError, match="has no output `other`"):
        opened(place, output="other")
    whole = place.read_bytes()
    for content in (b"\x80\x04not a model", b"", whole[: len(whole) // 2]):
        junk = tmp_path / "junk.onnx"
        junk.write_bytes(content)
        with pytest.raises(InputError, match=r"junk\.onnx is no whole ONNX model$") as told:
            opened(junk)
        assert told.value.help
    missing = Spec("onnx", 3, made=Made("0" * 64, True))
    with pytest.raises(InputError, match="cannot be read"):
        OnnxModel(missing, Told("up", ("a", "b", "c"), str(tmp_path / "none.onnx")))


def test_what_onnxruntime_cannot_load_is_one_sentence(tmp_path: Path) -> None:
    """A whole file whose operators do not fit together is told without the library's numbers and places."""
    with pytest.raises(InputError, match=r"model\.onnx does not load: [A-Z][^\n]+$") as told:
        opened(written(tmp_path, width=4))
    assert told.value.help
    assert "onnxruntime_src" not in str(told.value)


def test_a_file_is_small(tmp_path: Path) -> None:
    """One byte above the limit is refused without being read on; what is no file is not waited for."""
    large = tmp_path / "large.onnx"
    with large.open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    with pytest.raises(ValueError, match="64 MiB"):
        read_model(large)
    with pytest.raises(OSError, match="not a file"):
        read_model(tmp_path)


def test_identity_is_of_the_bytes(tmp_path: Path) -> None:
    """Where the file lies does not count; what it holds does."""
    one = Spec("onnx", 3, made=Made("0" * 64, True))
    assert Spec.read(one.text) == one
    assert replace(one, made=Made("1" * 64, True)).text != one.text
