"""What is known after a call. Only what is proven is a rejection; everything else is unclear."""

from __future__ import annotations


class BrokerError(Exception):
    """A call that did not answer; `words` go to logs and the ledger and hold no secret."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class RejectedError(BrokerError):
    """The venue refused, for certain: nothing was placed or changed. `code` is its own, or the class of the refusal."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


class ThrottledError(RejectedError):
    """Refused before matching, for too many requests; `retry_after` in seconds where the venue says."""

    def __init__(self, words: str, retry_after: float | None = None) -> None:
        super().__init__("THROTTLED", words)
        self.retry_after = retry_after


class NotSentError(BrokerError):
    """Not one byte left us: no connection, or our own throttle."""


class UnclearError(BrokerError):
    """The venue may or may not have acted: no answer, a broken one, one without an id."""


class NotFoundError(BrokerError):
    """The venue says it has no such order among those that can be asked for: canceled, filled or never there."""


class ReadError(BrokerError):
    """A question that got no usable answer. A failed read is never "none"."""
