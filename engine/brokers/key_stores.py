"""Where keys stay: the system's keyring, and a file encrypted with a password (scrypt, then Fernet)."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ..diagnostics.diagnostic import InputError
from ..diagnostics.extras import install
from ..report.atomic import replacing
from .keys import Keys, Store, from_environment, make_keys
from .secret import Secret

SERVICE = "stratrun"
FORMAT = 1
PATH_VARIABLE, PASSWORD_VARIABLE = "STRATRUN_KEYS_FILE", "STRATRUN_KEYS_FILE_PASSWORD"
_SCRYPT = {"n": 2**15, "r": 8, "p": 1}
_MAX_BYTES = 1 << 20
_KEYRING_INDEX = "accounts"


def keys_path() -> Path:
    """The encrypted file; `STRATRUN_KEYS_FILE` moves it."""
    chosen = os.environ.get(PATH_VARIABLE)
    if chosen:
        return Path(chosen)
    import platformdirs

    return Path(platformdirs.user_config_dir("stratrun", "stratrun")) / "keys.json"


def stores(password: Callable[[], Secret]) -> dict[str, Store]:
    """Every store, in the order in which they are asked; `password` gives that of the file, only when it is needed."""
    return {
        "environment": from_environment,
        "keyring": KeyringStore().get,
        "file": FileStore(keys_path(), password).get,
    }


def file_password() -> Secret:
    """From STRATRUN_KEYS_FILE_PASSWORD. Raises InputError where it is not set."""
    value = os.environ.get(PASSWORD_VARIABLE)
    if not value:
        raise InputError(
            "the file of keys is encrypted, and its password is not given", help=f"set {PASSWORD_VARIABLE}"
        )
    return Secret(value)


class KeyringStore:
    """The system's own keeper of passwords, through the library `keyring`, where that is installed."""

    def usable(self) -> bool:
        return self._library(False) is not None

    def get(self, account: str) -> Keys | None:
        text = self._read(account)
        return None if text is None else make_keys(account, _object(text, "the keyring"), "the keyring")

    def put(self, account: str, values: Mapping[str, str]) -> None:
        self._library(True).set_password(SERVICE, account, json.dumps(dict(values)))
        self._index({*self.accounts(), account})

    def remove(self, account: str) -> bool:
        if self._read(account) is None:
            return False
        self._library(True).delete_password(SERVICE, account)
        self._index({*self.accounts()} - {account})
        return True

    def accounts(self) -> list[str]:
        try:
            names = json.loads(self._read(f"{SERVICE}:{_KEYRING_INDEX}") or "[]")
        except ValueError:
            return []
        return sorted(name for name in names if isinstance(name, str)) if isinstance(names, list) else []

    def _index(self, names: set[str]) -> None:
        self._library(True).set_password(SERVICE, f"{SERVICE}:{_KEYRING_INDEX}", json.dumps(sorted(names)))

    def _read(self, name: str) -> str | None:
        library = self._library(False)
        if library is None:
            return None
        try:
            found: str | None = library.get_password(SERVICE, name)
        except Exception:  # no keyring on this machine: each back end has its own way of saying so
            return None
        return found

    def _library(self, needed: bool) -> Any:
        try:
            import keyring
            from keyring.backends.fail import Keyring as Nothing
        except ImportError:
            if needed:
                raise InputError(
                    "the library `keyring` is not installed",
                    help=f"{install('keyring')}, or use `--store file`",
                ) from None
            return None
        if isinstance(keyring.get_keyring(), Nothing):
            if needed:
                raise InputError("this machine has no keyring", help="use `--store file`")
            return None
        return keyring


class FileStore:
    """Accounts to keys in one file. The names of the accounts can be read without the password, nothing else can."""

    def __init__(self, path: Path, password: Callable[[], Secret]) -> None:
        self._path = path
        self._password = password

    def get(self, account: str) -> Keys | None:
        token = self._content()["accounts"].get(account)
        if token is None:
            return None
        return make_keys(account, _object(self._decrypt(token), str(self._path)), str(self._path))

    def put(self, account: str, values: Mapping[str, str]) -> None:
        """Raises InputError where the file has another password: two would lose the keys of one."""
        content = self._content()
        for token in list(content["accounts"].values())[:1]:
            self._decrypt(token)
        content["accounts"][account] = self._encrypt(json.dumps(dict(values)))
        self._write(content)

    def remove(self, account: str) -> bool:
        content = self._content()
        if content["accounts"].pop(account, None) is None:
            return False
        self._write(content)
        return True

    def accounts(self) -> list[str]:
        return sorted(self._content()["accounts"])

    def _encrypt(self, text: str) -> dict[str, str]:
        salt = os.urandom(16)
        return {"salt": base64.b64encode(salt).decode(), "token": self._cipher(salt).encrypt(text.encode()).decode()}

    def _decrypt(self, entry: Any) -> str:
        from cryptography.fernet import InvalidToken

        try:
            salt, token = base64.b64decode(entry["salt"], validate=True), entry["token"].encode()
            plain: bytes = self._cipher(salt).decrypt(token)
            return plain.decode()
        except InvalidToken:
            raise InputError(f"{self._path}: the password is wrong, or the file was changed") from None
        except (KeyError, TypeError, ValueError, AttributeError):
            raise InputError(f"{self._path}: not a file of keys") from None

    def _cipher(self, salt: bytes) -> Any:
        from cryptography.fernet import Fernet
        from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

        derived = Scrypt(salt=salt, length=32, **_SCRYPT).derive(self._password().reveal().encode())
        return Fernet(base64.urlsafe_b64encode(derived))

    def _content(self) -> dict[str, Any]:
        try:
            with self._path.open("rb") as file:
                data = file.read(_MAX_BYTES + 1)
        except FileNotFoundError:
            return {"format": FORMAT, "accounts": {}}
        except (OSError, ValueError) as error:
            raise InputError(f"{self._path}: cannot be read: {getattr(error, 'strerror', None) or error}") from None
        content = _object(data, str(self._path)) if len(data) <= _MAX_BYTES else {}
        if content.get("format") != FORMAT or not isinstance(content.get("accounts"), dict):
            raise InputError(f"{self._path}: not a file of keys", help="move it away, or set STRATRUN_KEYS_FILE")
        return content

    def _write(self, content: dict[str, Any]) -> None:
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"{self._path.parent}: the folder cannot be made: {error.strerror}") from None
        if not self._path.exists():
            self._path.touch(mode=0o600)
        with replacing(self._path) as file:
            file.write(json.dumps(content, indent=2).encode() + b"\n")


def _object(text: str | bytes, place: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise InputError(f"{place}: not a file of keys")
    return found
