"""Which diagnostics are told: `--select` and `--ignore` by prefix of their codes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from .diagnostic import Diagnostic

ALWAYS = ("SR0", "SR110", "SR117", "SR801", "SR804", "SR805", "SR806", "SR807")
"""What keeps a file from being read any further: a file nobody could check is never fine."""
_FORM = re.compile(r"SR[0-9]{0,3}")


@dataclass(frozen=True, slots=True)
class Choice:
    """Prefixes of codes; an empty `select` chooses all of them."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()

    def of(self, found: Iterable[Diagnostic]) -> list[Diagnostic]:
        """The chosen ones, in their order."""
        return [d for d in found if d.code.startswith(ALWAYS) or self._chosen(d.code)]

    def _chosen(self, code: str) -> bool:
        return (not self.select or code.startswith(self.select)) and not code.startswith(self.ignore or ("-",))


def prefixes(text: str, codes: Mapping[str, object]) -> tuple[str, ...]:
    """`SR2,SR404` as prefixes. Raises ValueError that names the nearest code for one that begins none."""
    found = tuple(part.strip().upper() for part in text.split(","))
    if not all(found):
        raise ValueError(f"'{text}' holds an empty code; write SR2 or SR2,SR404")
    for prefix in found:
        if not _FORM.fullmatch(prefix) or not any(code.startswith(prefix) for code in codes):
            near = nearest(prefix, codes)
            raise ValueError(
                f"no code begins with '{prefix}'"
                + (f"; did you mean {near}?" if near else "; codes are SR and up to three digits, such as SR2 or SR404")
            )
    return found


def nearest(code: str, codes: Iterable[str]) -> str | None:
    """The code that looks most like it: swapped digits first, then the longest common beginning."""
    digits = re.sub(r"[^0-9]", "", code)
    meant = f"SR{digits}" if 0 < len(digits) <= 3 else code.upper()
    near = get_close_matches(meant, codes, 100, 0.6)
    return max(near, key=lambda name: (sorted(name) == sorted(meant), _shared(name, meant)), default=None)


def _shared(one: str, other: str) -> int:
    return next((k for k, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
