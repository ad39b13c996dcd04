"""A value for a term from those of its arguments, each term once and without recursion: definitions may chain long."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from ..term import Term

T = TypeVar("T")


def arguments(term: Term) -> Sequence[Term]:
    return term.args


def fold(
    term: Term, known: dict[Term, T], compute: Callable[[Term], T], inside: Callable[[Term], Sequence[Term]] = arguments
) -> T:
    """`compute(term)`, asked when `known` holds what is `inside` the term; the answers are kept there."""
    stack = [term]
    while stack:
        top = stack[-1]
        missing = [] if top in known else [a for a in inside(top) if a not in known]
        if missing:
            stack += missing
            continue
        stack.pop()
        if top not in known:
            known[top] = compute(top)
    return known[term]
