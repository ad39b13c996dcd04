"""The name of an exchange in, ccxt's class of it out, without importing the hundred others.

ccxt's packages import every exchange when they run. Here they stand in `sys.modules` with their true path and loader
but are not run yet, so that modules inside them import as ever; what those ask of them, errors and the base class, is
there. Whoever asks for anything else has the package run, then and there, and finds it whole. Where ccxt is laid out in
another way it is imported as usual. Each way leads to the same classes from the same files.
"""

from __future__ import annotations

import sys
from importlib import import_module, reload
from importlib.util import find_spec, module_from_spec
from threading import Lock
from types import ModuleType
from typing import Any

_BASES = {
    "ccxt": "ccxt.base.exchange",
    "ccxt.async_support": "ccxt.async_support.base.exchange",
    "ccxt.pro": "ccxt.async_support.base.exchange",
}
"""The packages, outer ones first, and whence each has its `Exchange`."""
_turn = Lock()


class Unrun(ModuleType):
    """A package that runs when something is asked of it that it does not have."""

    def __getattr__(self, name: str) -> Any:
        if type(self) is Unrun:
            self.__class__ = ModuleType  # type: ignore[assignment]  # Python allows it for modules
            reload(self)
        return getattr(self, name)


def exchange_class(name: str) -> Any:
    """`ccxt.pro.NAME`. Raises ImportError without ccxt, AttributeError for a name that ccxt does not have."""
    with _turn:
        ours = "ccxt" not in sys.modules
        try:
            if ours:
                _stand_in()
            if isinstance(sys.modules.get("ccxt.pro"), Unrun):
                return _alone(name)
        except Exception:  # another layout, or no such exchange: the packages themselves will tell
            if ours:
                _forget()
        return getattr(import_module("ccxt.pro"), name)


def _stand_in() -> None:
    for package in _BASES:
        spec = find_spec(package)
        if spec is None:
            raise ImportError(package)
        module = module_from_spec(spec)
        module.__class__ = Unrun
        sys.modules[package] = module
        outer, _, inner = package.rpartition(".")
        if outer:
            setattr(sys.modules[outer], inner, module)
    errors = import_module("ccxt.base.errors")
    for package, base in _BASES.items():  # in this order: the base class of the others asks the first for its own
        known = vars(sys.modules[package])
        known.update((error, getattr(errors, error)) for error in errors.__all__)
        known["Exchange"] = import_module(base).Exchange


def _alone(name: str) -> Any:
    """As the packages do it, the class takes the place of the module of its name."""
    for package in ("ccxt.async_support", "ccxt.pro"):
        found = getattr(import_module(f"{package}.{name}"), name)
        setattr(sys.modules[package], name, found)
    return found


def _forget() -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "ccxt"]:
        del sys.modules[name]
