"""Words a user typed in, catalogue entries out: by name, alias, any word of the title, and near miss."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from itertools import groupby

from ..diagnostics.diagnostic import InputError
from ..indicators import CATALOGUE, Indicator, entries

_NEAR = 3
_SHOWN = 60


def by_family(found: Iterable[Indicator]) -> list[tuple[str, list[Indicator]]]:
    """Families by name, with their entries by name."""
    ordered = sorted(found, key=lambda entry: (entry.family, entry.name))
    return [(family, list(members)) for family, members in groupby(ordered, key=lambda entry: entry.family)]


def named(text: str) -> Indicator | None:
    """The entry of exactly that name or alias, however it is written: `RSI`, `ta.rsi`, `Stoch-RSI`."""
    wanted = _plain(text)
    return next((entry for name, entry in CATALOGUE.items() if _plain(name) == wanted), None)


def family_of(text: str) -> str:
    """The family of that name. Raises InputError, with the families."""
    families = [family for family, _ in by_family(entries())]
    if text.strip().lower() in families:
        return text.strip().lower()
    near = get_close_matches(text.strip().lower(), families, 1)
    hint = f"did you mean `{near[0]}`?" if near else f"the families are {', '.join(families)}"
    raise InputError(f"there is no family called `{text}`", help=hint)


def search(words: Sequence[str], family: str | None = None) -> list[Indicator]:
    """Entries that hold every word in a name, an alias, the title or the family.

    Raises InputError when there is none; its help names the nearest ones.
    """
    among = [entry for entry in entries() if family in (None, entry.family)]
    wanted = [word.lower() for text in words for word in text.split()]
    found = [entry for entry in among if (wanted or not words) and all(_holds(entry, word) for word in wanted)]
    if found:
        return found
    text = " ".join(words)
    place = f" in the family {family}" if family else ""
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
    raise InputError(f"no indicator is called `{shown}`, and none has it in its title{place}", help=_nearest(text))


def _holds(entry: Indicator, word: str) -> bool:
    texts = (entry.name, entry.title.lower(), entry.family, *entry.aliases)
    return any(word in text for text in texts) or any(_plain(word) in _plain(name) for name in _names(entry))


def _nearest(text: str) -> str:
    words = {_plain(name): entry for entry in entries() for name in (*_names(entry), entry.title)}
    near = get_close_matches(_plain(text), words, _NEAR, 0.6)
    found = list(dict.fromkeys(f"`{words[name].name}` ({words[name].title})" for name in near))
    return f"did you mean {' or '.join(found)}?" if found else "`stratrun indicators` lists them all"


def _names(entry: Indicator) -> tuple[str, ...]:
    return (entry.name, *entry.aliases)


def _plain(text: str) -> str:
    """Letters and digits alone, without the prefix of TradingView or TA-Lib."""
    text = re.sub(r"^(ta|talib)\.", "", text.strip().lower())
    return re.sub(r"[^a-z0-9]", "", text) or text
