"""How a running session is shown: a quiet line for each event on standard error, or JSON lines on standard output."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import click

from ..orders.wanted import Alert
from ..run.live.chronicle import Happening
from ..run.live.watch import Viewer

Now = Callable[[], int]


class Lines:
    """Words for people; one line each, with the time in UTC. `now` gives ms UTC."""

    def __init__(self, currency: str, now: Now) -> None:
        self._currency, self._now = currency, now

    def happened(self, it: Happening) -> None:
        self._say(it.time, f"{'! ' if it.alarming else ''}{it.words}")

    def closed(self, time: int, equity: float) -> None:
        self._say(time, f"candles closed, equity {equity:,.2f} {self._currency}")

    def alerted(self, alert: Alert) -> None:
        self._say(alert.time, f"! {alert.code} {alert.subject}: {alert.words}")

    def said(self, words: str) -> None:
        self._say(self._now(), words)

    def _say(self, time: int, words: str) -> None:
        at = datetime.fromtimestamp(time / 1_000, UTC).strftime("%Y-%m-%d %H:%M:%S")
        _out(f"{at}  {words}", err=True)


class JsonLines:
    """One JSON object a line: `event`, `time` (ISO, UTC), ids and values."""

    def __init__(self, now: Now) -> None:
        self._now = now

    def happened(self, it: Happening) -> None:
        own = {"seq": it.seq, "words": it.words, "alarming": it.alarming}
        self.told(it.kind, {**it.fields, **it.ids, **own}, it.time)

    def closed(self, time: int, equity: float) -> None:
        self.told("close_decided", {"equity": equity}, time)

    def alerted(self, alert: Alert) -> None:
        self.told("alert", {"code": alert.code, "subject": alert.subject, "words": alert.words}, alert.time)

    def said(self, words: str) -> None:
        self.told("session", {"words": words})

    def told(self, event: str, values: Mapping[str, Any], time: int | None = None) -> None:
        """One line; `time` (ms UTC) is now if left out."""
        moment = datetime.fromtimestamp((self._now() if time is None else time) / 1_000, UTC)
        at = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        _out(
            json.dumps(
                {"event": event, "time": at} | {n: v for n, v in values.items() if n not in ("event", "time")},
                ensure_ascii=False,
                default=str,
            )
        )


class Nothing:
    """Where the log says it all."""

    def happened(self, it: Happening) -> None: ...
    def closed(self, time: int, equity: float) -> None: ...
    def alerted(self, alert: Alert) -> None: ...
    def said(self, words: str) -> None: ...


def viewer_of(form: str, log: str | None, currency: str, now: Now) -> Viewer:
    if form == "json":
        return JsonLines(now)
    return Nothing() if log in ("console", "json") else Lines(currency, now)


def _out(text: str, err: bool = False) -> None:
    """A reader who has gone does not end a session: positions are open."""
    with suppress(OSError, ValueError):
        click.echo(text, err=err)
