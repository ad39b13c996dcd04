"""A summary and its picture -> one page of HTML with everything inside: no address is ever asked for anything.

Words are escaped by the templates, data by `embedded`; the page's own policy allows the scripts written here, by their
digests, and nothing else, so that nothing which slips through could run or call home.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ..release import release

HERE = Path(__file__).parent
LIBRARY = "lightweight-charts.js"


def render(
    template: str, title: str, data: Mapping[str, Any], scripts: Sequence[str], *, library: str = LIBRARY, **words: Any
) -> bytes:
    """The page of a template; `data` is what its `scripts` (files of this folder, as is `library`) read."""
    sources = [_asset(library), "'use strict';\n(() => {\n" + "\n".join(map(_asset, scripts)) + "})();\n"]
    page = _templates().get_template(template).render(
        title=title, data=embedded(data), scripts=sources, script_hashes=" ".join(map(_digest, sources)),
        style=_asset("style.css"), version=release(), **words,
    )  # fmt: skip
    return page.encode()


def embedded(data: Mapping[str, Any]) -> str:
    """JSON that may stand inside a script element, whatever its strings hold."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


@cache
def _asset(name: str) -> str:
    return (HERE / name).read_text("utf-8")


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def _digest(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
