"""Write `grammar_table.py` from `grammar.lark`: `python -m stratrun.engine.language.expression.build_grammar`."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import lark
from lark.grammar import Rule
from lark.lexer import TerminalDef

GRAMMAR = Path(__file__).with_name("grammar.lark")
TABLE = Path(__file__).with_name("grammar_table.py")


def build(**options: Any) -> lark.Lark:
    """The parser made from the grammar's text."""
    return lark.Lark(GRAMMAR.read_text("utf-8"), parser="lalr", lexer="basic", **options)


def digest() -> str:
    """What ties a table to the grammar it was made from."""
    text = GRAMMAR.read_text("utf-8").replace("\r\n", "\n")
    return hashlib.sha256(text.encode()).hexdigest()


def table() -> str:
    """The source of `grammar_table.py`."""
    data, memo = build().memo_serialize([TerminalDef, Rule])
    return f'''"""The parser's table, made by build_grammar from grammar.lark; do not edit."""

# fmt: off
# ruff: noqa
from typing import Any

LARK = {lark.__version__!r}
GRAMMAR = {digest()!r}
DATA: Any = {_wrapped(data)}
MEMO: Any = {_wrapped(memo)}
'''


def _wrapped(value: object) -> str:
    return repr(value).replace("}, ", "},\n")


if __name__ == "__main__":
    TABLE.write_text(table(), "utf-8")
