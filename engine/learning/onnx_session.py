"""A checked model in onnxruntime, held to one thread, to its memory and to its time: rows in, its answers out."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, wait
from threading import Thread
from typing import Any

from .fit import library

MOST_MEMORY = 256 * 1024 * 1024
"""Bytes that all models of this process may take for the rows they are at; their weights are not counted."""
MOST_SECONDS = 10.0
"""Without one row done."""
MOST_WORDS = 200
"""Letters of what a file or its library says of itself."""


class EndlessError(Exception):
    """No row was done in `MOST_SECONDS`."""


class Session:
    """`inputs` and `outputs` as onnxruntime tells them."""

    def __init__(self, data: bytes) -> None:
        """Raises InputError where onnxruntime is missing, and its own errors where the model does not load."""
        runtime = library("onnxruntime")
        _bound_memory(runtime)
        session = runtime.InferenceSession(data, _options(runtime), providers=["CPUExecutionProvider"])
        self._session, self._how = session, runtime.RunOptions()
        self._done = 0
        self.inputs, self.outputs = session.get_inputs(), session.get_outputs()

    def run(self, output: str, name: str, row: Any) -> Any:
        """One row through the model. Raises errors of onnxruntime that have no common base: see `reason`."""
        (made,) = self._session.run([output], {name: row}, self._how)
        self._done += 1
        return made

    def patiently(self, work: Callable[[], None]) -> None:
        """Do `work`, which calls `run`, in a thread of its own: onnxruntime hears no Ctrl-C, and only between two
        operators that it shall end. Raises what `work` raises, or EndlessError; after that the session is of no use."""
        future: Future[None] = Future()

        def done() -> None:
            try:
                work()
            except BaseException as error:
                future.set_exception(error)
            else:
                future.set_result(None)

        thread = Thread(target=done, name="onnx", daemon=True)
        thread.start()
        try:
            before = self._done
            while not wait((future,), MOST_SECONDS).done:
                if self._done == before:
                    raise EndlessError
                before = self._done
            future.result()
        finally:
            if not future.done():
                self._how.terminate = True
                thread.join(MOST_SECONDS)  # Python must not end while a thread comes back into it


def _options(runtime: Any) -> Any:
    options = runtime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    options.graph_optimization_level = runtime.GraphOptimizationLevel.ORT_DISABLE_ALL  # what it folds has no bounds
    options.add_session_config_entry("session.load_model_format", "ONNX")  # not what its first bytes may say
    options.add_session_config_entry("session.use_env_allocators", "1")
    options.add_session_config_entry("session.use_device_allocator_for_initializers", "1")
    return options


def _bound_memory(runtime: Any) -> None:
    kind = runtime.OrtAllocatorType.ORT_ARENA_ALLOCATOR
    place = runtime.OrtMemoryInfo("Cpu", kind, 0, runtime.OrtMemType.DEFAULT)
    as_asked = 1
    bounds = runtime.OrtArenaCfg({"max_mem": MOST_MEMORY, "arena_extend_strategy": as_asked})
    try:
        runtime.create_and_register_allocator(place, bounds)
    except RuntimeError as error:
        if "already been registered" not in str(error):  # by the model before
            raise


def reason(error: Exception) -> str:
    """The library's words on one line, without the numbers, names and places in its code before them."""
    text = str(error)
    if isinstance(error, MemoryError) or "vailable memory" in text or "allocate memory" in text:
        return f"one row takes more than {MOST_MEMORY >> 20} MiB of memory"
    text = text.rpartition("Status Message: ")[2].rpartition(" : ")[2]
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())[:MOST_WORDS]
