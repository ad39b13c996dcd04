"""`stratrun indicators`: the catalogue in the terminal."""

from __future__ import annotations

import json
from difflib import get_close_matches
from itertools import groupby
from typing import Any

import click

from ..diagnostics.diagnostic import InputError
from ..indicators import CATALOGUE, Indicator, entries
from ..indicators.catalogue import InputKind, Parameter
from . import options
from .failures import told

_WRITTEN = (InputKind.SERIES, InputKind.CONDITION)


def _complete(_: click.Context, __: click.Parameter, typed: str) -> list[str]:
    return [name for name in CATALOGUE if name.startswith(typed)]


@click.command("indicators")
@click.argument("name", required=False, shell_complete=_complete)
@options.form
@told
def command(name: str | None, form: str) -> None:
    """List every indicator and series function, or explain the one called NAME."""
    if name is None:
        if form == "json":
            click.echo(json.dumps([_data(entry) for entry in entries()], indent=2))
        else:
            click.echo(_list())
        return
    entry = CATALOGUE.get(name.lower())
    if entry is None:
        near = get_close_matches(name.lower(), CATALOGUE, 1)
        hint = f"did you mean `{near[0]}`?" if near else "`stratrun indicators` lists them all"
        raise InputError(f"there is no indicator called `{name}`", help=hint)
    click.echo(json.dumps(_data(entry), indent=2) if form == "json" else _page(entry))


def signature(entry: Indicator) -> str:
    """How an author calls it, with defaults: `macd(source = close, fast = 12, slow = 26, signal = 9)`."""
    parts = [i.name + (f" = {i.default}" if i.default else "") for i in entry.inputs if i.kind in _WRITTEN]
    parts += [p.name + (f" = {p.default:g}" if p.default is not None else "") for p in entry.parameters]
    return f"{entry.name}({', '.join(parts)})"


def _list() -> str:
    lines = []
    by_family = sorted(entries(), key=lambda e: (e.family, e.name))
    for family, members in groupby(by_family, key=lambda e: e.family):
        lines += [family.capitalize()]
        lines += [f"  {signature(e):<58} {e.title}" for e in members]
        lines += [""]
    return "\n".join([*lines, f"{len(entries())} entries; `stratrun indicators NAME` explains one"])


def _range(parameter: Parameter) -> str:
    kind = "whole number" if parameter.integer else "number"
    return f"{kind} from {parameter.low:g} to {parameter.high:g}"


def _page(entry: Indicator) -> str:
    defaults = {p.name: p.default if p.default is not None else max(p.low, 10) for p in entry.parameters}
    settle = entry.settle(defaults)
    rows = [
        ("call", signature(entry)),
        ("also", ", ".join(entry.aliases) or "-"),
        ("reads", ", ".join(i.kind.value if i.kind not in _WRITTEN else i.name for i in entry.inputs)),
        *((p.name, f"{_range(p)}; {p.doc}" if p.doc else _range(p)) for p in entry.parameters),
        ("gives", ", ".join(_output(o) for o in entry.outputs)),
        ("known after", f"{max(entry.first(defaults))} candles"),
        ("settled after", f"{settle} candles" if isinstance(settle, int) else "never: it depends on the first candle"),
        ("convention", entry.convention),
        ("formula", entry.formula),
        ("source", entry.source),
    ]
    return "\n".join([entry.title, *(f"  {name:<14} {words}" for name, words in rows)])


def _output(output: Any) -> str:
    if output.low is None and output.high is None:
        return f"{output.name} ({output.dimension})"
    low = "-" if output.low is None else f"{output.low:g}"
    high = "-" if output.high is None else f"{output.high:g}"
    return f"{output.name} ({output.dimension}, {low} .. {high})"


def _data(entry: Indicator) -> dict[str, Any]:
    return {
        "name": entry.name,
        "title": entry.title,
        "family": entry.family,
        "aliases": list(entry.aliases),
        "call": signature(entry),
        "inputs": [{"name": i.name, "kind": i.kind.value, "default": i.default} for i in entry.inputs],
        "parameters": [
            {"name": p.name, "integer": p.integer, "default": p.default, "low": p.low, "high": p.high}
            for p in entry.parameters
        ],
        "outputs": [{"name": o.name, "dimension": o.dimension, "low": o.low, "high": o.high} for o in entry.outputs],
        "convention": entry.convention,
        "formula": entry.formula,
        "source": entry.source,
    }
