"""A model in onnxruntime is held to its memory and to its time."""

from __future__ import annotations

from concurrent.futures import Future, wait
from pathlib import Path
from threading import Event, Semaphore
from types import SimpleNamespace

import numpy as np
import pytest
from onnx import helper

from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.learning import onnx_session
from stratrun.engine.learning.onnx_check import checked
from stratrun.engine.learning.onnx_session import EndlessError, Session, reason

from .onnx_files import foretold, model_of, opened, tensor


def sized(operator: str) -> list[object]:
    """Operators that make many numbers of a few."""
    sum_ = helper.make_node("ReduceMax", ["z"], ["y"], keepdims=0)
    if operator == "Range":
        return [
            helper.make_node("Range", ["zero", "many", "one"], ["whole"]),
            helper.make_node("Cast", ["whole"], ["z"], to=1), sum_,
        ]  # fmt: skip
    if operator == "ConstantOfShape":
        return [helper.make_node("ConstantOfShape", ["shape"], ["z"]), sum_]
    if operator == "Concat":  # twice as many each time
        steps = [helper.make_node("Concat", [f"c{k}"] * 2, [f"c{k + 1}"], axis=1) for k in range(40)]
        return [helper.make_node("Identity", ["x"], ["c0"]), *steps, helper.make_node("ReduceMax", ["c40"], ["y"])]
    return [helper.make_node(operator, ["x", "copies"], ["z"]), sum_]


@pytest.mark.parametrize("count", [10**8, 10**10, 2**62])
@pytest.mark.parametrize("operator", ["Expand", "Tile", "ConstantOfShape", "Range", "Concat"])
def test_a_model_that_fills_the_memory_is_told(operator: str, count: int, tmp_path: Path) -> None:
    """Any count of numbers out of a small file is one sentence, at the first row, whatever makes them; the next model
    runs as ever."""
    tensors = [
        tensor("copies", np.array([count, 1] if operator == "Tile" else [count, 2])),
        tensor("shape", np.array([count])), tensor("zero", np.int64(0)), tensor("one", np.int64(1)),
        tensor("many", np.int64(count)),
    ]  # fmt: skip
    model = opened(model_of(sized(operator), tensors), tmp_path)
    with pytest.raises(InputError, match=r"model\.onnx cannot be run: [^\n]+$") as told:
        foretold(model, [1, 2])
    if count == 10**8:  # onnxruntime has own words for what no machine could hold
        assert told.value.message.endswith("cannot be run: one row takes more than 256 MiB of memory")
    total = helper.make_node("ReduceSum", ["x"], ["y"], keepdims=0)
    assert foretold(opened(model_of([total]), tmp_path), [1, 2], [3, 4]) == [3.0, 7.0]


def test_weights_are_not_counted() -> None:
    """Many models of many symbols have many weights, each held to the size of its file: the bound is for the rows."""
    weights = tensor("w", np.ones((2, 4_000_000)))  # 32 MB
    nodes = [helper.make_node("Gather", ["w", "i"], ["g"], axis=1), helper.make_node("MatMul", ["x", "g"], ["y"])]
    data = checked(model_of(nodes, [weights, tensor("i", np.array([7]))]).SerializeToString())
    sessions = [Session(data) for _ in range(9)]
    row = np.array([[1.0, 2.0]], np.float32)
    assert {float(one.run("y", "x", row)[0, 0]) for one in sessions} == {3.0}


def products(count: int, size: int) -> list[object]:
    steps = [helper.make_node("MatMul", [f"m{k}", "w"], [f"m{k + 1}"]) for k in range(count)]
    first = helper.make_node("MatMul", ["x", "v"], ["z"])
    rows = helper.make_node("Expand", ["z", "shape"], ["m0"])
    return [first, rows, *steps, helper.make_node("ReduceMax", [f"m{count}"], ["y"], keepdims=0)]


def test_a_model_that_takes_too_long_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A minute of products of matrices ends, and what was to be run is stopped as well."""
    monkeypatch.setattr(onnx_session, "MOST_SECONDS", 0.2)
    size = 1024
    tensors = [
        tensor("w", np.eye(size)), tensor("v", np.ones((2, size))), tensor("shape", np.array([size, size])),
    ]  # fmt: skip
    model = opened(model_of(products(500, size), tensors), tmp_path)
    with pytest.raises(InputError, match="does not end: one row took more than 10 seconds"):
        foretold(model, [1, 2])
    with pytest.raises(InputError, match=r"cannot be run: .*terminate"):
        foretold(model, [1, 2])


def session() -> Session:
    return Session(checked(model_of([helper.make_node("ReduceSum", ["x"], ["y"], keepdims=0)]).SerializeToString()))


def test_an_operator_that_never_ends_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """What does not come back at all does not keep its caller."""
    monkeypatch.setattr(onnx_session, "MOST_SECONDS", 0.02)
    ever = Event()
    with pytest.raises(EndlessError):
        session().patiently(lambda: ever.wait() and None)
    ever.set()


def test_many_rows_may_take_their_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bound is for one row: as long as each time some row was done, there is no end to their number."""
    slow, row = session(), np.ones((1, 2), np.float32)
    go, gone, waits = Semaphore(0), Semaphore(0), iter(range(5))

    def rows() -> None:
        for _ in range(5):
            go.acquire()
            slow.run("y", "x", row)
            gone.release()

    def waited(futures: tuple[Future[None]], _: float) -> object:
        if next(waits, None) is None:
            return wait(futures)
        go.release()
        gone.acquire()
        return SimpleNamespace(done=set())

    monkeypatch.setattr(onnx_session, "wait", waited)
    slow.patiently(rows)
    assert next(waits, None) is None


def test_ctrl_c_does_not_wait_for_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """An interruption leaves at once and stops what is being run."""
    ever, stopped = Event(), session()

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(onnx_session, "wait", interrupted)
        patch.setattr(onnx_session, "MOST_SECONDS", 0.02)
        with pytest.raises(KeyboardInterrupt):
            stopped.patiently(lambda: ever.wait() and None)
    ever.set()
    with pytest.raises(Exception, match="terminate"):
        stopped.run("y", "x", np.ones((1, 2), np.float32))


def test_what_a_row_raises_is_raised() -> None:
    """The thread hides nothing and is gone afterwards."""

    def wrong() -> None:
        raise TimeoutError("of its own")

    with pytest.raises(TimeoutError, match="of its own"):
        session().patiently(wrong)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (MemoryError(), "one row takes more than 256 MiB of memory"),
        (
            RuntimeError("[E] : 1 : FAIL : node. Status Message: /a/b.cc:3 f() Available memory of 1 is"),
            "one row takes",
        ),
        (RuntimeError("[E] : 1 : FAIL : while running\nStatus Message: it \x1b[2J is wrong"), "it [2J is wrong"),
        (RuntimeError("x" * 1000), "x" * 200),
    ],
)
def test_reasons_are_short(error: Exception, words: str) -> None:
    """What onnxruntime says becomes a few words on one line."""
    assert reason(error).startswith(words)
    assert reason(error).isprintable()
    assert len(reason(error)) <= onnx_session.MOST_WORDS
