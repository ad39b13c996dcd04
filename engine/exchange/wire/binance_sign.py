"""Who sent a request to Binance: the key of its header, the HMAC of its query, and the age of its timestamp."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

from ..accounts import Account
from ..exchange import Exchange
from ..refusal import Refusal, RefusedError
from .gateway import Sent

KEY_HEADER = "X-MBX-APIKEY"


class Identity:
    """`stamps` False ignores timestamps, for clocks that run faster than the client's."""

    def __init__(self, exchange: Exchange, stamps: bool = True) -> None:
        self._exchange, self._stamps = exchange, stamps

    def of_request(self, sent: Sent, params: Mapping[str, str]) -> Account:
        """The account of a signed HTTP request."""
        account = self.of_key(sent.headers.get(KEY_HEADER, ""))
        signed, _, signature = sent.content.rpartition("&signature=")
        self._check(account, signed, signature, params)
        return account

    def of_message(self, params: Mapping[str, object]) -> Account:
        """The account of a signed websocket call."""
        texts = {name: str(value) for name, value in params.items()}
        account = self.of_key(texts.get("apiKey", ""))
        signature = texts.pop("signature", "")
        self._check(account, "&".join(f"{name}={texts[name]}" for name in sorted(texts)), signature, texts)
        return account

    def of_key(self, key: str) -> Account:
        for account in self._exchange.accounts.values():
            if account.key == key:
                self._exchange.check_key(account)
                return account
        raise RefusedError(Refusal.BAD_KEY, "no account has this key")

    def _check(self, account: Account, signed: str, signature: str, params: Mapping[str, str]) -> None:
        right = hmac.new(account.secret.encode(), signed.encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(right, signature):
            raise RefusedError(Refusal.BAD_SIGNATURE, "the signature is wrong")
        try:
            sent, window = int(params.get("timestamp", "")), int(params.get("recvWindow", "5000"))
        except ValueError:
            raise RefusedError(Refusal.BAD_REQUEST, "timestamp or recvWindow is not a number") from None
        if self._stamps:
            self._exchange.check_time(sent, min(window, 60_000))
