"""What an exception says about a call: proven refused, proven not sent, or unclear. When in doubt, unclear."""

from __future__ import annotations

import asyncio
import re
import socket

from .outcome import (
    BrokerError,
    NotFoundError,
    NotSentError,
    ReadError,
    RejectedError,
    ThrottledError,
    UnclearError,
)
from .secret import Redactor

DUPLICATE = "duplicate client id"
"""Begins the words of an UnclearError when the venue has an order of this client id already: the first lives."""
_DUPLICATE = re.compile(
    r"(?i)duplicate|client[ _-]?(order)?[ _-]?(id|oid)[^.]{0,20}(exist|repeat)|order_?link_?id[^.]{0,20}(exist|repeat)"
    r"|\b(51016|110030|110072|140030|170141|12141|126044|40786|43118|-4116|-4111|-20132)\b|order_exists|repeated_creation"
)
_UNSURE = re.compile(r"(?i)tim(e|ed)[ -]?out|status unknown|for processing|\b(170146|170147|170035|408000)\b")
"""Refusals by class that are none: ccxt files these answers under InvalidOrder and BadRequest."""
_GONE = re.compile(
    r"(?i)unknown order|order[^.]{0,20}(not exist|not found|does not exist)|already (closed|cancel|filled)"
)
_CODED = re.compile(r'"(?:code|sCode)"\s*:\s*"5[149]\d{3}"')
"""OKX's refusals of an order, an algo order and a setting: ccxt has no class for many of them."""
_ENDED = ("51510",)
"""The order cannot be changed any more, where ccxt does not say so by class."""
_BEFORE_MATCHING = ("DDoSProtection", "RateLimitExceeded")
_KEY_REFUSED = "-2015"
"""Binance's answer to a key it does not take; ccxt calls that throttling once the key has worked before."""


def of_send(error: Exception, redact: Redactor, retry_after: float | None = None) -> BrokerError:
    """After an order, a cancel or a change was sent; `retry_after` is what the venue said with a 418 or 429."""
    if isinstance(error, BrokerError):
        return error
    words, kind = redact.words(error), type(error).__name__
    if not_sent(error):
        return NotSentError(words)
    if not _is_ccxt(error):
        return UnclearError(words)
    if _UNSURE.search(words):
        return UnclearError(words)
    if kind in _BEFORE_MATCHING and code_of(words) == _KEY_REFUSED:
        return RejectedError(_KEY_REFUSED, words)
    if kind in _BEFORE_MATCHING:
        return ThrottledError(words, retry_after)
    if kind == "InvalidNonce":
        return RejectedError("CLOCK", words)
    if not _is_specific_refusal(error) and not _CODED.search(words):
        return UnclearError(words)
    if kind == "DuplicateOrderId" or _DUPLICATE.search(words):
        return UnclearError(f"{DUPLICATE}: {words}")
    if kind == "OrderNotFound" or code_of(words) in _ENDED or (kind == "InvalidOrder" and _GONE.search(words)):
        return NotFoundError(words)
    return RejectedError(code_of(words) or kind, words)


def of_read(error: BaseException, redact: Redactor) -> BrokerError:
    """After a question."""
    if isinstance(error, (ReadError, RejectedError)):
        return error
    if isinstance(error, BrokerError):
        return ReadError(error.words)
    return ReadError(redact.words(error))


def is_not_found(error: BaseException) -> bool:
    """The venue said that it has no such order."""
    name = type(error).__name__
    return _is_ccxt(error) and (name == "OrderNotFound" or (name == "InvalidOrder" and bool(_GONE.search(str(error)))))


def is_refusal(error: BaseException) -> bool:
    """The venue refuses these keys or this kind of question, whenever it is asked."""
    return _is_ccxt(error) and _is_specific_refusal(error)


def not_sent(error: BaseException) -> bool:
    """No connection was made, so that not one byte of the request left."""
    import aiohttp

    cause = error.__cause__
    refused = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, socket.gaierror, ConnectionRefusedError)
    return isinstance(cause, refused) and not isinstance(error, asyncio.CancelledError)


def code_of(words: str) -> str | None:
    """The venue's own code in an answer such as `{"code":-2010,...}`."""
    found = re.findall(r'"(?:code|retCode|sCode|label|err_code)"\s*:\s*"?(-?\w{1,40})"?', words)
    return next((code for code in found if code not in ("0", "1")), None)


def _is_ccxt(error: BaseException) -> bool:
    import ccxt

    return isinstance(error, ccxt.BaseError)


def _is_specific_refusal(error: BaseException) -> bool:
    import ccxt

    return (
        isinstance(error, ccxt.ExchangeError)
        and type(error) is not ccxt.ExchangeError
        and type(error).__name__ != "ExchangeClosedByUser"
    )
