"""stratrun: trading strategies as files. Names load on first use: `import stratrun` costs next to nothing."""

from __future__ import annotations

__version__: str


def __getattr__(name: str) -> str:
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib.metadata import PackageNotFoundError, version

    try:
        found = version("stratrun")
    except PackageNotFoundError:
        found = "0+unknown"
    globals()["__version__"] = found
    return found
