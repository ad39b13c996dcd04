"""stratrun: trading strategies as files. Names load on first use: `import stratrun` costs next to nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .engine.api import (
        backtest,
        backtest_portfolio,
        compile,  # noqa: A004 - the word of the field
        evaluate,
        load,
        load_candles,
        load_portfolio,
    )
    from .engine.diagnostics.diagnostic import Diagnostic, DocumentError, InputError
    from .engine.market.candles import Candles
    from .engine.market.timeframe import Timeframe

__version__: str
__all__ = [
    "Candles",
    "Diagnostic",
    "DocumentError",
    "InputError",
    "Timeframe",
    "backtest",
    "backtest_portfolio",
    "compile",
    "evaluate",
    "load",
    "load_candles",
    "load_portfolio",
]

_HOMES = {
    "Candles": "engine.market.candles",
    "Diagnostic": "engine.diagnostics.diagnostic",
    "DocumentError": "engine.diagnostics.diagnostic",
    "InputError": "engine.diagnostics.diagnostic",
    "Timeframe": "engine.market.timeframe",
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        found: Any = _version()
    elif name in __all__:
        from importlib import import_module

        found = getattr(import_module(f".{_HOMES.get(name, 'engine.api')}", __name__), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = found
    return found


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("stratrun")
    except PackageNotFoundError:
        return "0+unknown"
