"""Two terms in, the smallest parts that differ out: as (before, after) pairs, None for what was added or removed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..explaining.expression import expression_of
from ..indicators import CATALOGUE
from ..language.identity import Digests
from ..language.term import Op, Term

_JOINED = (Op.AND, Op.OR)
_LEAVES = (Op.CONSTANT, Op.FIELD, Op.TIME, Op.POSITION)


class Pair(NamedTuple):
    """The texts of a part before and after; None where there was none."""

    before: str | None
    after: str | None


class Pairing:
    """Aligns the terms of an older strategy with those of a newer one."""

    def __init__(self, old: Digests, new: Digests) -> None:
        self._old, self._new = old, new

    def same(self, a: Term, b: Term) -> bool:
        return self._old.of(a) == self._new.of(b)

    def pairs(self, a: Term, b: Term) -> list[Pair]:
        """What changed between two conditions or series; never empty for unlike ones.

        One changed number gives one pair, however deep it stands.
        """
        found: dict[Pair, None] = {}
        stack: list[tuple[Term | None, Term | None]] = [(a, b)]
        while stack:
            before, after = stack.pop()
            if before is None or after is None:
                found[self._texts(before, after)] = None
                continue
            if self.same(before, after):
                continue
            before, after = _bare(before), _bare(after)
            inside = self._inside(before, after)
            if inside is None:
                found[self._shortest(before, after)] = None
            else:
                stack.extend(reversed(inside))
        return list(found)

    def _inside(self, a: Term, b: Term) -> list[tuple[Term | None, Term | None]] | None:
        """The parts to compare instead of `a` and `b`; None where these are the smallest that can be told."""
        joint = a.op if a.op in _JOINED else b.op if b.op in _JOINED else None
        if joint is not None:
            both = a.op in _JOINED and b.op in _JOINED
            return None if both and a.op is not b.op else self._aligned(_parts(a, joint), _parts(b, joint))
        alike = a.op is b.op and len(a.args) == len(b.args) and a.params == b.params
        if not alike or self._old.clock(a) != self._new.clock(b):
            return None
        differing = [(x, y) for x, y in zip(a.args, b.args, strict=True) if not self.same(x, y)]
        if not differing or any(_bare(x).op in _LEAVES or _bare(y).op in _LEAVES for x, y in differing):
            return None
        return list(differing)

    def _aligned(self, old: list[Term], new: list[Term]) -> list[tuple[Term | None, Term | None]]:
        """Equal parts dropped, then the likest of those left paired; what remains was removed or added."""
        kept = {self._old.of(term) for term in old} & {self._new.of(term) for term in new}
        gone = [term for term in old if self._old.of(term) not in kept]
        come = [term for term in new if self._new.of(term) not in kept]
        return self._regrouped(gone, come) or self._likest(gone, come)

    def _regrouped(self, gone: list[Term], come: list[Term]) -> list[tuple[Term | None, Term | None]] | None:
        """`a and (b or c)` that became `a and b and c`, or the other way round: the bracket against its parts."""
        for whole, parts, first in ((gone, come, True), (come, gone, False)):
            if len(whole) != 1 or whole[0].op not in _JOINED or len(parts) != len(whole[0].args):
                continue
            ours, theirs = (self._old, self._new) if first else (self._new, self._old)
            if {ours.of(arg) for arg in whole[0].args} == {theirs.of(part) for part in parts}:
                other = Op.AND if whole[0].op is Op.OR else Op.OR
                joined = Term(other, tuple(parts), (), parts[0].clock, parts[0].dimension)
                return [(whole[0], joined) if first else (joined, whole[0])]
        return None

    def _likest(self, gone: list[Term], come: list[Term]) -> list[tuple[Term | None, Term | None]]:
        scores = sorted(
            ((self._likeness(a, b), -i, -k) for i, a in enumerate(gone) for k, b in enumerate(come)), reverse=True
        )
        matched: dict[int, int] = {}
        for score, i, k in scores:
            if score > 0 and -i not in matched and -k not in matched.values():
                matched[-i] = -k
        found: list[tuple[Term | None, Term | None]] = [
            (term, come[matched[i]] if i in matched else None) for i, term in enumerate(gone)
        ]
        found += [(None, term) for k, term in enumerate(come) if k not in matched.values()]
        return found

    def _texts(self, a: Term | None, b: Term | None) -> Pair:
        before = None if a is None else expression_of(a, self._old.own)
        return Pair(before, None if b is None else expression_of(b, self._new.own))

    def _shortest(self, a: Term, b: Term) -> Pair:
        """The texts; the same output of one indicator on both sides is left out, so that its call is told once."""
        pair = self._texts(a, b)
        if a.op is b.op is Op.INDICATOR and a.params[:2] == b.params[:2] and pair.before and pair.after:
            entry = CATALOGUE[str(a.params[0])]
            if len(entry.outputs) > 1:
                return Pair(pair.before.rpartition(".")[0], pair.after.rpartition(".")[0])
        return pair

    def _likeness(self, a: Term, b: Term) -> float:
        """0 for nothing in common; an operator in common, then nodes in common, make it more."""
        bare, other = _bare(a), _bare(b)
        ours, theirs = _nodes(a, self._old), _nodes(b, self._new)
        shared = len(ours & theirs) / max(1, len(ours | theirs))
        kinds = len(_kinds(a) & _kinds(b)) / max(1, len(_kinds(a) | _kinds(b)))
        return (1.0 if bare.op is other.op else 0.0) + shared + kinds


def _bare(term: Term) -> Term:
    return term.args[0] if term.op is Op.LIFT else term


def _parts(term: Term, joint: Op) -> list[Term]:
    """What `joint` joins in a term, the term itself where it is another."""
    found: list[Term] = []
    stack = [term]
    while stack:
        part = stack.pop()
        if part.op is joint and part.clock == term.clock:
            stack.extend(reversed(part.args))
        else:
            found.append(part)
    return found


def _walk(root: Term) -> Iterator[Term]:
    seen: set[Term] = set()
    stack = [root]
    while stack:
        term = stack.pop()
        if term not in seen:
            seen.add(term)
            yield term
            stack.extend(term.args)


def _nodes(root: Term, digests: Digests) -> set[str]:
    return {digests.of(term) for term in _walk(root) if term.op is not Op.CONSTANT}


def _kinds(root: Term) -> set[str]:
    """Operators and indicators in a term."""
    return {str(term.params[0]) if term.op in (Op.INDICATOR, Op.FIELD) else str(term.op) for term in _walk(root)}
