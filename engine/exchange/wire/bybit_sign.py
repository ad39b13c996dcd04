"""Who sent a request to Bybit: key, the HMAC of time, key, window and content, and that time's age."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

from ..accounts import Account
from ..exchange import Exchange
from ..refusal import Refusal, RefusedError
from .gateway import Sent

KEY_HEADER = "X-BAPI-API-KEY"


class Identity:
    """`stamps` False ignores timestamps, for clocks that run faster than the client's."""

    def __init__(self, exchange: Exchange, stamps: bool = True) -> None:
        self._exchange, self._stamps = exchange, stamps

    def of_request(self, sent: Sent, params: Mapping[str, str]) -> Account:
        """The account of a signed HTTP request."""
        key, time, window = (
            sent.headers.get(name, "") for name in (KEY_HEADER, "X-BAPI-TIMESTAMP", "X-BAPI-RECV-WINDOW")
        )
        account = self._account(key)
        self._check(account, time + key + window + sent.content, sent.headers.get("X-BAPI-SIGN", ""))
        if not time.isdigit() or not window.isdigit():
            raise RefusedError(Refusal.BAD_REQUEST, "the timestamp or the window is no number")
        if self._stamps:
            self._exchange.check_time(int(time), int(window))
        return account

    def of_login(self, given: list[object]) -> Account:
        """The account of a websocket's key, end of validity and signature."""
        if len(given) != 3:
            raise RefusedError(Refusal.BAD_REQUEST, "a key, a time and a signature are due")
        key, expires, signature = map(str, given)
        account = self._account(key)
        self._check(account, f"GET/realtime{expires}", signature)
        if self._stamps and not (expires.isdigit() and int(expires) > self._exchange.now()):
            raise RefusedError(Refusal.STALE_REQUEST, "the login has expired")
        return account

    def _account(self, key: str) -> Account:
        for account in self._exchange.accounts.values():
            if account.key == key:
                self._exchange.check_key(account)
                return account
        raise RefusedError(Refusal.BAD_KEY, "no account has this key")

    def _check(self, account: Account, signed: str, signature: str) -> None:
        right = hmac.new(account.secret.encode(), signed.encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(right, signature):
            raise RefusedError(Refusal.BAD_SIGNATURE, "the signature is wrong")
