"""Text of an expression in, tree out: a lexer and an LALR parser driven by the table made from `grammar.lark`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Set
from functools import cache
from operator import itemgetter
from typing import Any

from . import grammar_table
from .syntax import Actions, Token
from .tree import Node

_TOKEN = re.compile(grammar_table.PATTERN)
_STATES: tuple[dict[str, int], ...] = grammar_table.STATES
_FINISH = "$END"
Rule = tuple[str, int, Callable[[list[Any]], Any] | None]
"""What is made, of how many parts, and how; None where a single part stands for the whole."""


class Stopped(Exception):  # noqa: N818 - control flow, never seen outside this room
    """No expression goes on like this. `kind` is the token at `at`: "" where there is none, $END at the end."""

    def __init__(self, at: int, kind: str, expected: Set[str]) -> None:
        super().__init__(at, kind)
        self.at, self.kind, self.expected = at, kind, expected


def tree_of(text: str) -> Node:
    """Parse `text`. Raises Stopped where it is not an expression."""
    rules = _rules()
    states = [0]
    values: list[Any] = []
    for token in tokens(text):
        kind = token.kind
        while True:
            step = _STATES[states[-1]].get(kind)
            if step is None:
                raise Stopped(token.start, kind, _expected(states))
            if step >= 0:
                states.append(step)
                values.append(token)
                break
            made, size, make = rules[~step]
            if make is None:
                states[-1] = _STATES[states[-2]][made]
            else:
                parts = values[-size:]
                del values[-size:], states[-size:]
                values.append(make(parts))
                states.append(_STATES[states[-1]][made])
            if states[-1] == grammar_table.END and kind == _FINISH:
                tree: Node = values[-1]
                return tree
    raise AssertionError("the last token ends the expression or is refused")


def tokens(text: str) -> Iterator[Token]:
    """The words of an expression, the last one being $END. Raises Stopped where a character begins none."""
    words: dict[str, str] = grammar_table.WORDS
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise Stopped(at, "", frozenset())
        kind = found.lastgroup or ""
        if kind != "_":
            word = found[0]
            yield Token(words.get(word, kind) if kind == "NAME" else kind, word, at, found.end())
        at = found.end()
    yield Token(_FINISH, "", len(text.rstrip()), len(text))


def _expected(states: list[int]) -> frozenset[str]:
    """The kinds of tokens that could stand here: not all that a state names survive the reductions before them."""
    return frozenset(kind for kind in _STATES[states[-1]] if kind.isupper() and _accepts(states[:], kind))


def _accepts(states: list[int], kind: str) -> bool:
    while True:
        step = _STATES[states[-1]].get(kind)
        if step is None:
            return False
        if step >= 0:
            return True
        made, size, _, _ = grammar_table.RULES[~step]
        del states[len(states) - size :]
        states.append(_STATES[states[-1]][made])
        if states[-1] == grammar_table.END:
            return kind == _FINISH


@cache
def _rules() -> tuple[Rule, ...]:
    return tuple((made, size, _maker(made, size, action, kept)) for made, size, action, kept in grammar_table.RULES)


def _maker(made: str, size: int, action: str, kept: tuple[tuple[int, bool], ...]) -> Callable[[list[Any]], Any] | None:
    """How a rule's parts become its value: those kept, runs of them unrolled, given to its action."""

    def chosen(parts: list[Any]) -> list[Any]:
        found: list[Any] = []
        for at, run in kept:
            if run:
                found += parts[at]
            else:
                found.append(parts[at])
        return found

    if action:
        act: Callable[[list[Any]], Any] = getattr(Actions, action)
        whole = kept == tuple((at, False) for at in range(size))
        return act if whole else lambda parts: act(chosen(parts))
    if made.startswith("_"):
        return chosen
    ((at, _),) = kept
    return None if size == 1 else itemgetter(at)
