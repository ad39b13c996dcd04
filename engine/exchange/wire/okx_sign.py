"""Who sent a request to OKX: key, passphrase, the HMAC of time, method, path and body, and that time's age."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

from ..accounts import Account
from ..exchange import Exchange
from ..refusal import Refusal, RefusedError
from .gateway import Sent

KEY_HEADER = "OK-ACCESS-KEY"
_WINDOW = 30_000


class Identity:
    """`stamps` False ignores timestamps, for clocks that run faster than the client's."""

    def __init__(self, exchange: Exchange, stamps: bool = True) -> None:
        self._exchange, self._stamps = exchange, stamps

    def of_request(self, sent: Sent, params: Mapping[str, str]) -> Account:
        """The account of a signed HTTP request."""
        time = sent.headers.get("OK-ACCESS-TIMESTAMP", "")
        account = self._account(sent.headers.get(KEY_HEADER, ""), sent.headers.get("OK-ACCESS-PASSPHRASE", ""))
        signature = sent.headers.get("OK-ACCESS-SIGN", "")
        self._check(account, time + sent.method + sent.target + sent.body, signature, _milliseconds(time))
        return account

    def of_login(self, params: Mapping[str, object]) -> Account:
        """The account of a websocket's login."""
        texts = {name: str(value) for name, value in params.items()}
        account = self._account(texts.get("apiKey", ""), texts.get("passphrase", ""))
        time = texts.get("timestamp", "")
        if not time.isdigit():
            raise RefusedError(Refusal.BAD_REQUEST, "the timestamp is no number of seconds")
        self._check(account, f"{time}GET/users/self/verify", texts.get("sign", ""), int(time) * 1_000)
        return account

    def _account(self, key: str, passphrase: str) -> Account:
        for account in self._exchange.accounts.values():
            if account.key == key:
                self._exchange.check_key(account)
                if account.passphrase != passphrase:
                    raise RefusedError(Refusal.BAD_SIGNATURE, "the passphrase is wrong")
                return account
        raise RefusedError(Refusal.BAD_KEY, "no account has this key")

    def _check(self, account: Account, signed: str, signature: str, time: int) -> None:
        digest = hmac.new(account.secret.encode(), signed.encode(), hashlib.sha256).digest()
        if not hmac.compare_digest(base64.b64encode(digest), signature.encode()):
            raise RefusedError(Refusal.BAD_SIGNATURE, "the signature is wrong")
        if self._stamps:
            self._exchange.check_time(time, _WINDOW)


def _milliseconds(time: str) -> int:
    try:
        return int(datetime.fromisoformat(time.replace("Z", "+00:00")).timestamp() * 1_000)
    except ValueError:
        raise RefusedError(Refusal.STALE_REQUEST, "the timestamp is none") from None
