"""Tuned values as a file of their own: `--params FILE` reads it, and its receipt says where they came from."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..diagnostics.diagnostic import DocumentError
from ..language.structure.part import Part
from ..language.structure.shape import check_against, published
from ..language.structure.version import check_version
from ..language.yaml.source import read
from ..report.atomic import replacing
from .space import Point


@dataclass(frozen=True, slots=True)
class Tuned:
    """Values as texts that `--set` takes, and hashes of what they were tuned for: the strategy or portfolio at these
    values and its candles. A hash is empty where the receipt lacks it."""

    path: str
    values: Mapping[str, str]
    identity: str = ""
    candles: str = ""


def read_tuned(path: str | Path) -> Tuned:
    """Read a parameter file. Raises DocumentError with every mistake in it."""
    source = read(Path(path))
    report = source.report
    if source.root is not None and check_version(source.root, report):
        broken = check_against(source.root, _schema(), report)
        if not report.failed:
            values, receipt = (Part(source.root, broken).part(name) for name in ("params", "receipt"))
            texts = {key.text.value: values.string(key.text.value) for key, _ in values.node.entries}
            return Tuned(str(path), texts, receipt.string("tuned"), receipt.string("candles"))
    raise DocumentError(report.diagnostics())


def write_params(path: str, point: Point, receipt: Mapping[str, Any]) -> None:
    """Write values and receipt, whole or not at all. Raises InputError."""
    lines = ["# Tuned values; `stratrun backtest FILE --params THIS` reads them.", "stratrun: 2", "params:"]
    lines += [f"  {_name(name)}: {text}" for name, text in point.items()]
    lines += ["receipt:", *(f"  {key}: {_scalar(value)}" for key, value in receipt.items())]
    with replacing(Path(path)) as file:
        file.write(("\n".join(lines) + "\n").encode())


def _name(name: str) -> str:
    """As it is where YAML reads it so: a member may be called anything."""
    return name if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.-]*", name) else _scalar(name)


def _scalar(value: Any) -> str:
    """A value as JSON, which is YAML on one line."""
    return json.dumps(value, ensure_ascii=False)


def _schema() -> dict[str, Any]:
    """A document of a version, values by name, and a receipt that may hold anything."""
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["stratrun", "params"],
        "properties": {
            "stratrun": published()["properties"]["stratrun"],
            "params": {"type": "object", "additionalProperties": {"type": ["number", "string"]}},
            "receipt": {"type": "object"},
        },
        "definitions": published()["definitions"],
    }
