"""A session's log: events with the ids they belong to in, JSON lines in a file and words on a terminal out.

What is logged is only queued; a thread of its own strikes out secrets, renders and writes, so that neither a slow disk
nor a full one holds up or breaks what logs. Lines that cannot be written are counted, never waited for.
"""

from __future__ import annotations

import logging
import os
import queue
import sys
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from logging.handlers import QueueHandler, QueueListener, RotatingFileHandler
from pathlib import Path
from typing import IO, Any

import structlog
from structlog.contextvars import bound_contextvars, merge_contextvars
from structlog.dev import ConsoleRenderer, plain_traceback
from structlog.stdlib import ProcessorFormatter
from structlog.typing import FilteringBoundLogger, Processor, WrappedLogger

from ..brokers.clock import Clock, SystemClock
from ..diagnostics.diagnostic import InputError
from ..ledger.secrets import is_secret

Redact = Callable[[str], str]
"""One line of text without the secrets in it."""
Fields = MutableMapping[str, Any]
HIDDEN = "***"
_WAITING = 20_000
"""Events that may wait for the thread; beyond them they are counted as lost."""
_PATIENCE = 5.0
"""Seconds that the end waits for the last lines."""
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class LogSettings:
    """`file` None: no file; `console`: words on a terminal; `lines`: JSON on a stream, as in the file. A file is kept
    in `keep` parts of `size` bytes."""

    file: Path | None = None
    console: IO[str] | None = None
    lines: IO[str] | None = None
    level: int = logging.INFO
    size: int = 50_000_000
    keep: int = 10


@contextmanager
def following(
    *,
    session: str | None = None,
    strategy: str | None = None,
    symbol: str | None = None,
    candle: int | None = None,
    decision: str | None = None,
    intent: str | None = None,
    order: str | None = None,
    fill: str | None = None,
    command: str | None = None,
) -> Iterator[None]:
    """Everything logged inside, in this task and in those it starts, bears these ids (beside those around it)."""
    ids = {
        "session": session, "strategy": strategy, "symbol": symbol, "candle": candle, "decision": decision,
        "intent": intent, "order": order, "fill": fill, "command": command,
    }  # fmt: skip
    with bound_contextvars(**{name: one for name, one in ids.items() if one is not None}):
        yield


class Logs:
    """The log of one process, from opening to `close`; a context manager."""

    def __init__(self, settings: LogSettings, redact: Redact, clock: Clock | None = None) -> None:
        """Raises InputError for a file that cannot be written."""
        self._clock = clock or SystemClock()
        self._handlers = _handlers(settings, redact, self._stamp)
        self._queue = _Queue(queue.Queue(_WAITING))
        self._base = logging.Logger("stratrun", settings.level)
        self._base.addHandler(self._queue)
        self._listener = _Listener(self._queue.queue, *self._handlers)
        self._listener.start()
        self._level = settings.level
        self._adopted: list[logging.Logger] = []

    def logger(self, **bound: object) -> FilteringBoundLogger:
        """A logger whose every event bears these fields."""
        found: FilteringBoundLogger = structlog.wrap_logger(
            self._base,
            processors=[
                structlog.stdlib.add_log_level,
                merge_contextvars,
                self._stamp,
                structlog.processors.format_exc_info,
                ProcessorFormatter.wrap_for_formatter,
            ],
            wrapper_class=structlog.make_filtering_bound_logger(self._level),
            context_class=dict,
            cache_logger_on_first_use=False,
        )
        return found.bind(**bound)

    def adopt(self, *names: str) -> None:
        """Take in what libraries log under these names, such as `asyncio`, until the end."""
        for name in names:
            logger = logging.getLogger(name)
            logger.addHandler(self._queue)
            self._adopted.append(logger)

    @property
    def lost(self) -> int:
        """Lines that could not be written."""
        return self._queue.lost + sum(getattr(handler, "lost", 0) for handler in self._handlers)

    def close(self) -> None:
        """Write what waits, and end."""
        for logger in self._adopted:
            logger.removeHandler(self._queue)
        self._adopted.clear()
        self._listener.stop()
        for handler in self._handlers:
            handler.close()

    def __enter__(self) -> Logs:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _stamp(self, _logger: WrappedLogger, _name: str, fields: Fields) -> Fields:
        now = datetime.fromtimestamp(self._clock.now() / 1000, UTC)
        fields["time"] = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return fields


class _Queue(QueueHandler):
    """Hands records over as they are; they are rendered where they are written."""

    lost = 0

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        return record

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the base class's name
        self.lost += 1


class _Listener(QueueListener):
    """Ends in bounded time, also where what it writes to hangs: its thread is a daemon."""

    def stop(self) -> None:
        thread, self._thread = self._thread, None
        with suppress(queue.Full):
            self.queue.put(None, timeout=_PATIENCE)  # type: ignore[attr-defined]  # what ends the thread
            if thread is not None:
                thread.join(_PATIENCE)


class _File(RotatingFileHandler):
    """A file for its owner's eyes; a full disk costs lines and nothing else."""

    lost = 0

    def _open(self) -> Any:
        return open(self.baseFilename, self.mode, encoding=self.encoding, opener=_private)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the base class's name
        self.lost += 1


class _Console(logging.StreamHandler[Any]):
    """A terminal that may be gone."""

    lost = 0

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the base class's name
        self.lost += 1


def _handlers(settings: LogSettings, redact: Redact, stamp: Processor) -> Sequence[logging.Handler]:
    strike = _Strike(redact)
    foreign: list[Processor] = [
        structlog.stdlib.add_log_level, stamp, structlog.stdlib.ExtraAdder(), structlog.processors.format_exc_info,
    ]  # fmt: skip
    found: list[logging.Handler] = []
    render: list[Processor] = [_first, structlog.processors.JSONRenderer(default=str)]
    if settings.file is not None:
        try:
            file = _File(settings.file, maxBytes=settings.size, backupCount=settings.keep, encoding="utf-8")
        except OSError as error:
            raise InputError(f"{settings.file}: the log cannot be written: {error.strerror}") from None
        found.append(_formatted(file, foreign, [ProcessorFormatter.remove_processors_meta, strike, *render]))
    if settings.lines is not None:
        lines = _Console(settings.lines)
        found.append(_formatted(lines, foreign, [ProcessorFormatter.remove_processors_meta, strike, *render]))
    if settings.console is not None:
        coloured = settings.console.isatty() and "NO_COLOR" not in os.environ
        words = ConsoleRenderer(colors=coloured, exception_formatter=plain_traceback, timestamp_key="time")
        console = _Console(settings.console)
        found.append(_formatted(console, foreign, [ProcessorFormatter.remove_processors_meta, strike, words]))
    return found


def _formatted(handler: logging.Handler, foreign: list[Processor], chain: list[Processor]) -> logging.Handler:
    handler.setFormatter(ProcessorFormatter(processors=chain, foreign_pre_chain=foreign))
    return handler


def _first(_logger: WrappedLogger, _name: str, fields: Fields) -> Fields:
    """Time, level and event before all else, for who reads the file."""
    return {name: fields[name] for name in ("time", "level", "event") if name in fields} | dict(fields)


class _Strike:
    """Makes every value plain, and strikes secrets out of it."""

    def __init__(self, redact: Redact) -> None:
        self._redact = redact

    def __call__(self, _logger: WrappedLogger, _name: str, fields: Fields) -> Fields:
        return {str(name): HIDDEN if is_secret(str(name)) else self._plain(one, 0) for name, one in fields.items()}

    def _plain(self, value: object, depth: int) -> object:
        if value is None or isinstance(value, (bool, int, float)):
            return value
        if isinstance(value, Decimal):
            return f"{value:f}"
        if isinstance(value, str):
            return self._text(value)
        if depth < _DEEPEST and isinstance(value, dict):
            inner = {str(n): HIDDEN if is_secret(str(n)) else self._plain(one, depth + 1) for n, one in value.items()}
            return {self._text(name): one for name, one in inner.items()}
        if depth < _DEEPEST and isinstance(value, (list, tuple, set, frozenset)):
            return [self._plain(one, depth + 1) for one in value]
        return self._text(str(value))

    def _text(self, text: str) -> str:
        """Line by line: a redactor takes one."""
        return "\n".join(map(self._redact, text.splitlines())) if text else text


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def stderr_if_watched() -> IO[str] | None:
    """Where words for people go: standard error, if somebody looks at it."""
    return sys.stderr if sys.stderr.isatty() else None
