"""One decorator for every numeric loop.

A kernel is a plain Python function over one-dimensional columns. Small work runs it interpreted (over
memoryviews, without importing Numba), large work runs the very same function as machine code. Both give
equal bytes, so a kernel uses scalar loops only: `x * x` and not `x ** 2`, guarded divisions, no reductions.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import hashlib
import os
import re
import shutil
import tempfile
import time
import types
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeVar

import platformdirs

F = TypeVar("F", bound=Callable[..., Any])

UNUSED = 30 * 24 * 3600
"""Seconds after which the machine code of other sources is removed."""


class Column(Protocol):
    """A one-dimensional column: a NumPy array or a memoryview of one."""

    def __getitem__(self, index: Any, /) -> Any: ...
    def __setitem__(self, index: Any, value: Any, /) -> None: ...
    def __len__(self) -> int: ...


_compiled: dict[types.FunctionType, Any] = {}
_callees: dict[types.FunctionType, Any] = {}
_dtypes: dict[type, Any] = {}


def kernel(function: F) -> F:
    """Mark `function` as a kernel: callable as it is, and by `compiled`."""
    function.__kernel__ = True  # type: ignore[attr-defined]  # a mark
    return function


def rare(function: F) -> F:
    """A kernel for what seldom happens: other kernels call it instead of holding a copy, which compiles faster."""
    function.__rare__ = True  # type: ignore[attr-defined]  # a mark
    return kernel(function)


def unsigned(row: int) -> int:
    """A row number that machine code knows not to be negative: plain loops over such rows become vector instructions.

    It may only be added to, and compared with, others of its kind.
    """
    return row


def compiled(function: Any) -> Any:
    """The machine-code form of a kernel, kept on disk where possible; kernels it calls are compiled into it."""
    found = _compiled.get(function)
    if found is None:
        twin = _twin(function)
        found = _compiled[function] = (_keeping(twin) if kept() else None) or _machine(twin)
    return found


def _machine(twin: types.FunctionType) -> Any:
    import numba

    # Kernels allocate nothing: without Numba's run time, no references are counted (two thirds of the loop's time).
    return numba.njit(nogil=True, _nrt=False)(twin)


def _keeping(twin: types.FunctionType) -> Any:
    """Machine code that Numba keeps in our folder; None where it would keep it elsewhere, to outlive the sources."""
    from numba.core import config

    settings, machine, folder = vars(config), _machine(twin), _cache_folder()
    before = {name: settings.get(name) for name in ("CACHE_DIR", "CACHE_LOCATOR_CLASSES")}
    settings.update(CACHE_DIR=str(folder), CACHE_LOCATOR_CLASSES="")
    try:
        machine.enable_caching()
    except RuntimeError:  # no place at all
        return None
    finally:
        settings.update(before)  # other code of the process keeps its own cache
    return machine if folder in Path(machine.stats.cache_path).parents else None


def _callee(function: Any) -> Any:
    """A kernel as another kernel calls it: no way in from Python, which halves its compilation."""
    found = _callees.get(function)
    if found is None:
        import numba

        # Pasted into its callers by LLVM; arguments that are tuples of arrays cost nothing then.
        pasted = not getattr(function, "__rare__", False)
        make: Any = numba.njit(
            nogil=True, _nrt=False, forceinline=pasted, no_cpython_wrapper=True, no_cfunc_wrapper=True
        )
        found = _callees[function] = make(_twin(function))
    return found


def _twin(function: types.FunctionType) -> types.FunctionType:
    """The same code in a scope where the kernels it calls are compiled ones."""
    scope = dict(function.__globals__)
    for name in function.__code__.co_names:
        if getattr(scope.get(name), "__kernel__", False):
            scope[name] = _callee(scope[name])
        elif scope.get(name) is unsigned:
            scope[name] = _unsigned()
    twin = types.FunctionType(function.__code__, scope, function.__name__, function.__defaults__, function.__closure__)
    twin.__qualname__ = function.__qualname__
    twin.__module__ = function.__module__
    return twin


def _unsigned() -> Any:
    """`unsigned` in machine code."""
    import numpy as np

    return np.uint64


def prepared() -> bool:
    """Whether this machine has compiled these kernels before (the first time takes half a minute)."""
    return any(_cache_folder().glob("*/*.nbi")) and kept()


@functools.cache
def kept() -> bool:
    """Whether machine code can be kept on disk for the next run; makes its folder and forgets long unused ones."""
    folder = _cache_folder()
    try:
        fresh = not folder.is_dir()
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"kernels")
        os.utime(folder)
    except OSError:
        return False
    if fresh:
        _forget(folder.parent)
    return True


def _forget(parent: Path) -> None:
    """Remove the folders of other sources that no run has used for long."""
    with contextlib.suppress(OSError):
        for folder in parent.iterdir():
            if re.fullmatch("[0-9a-f]{16}", folder.name) and time.time() - folder.stat().st_mtime > UNUSED:
                shutil.rmtree(folder, ignore_errors=True)


@functools.cache
def _cache_folder() -> Path:
    """A folder named by the kernels' sources: Numba's own check sees one file, never the kernels it calls.

    Numba itself tells its releases, Python's and processors apart.
    """
    digest = hashlib.sha256()
    root = Path(__file__).parent
    rooms = (Path(__file__).name, "market/*.py", "indicators/**/*.py", "graph/*.py", "trading/*.py")
    for path in sorted(path for room in rooms for path in root.glob(room)):
        digest.update(path.read_bytes())
    digest.update(os.environ.get("NUMBA_BOUNDSCHECK", "").encode())
    chosen = os.environ.get("NUMBA_CACHE_DIR") or platformdirs.user_cache_dir("stratrun", "stratrun")
    return Path(chosen).absolute() / "kernels" / digest.hexdigest()[:16]


def dtype_of(record: type) -> Any:
    """The NumPy record type of a dataclass of floats and ints."""
    found = _dtypes.get(record)
    if found is None:
        import numpy as np

        kinds = {"float": np.float64, "int": np.int64}
        found = _dtypes[record] = np.dtype([(f.name, kinds[str(f.type)]) for f in dataclasses.fields(record)])
    return found


def table(rows: Sequence[Any], machine_code: bool) -> Any:
    """Rows of one dataclass (floats and ints, never empty) for kernels: `table[k].field` reads and writes.

    Interpreted, they are the objects themselves; as machine code, a NumPy record array filled from them.
    """
    if not machine_code:
        return list(rows)
    import numpy as np

    kind = dtype_of(type(rows[0]))
    return np.array([tuple(getattr(row, name) for name in kind.names) for row in rows], kind)


def unpacked(rows: Any, record: type) -> list[Any]:
    """The rows of a `table` as dataclass objects, whichever form it has."""
    return rows if isinstance(rows, list) else [record(*row.tolist()) for row in rows]


def views(columns: Any) -> Any:
    """The same columns as memoryviews: Python reads one of their numbers three times faster than an array's.

    Takes an array, or a tuple or NamedTuple of arrays and plain numbers, and gives the same shape back.
    """
    if isinstance(columns, tuple):
        parts = [views(column) for column in columns]
        return type(columns)(*parts) if hasattr(columns, "_fields") else tuple(parts)
    return memoryview(columns) if hasattr(columns, "dtype") else columns


class Call(NamedTuple):
    """A kernel with all arguments but the rows bound: `call(lo, hi)`."""

    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    row: Callable[[int], Any] = int

    def __call__(self, lo: int, hi: int) -> Any:
        return self.function(*self.arguments, self.row(lo), self.row(hi))


def bind(function: Callable[..., Any], arguments: tuple[Any, ...], machine_code: bool, signed: bool = False) -> Call:
    """Bind a kernel to its columns, as machine code or interpreted.

    Rows go in as unsigned numbers, so that no index can be negative and plain loops become vector instructions;
    `signed` is for a kernel that computes with row numbers.
    """
    if not machine_code:
        return Call(function, views(arguments))
    if signed:
        return Call(compiled(function), arguments)
    import numpy as np

    return Call(compiled(function), arguments, np.uint64)
