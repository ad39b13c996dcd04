"""Write `grammar_table.py` from `grammar.lark`: `python -m stratrun.engine.language.expression.build_grammar`.

lark works out the LALR table; nothing of lark is needed to read expressions with it (see `parser`).
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from pprint import pformat
from typing import Any

import lark
from lark.grammar import Rule
from lark.parsers.lalr_analysis import Shift

GRAMMAR = Path(__file__).with_name("grammar.lark")
TABLE = Path(__file__).with_name("grammar_table.py")


def build(**options: Any) -> lark.Lark:
    """lark's own parser of the grammar."""
    return lark.Lark(GRAMMAR.read_text("utf-8"), parser="lalr", lexer="basic", **options)


def digest() -> str:
    """What ties a table to the grammar it was made from."""
    text = GRAMMAR.read_text("utf-8").replace("\r\n", "\n")
    return hashlib.sha256(text.encode()).hexdigest()


def table() -> str:
    """The source of `grammar_table.py`."""
    made: Any = build()
    parse_table = made.parser.parser._parse_table
    rules = {rule: number for number, rule in enumerate(made.rules)}
    order = _in_order(parse_table)
    numbers = {state: number for number, state in enumerate(order)}
    states = [
        {symbol: numbers[to] if action is Shift else ~rules[to] for symbol, (action, to) in _sorted(parse_table, state)}
        for state in order
    ]
    shown = {
        "GRAMMAR": digest(),
        "PATTERN": _pattern(made),
        "WORDS": _words(made),
        "END": numbers[parse_table.end_states["start"]],
        "RULES": tuple(map(_rule, made.rules)),
        "STATES": tuple(states),
    }
    lines = (f"{name}: Any = {pformat(value, width=200, compact=True)}" for name, value in shown.items())
    return (
        '''"""The parser's table, made by build_grammar from grammar.lark; do not edit.

WORDS: names that are tokens of their own. RULES: what is made, of how many parts, the action, and of which parts
(true where a part is a run of its own). STATES: symbol -> the next state, or ~rule to reduce by.
"""

# fmt: off
# ruff: noqa
from typing import Any

'''
        + "\n".join(lines)
        + "\n"
    )


def _sorted(parse_table: Any, state: int) -> list[tuple[str, tuple[Any, Any]]]:
    return sorted(parse_table.states[state].items())


def _in_order(parse_table: Any) -> list[int]:
    """The states as they are reached from the first, so that the same grammar always gives the same table."""
    order = [parse_table.start_states["start"]]
    for state in order:
        for _, (action, to) in _sorted(parse_table, state):
            if action is Shift and to not in order:
                order.append(to)
    return order


def _rule(rule: Rule) -> tuple[str, int, str, tuple[tuple[int, bool], ...]]:
    kept = tuple(
        (at, symbol.name.startswith("_"))
        for at, symbol in enumerate(rule.expansion)
        if not getattr(symbol, "filter_out", False)
    )
    origin = str(rule.origin.name)
    action = rule.alias or ("" if origin.startswith("_") or rule.options.expand1 else origin)
    return origin, len(rule.expansion), action, kept


def _words(made: Any) -> dict[str, str]:
    """lark's rule: a terminal that is a plain text and also a NAME is told from names by its text."""
    name = next(t.pattern.to_regexp() for t in made.terminals if t.name == "NAME")
    texts = {t.pattern.value: str(t.name) for t in made.terminals if t.pattern.type == "str"}
    return {text: kind for text, kind in sorted(texts.items()) if re.fullmatch(name, text)}


def _pattern(made: Any) -> str:
    """All terminals as one pattern, in the order lark tries them; what is ignored is called `_`."""
    words = _words(made).values()
    order = sorted(
        (t for t in made.terminals if t.name not in words),
        key=lambda t: (-t.priority, -t.pattern.max_width, -len(t.pattern.value), t.name),
    )
    return "|".join(f"(?P<{'_' if t.name in made.ignore_tokens else t.name}>{t.pattern.to_regexp()})" for t in order)


if __name__ == "__main__":
    TABLE.write_text(table(), "utf-8")
