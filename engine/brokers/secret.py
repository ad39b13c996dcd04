"""What must never be shown: values that hide themselves, and texts cleaned of them."""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Iterable
from typing import NoReturn
from urllib.parse import quote, quote_plus

HIDDEN = "***"
_QUERY = re.compile(r"\?[^\s\"'<>]+")
_NAMED = re.compile(
    r"(?i)\b(api[-_]?key|apikey|secret|password|passphrase|signature|sign|listen[-_]?key|token|authorization|X-MBX-APIKEY)"
    r"([\"']?\s*[=:]\s*[\"']?)(?:Bearer\s+)?[^\s\"'&,;}]+"
)
_LONGEST = 400


class Secret:
    """A text that only `reveal` gives. Its repr, str, format and JSON never show it, and it cannot be pickled."""

    __slots__ = ("__value",)

    def __init__(self, value: str) -> None:
        self.__value = value

    def reveal(self) -> str:
        return self.__value

    def __repr__(self) -> str:
        return f"Secret({HIDDEN})"

    def __str__(self) -> str:
        return HIDDEN

    def __format__(self, spec: str) -> str:
        return HIDDEN

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self.__value.encode(), other.__value.encode())

    __hash__ = None  # type: ignore[assignment]  # a hash would let the value be guessed

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: object) -> Secret:
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a secret cannot be pickled")


class Redactor:
    """Cleans texts of given secrets, of what is named like one, and of every URL's query. `told` rewords them first,
    such as `Endpoint.told`."""

    def __init__(self, secrets: Iterable[Secret] = (), told: Callable[[str], str] = str) -> None:
        self._told = told
        values = {secret.reveal() for secret in secrets}
        forms = {
            form for value in values if len(value) >= 4 for form in (value, quote(value, safe=""), quote_plus(value))
        }
        self._known = re.compile("|".join(map(re.escape, sorted(forms, key=len, reverse=True)))) if forms else None

    def clean(self, text: str) -> str:
        """One line of at most 400 characters, none of which steers a terminal."""
        text = self._told(text)
        text = self._known.sub(HIDDEN, text) if self._known else text
        text = _NAMED.sub(rf"\1\2{HIDDEN}", _QUERY.sub("", text))
        text = " ".join("".join(char if char.isprintable() else " " for char in text).split())
        return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"

    def words(self, error: BaseException) -> str:
        """An exception as words: its class and what it says."""
        said = self.clean(str(error))
        return f"{type(error).__name__}: {said}" if said else type(error).__name__

    def __repr__(self) -> str:
        return "Redactor()"
