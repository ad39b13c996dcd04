"""Two strategies in, what differs between them out: each change once, with the places it reaches.

1. every value that decides is compared under its key; expressions are aligned part by part (pairing); 2. a change that
disappears when a param is set back is told as that param's; 3. what only names or describes is told apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ..diagnostics.diagnostic import DocumentError
from ..explaining.values import Setting, quantity_text, settings_of
from ..language.identity import Digests, meaning_hash
from ..language.strategy import Strategy
from .listed import aligned
from .pairing import Pair, Pairing
from .remarks import Remark, remarks
from .sources import Version

_MOST_PARAMS = 50
"""Params whose own effect is looked for: each costs reading the file again."""


@dataclass(frozen=True, slots=True)
class Change:
    """`before` or `after` is None for what was added or removed. `keys` are the places of the file it reaches;
    a param's change holds what it makes of the rules in `effects`."""

    keys: tuple[str, ...]
    before: str | None
    after: str | None
    effects: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Meaning:
    """`remarks` are changes without any effect on a decision."""

    old_hash: str
    new_hash: str
    changes: tuple[Change, ...]
    remarks: tuple[Remark, ...]

    @property
    def same(self) -> bool:
        return self.old_hash == self.new_hash


def compare(old: Version, new: Version) -> Meaning:
    """What changed in meaning from `old` to `new`."""
    before, after = old.strategy, new.strategy
    hashes = meaning_hash(before), meaning_hash(after)
    changes = [] if hashes[0] == hashes[1] else _changes(before, after)
    changes = _by_param(before, after, changes, new.load)
    return Meaning(*hashes, tuple(changes), tuple(remarks(old, new, hashes[0] == hashes[1])))


def _by_param(
    old: Strategy, new: Strategy, changes: list[Change], load: Callable[[Mapping[str, str]], Strategy]
) -> list[Change]:
    """The changes, those that a param brings about told below it."""
    found: list[Change] = []
    moved = [
        name for name, param in new.params.items()
        if name in old.params and old.params[name].unit == param.unit and old.params[name].value != param.value
    ]  # fmt: skip
    for name in moved[:_MOST_PARAMS]:
        was = old.params[name]
        try:
            back = load({name: quantity_text(was.value, was.unit)})
        except DocumentError:  # outside the range the newer file declares
            continue
        rest = {_told(change) for change in _changes(old, back)}
        effects = tuple(change for change in changes if _told(change) not in rest)
        changes = [change for change in changes if _told(change) in rest]
        if effects:
            now = new.params[name]
            texts = quantity_text(was.value, was.unit), quantity_text(now.value, now.unit)
            found.append(Change((f"params.{name}",), *texts, effects))
    return found + changes


def _told(change: Change) -> tuple[str | None, str | None]:
    return change.before, change.after


def _changes(old: Strategy, new: Strategy) -> list[Change]:
    pairing = Pairing(Digests(old), Digests(new))
    before, after = aligned(settings_of(old), settings_of(new))
    found: list[Change] = []
    for key in dict.fromkeys((*before, *after)):
        found += _at(key, before.get(key), after.get(key), pairing)
    for name in dict.fromkeys((*old.feeds, *new.feeds)):
        pair = old.feeds.get(name), new.feeds.get(name)
        if None not in pair and pair[0] != pair[1]:
            found.append(Change((f"feeds.{name}",), *pair))
    return _merged(_whole(found, before, after))


def _at(key: str, old: Setting | None, new: Setting | None, pairing: Pairing) -> list[Change]:
    if old is None or new is None:
        return [Change((key,), old.text if old else None, new.text if new else None)]
    if old.term is not None and new.term is not None and not old.whole:
        if pairing.same(old.term, new.term):
            return []
        pairs: Iterable[Pair] = pairing.pairs(old.term, new.term)
        # Equal words for unlike terms: a feed's symbol or the timezone changed, and is told for itself.
        return [Change((key,), pair.before, pair.after) for pair in pairs if pair.before != pair.after]
    same = pairing.same(old.term, new.term) if old.term is not None and new.term is not None else False
    return [] if same or old.text == new.text else [Change((key,), old.text, new.text)]


def _whole(changes: Sequence[Change], before: Mapping[str, Setting], after: Mapping[str, Setting]) -> list[Change]:
    """Added and removed blocks as one change each: `long` rather than each of its keys."""
    found: dict[tuple[str, ...], Change] = {}
    for change in changes:
        there = after if change.before is None else before if change.after is None else None
        missing = before if there is after else after
        (key,) = change.keys
        block = key
        while there is not None and "." in block and not _holds(missing, block.rpartition(".")[0]):
            block = block.rpartition(".")[0]
        if there is None or block == key or change.keys in found:
            found[*change.keys, change.before or "", change.after or ""] = change
        else:
            text = ", ".join(f"{k[len(block) + 1 :]}: {s.text}" for k, s in there.items() if _under(k, block))
            found[block,] = Change((block,), *((None, text) if there is after else (text, None)))
    return list(found.values())


def _holds(settings: Mapping[str, Setting], block: str) -> bool:
    return any(_under(key, block) for key in settings)


def _under(key: str, block: str) -> bool:
    return key == block or key.startswith(f"{block}.")


def _merged(changes: Iterable[Change]) -> list[Change]:
    """Equal changes at several places as one."""
    found: dict[tuple[object, ...], Change] = {}
    for change in changes:
        expression = change.before is not None and change.after is not None and change.keys[0].endswith(_RULES)
        told = _told(change) if expression else (*_told(change), change.keys)
        known = found.get(told)
        found[told] = change if known is None else replace(known, keys=known.keys + change.keys)
    return list(found.values())


_RULES = (".enter", ".when", "filters", "priority", ".stop", ".by")
"""Ends of the keys that hold expressions."""
