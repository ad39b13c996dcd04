"""An expression's text in, the same with its blanks in order out; numbers, names and line breaks stay as written."""

from __future__ import annotations

from collections.abc import Sequence

from ..expression.parse import tree_in
from ..expression.parser import tokens
from ..expression.syntax import Token

_TIGHT_BEFORE = frozenset(("RPAR", "RSQB", "COMMA", "LSQB", "DOT", "PERCENT", "EQUAL", "$END"))
_TIGHT_AFTER = frozenset(("LPAR", "LSQB", "DOT", "EQUAL"))
_OPERAND_ENDS = frozenset(("NUMBER", "NAME", "PERCENT", "RPAR", "RSQB"))


def spaced(lines: Sequence[str]) -> list[str] | None:
    """The lines of an expression in canonical spacing; None where they are no expression."""
    text = "\n".join(lines)
    tree = tree_in(text)
    if tree is None:
        return None
    written = _join(list(tokens(text))[:-1], text)
    return written.split("\n") if tree_in(written) == tree else None


def _join(found: list[Token], text: str) -> str:
    parts: list[str] = []
    before = Token("", "", 0, 0)
    names = False
    """Whether the token before is a name or ends an operand: a bracket calls it, a minus subtracts from it."""
    sign = False
    """Whether the token before is a minus of one operand."""
    for token in found:
        if "\n" in text[before.end : token.start] and parts:
            parts.append("\n")
        elif parts and not (sign or _tight(before.kind, token.kind, names)):
            parts.append(" ")
        parts.append(token.text)
        sign = token.kind == "MINUS" and not names
        names = token.kind in _OPERAND_ENDS or before.kind == "DOT"
        before = token
    return "".join(parts)


def _tight(before: str, after: str, names: bool) -> bool:
    """Whether two neighbours touch; `names` tells that the first ends an operand."""
    if before in _TIGHT_AFTER or after in _TIGHT_BEFORE:
        return True
    return after == "LPAR" and names and before not in ("NUMBER", "PERCENT", "RPAR", "RSQB")
