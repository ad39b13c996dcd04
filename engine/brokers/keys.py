"""An account's keys, and where they are looked for: the environment, the system's keyring, an encrypted file."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..diagnostics.diagnostic import InputError
from .secret import Secret

WITH_PASSWORD = frozenset({"okx", "kucoin", "bitget"})
"""Venues whose keys come with a password (a passphrase)."""
_ACCOUNT = re.compile(r"[a-z][a-z0-9_-]{0,30}")
_LONGEST = 16_384


@dataclass(frozen=True, slots=True)
class Keys:
    """`source` says where they were found; it holds no secret."""

    account: str
    key: Secret
    secret: Secret
    password: Secret | None
    source: str

    @property
    def secrets(self) -> tuple[Secret, ...]:
        return tuple(value for value in (self.key, self.secret, self.password) if value is not None)

    def check(self, venue: str) -> None:
        """Raises InputError where the venue wants a password that is not there."""
        if venue in WITH_PASSWORD and self.password is None:
            raise InputError(
                f"the keys of {self.account} have no password, and {venue} wants one",
                help=f"run `stratrun keys set {self.account} --with-password`",
            )


Store = Callable[[str], Keys | None]
"""An account's name to its keys, or None where the store has none. Raises InputError where it cannot be read."""


def check_account(name: str) -> str:
    """The name itself. Raises InputError for what is none."""
    if not _ACCOUNT.fullmatch(name):
        raise InputError(
            f"`{name[:40]}` is not the name of an account",
            help="use small letters, digits, - and _, beginning with a letter, such as main",
        )
    return name


def make_keys(account: str, values: Mapping[str, object], source: str) -> Keys:
    """From `key`, `secret` and perhaps `password`. Raises InputError where one is missing or is no single line."""
    texts = {name: values.get(name) for name in ("key", "secret", "password")}
    for name, value in texts.items():
        if value is None and name == "password":
            continue
        # A PEM key has lines; anything else with control characters is a slip of the clipboard.
        good = isinstance(value, str) and 0 < len(value) <= _LONGEST and value == value.strip()
        if not good or any(ord(letter) < 32 and letter != "\n" for letter in str(value)):
            raise InputError(f"{source}: the {name} of {account} is missing, or is not one text without blanks around")
    key, secret, password = (None if value is None else Secret(str(value)) for value in texts.values())
    return Keys(account, key or Secret(""), secret or Secret(""), password, source)


def variable(account: str, name: str) -> str:
    """The environment variable of a key, secret or password."""
    return f"STRATRUN_{account.upper().replace('-', '_')}_{name.upper()}"


def from_environment(account: str) -> Keys | None:
    """From STRATRUN_<ACCOUNT>_KEY, _SECRET and _PASSWORD."""
    values = {name: os.environ.get(variable(account, name)) or None for name in ("key", "secret", "password")}
    return make_keys(account, values, "the environment") if any(values.values()) else None


def find_keys(account: str, stores: Mapping[str, Store]) -> Keys:
    """The first that has them, in the order given. Raises InputError where none has."""
    check_account(account)
    for store in stores.values():
        found = store(account)
        if found is not None:
            return found
    raise InputError(
        f"there are no keys for the account {account}",
        help=f"run `stratrun keys set {account}`, or set {variable(account, 'key')} and {variable(account, 'secret')}",
    )
