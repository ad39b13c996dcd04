"""Alerts on their way out: appended to a file, sent to an address that the environment holds.

Whoever hands them over waits for nothing (orders/outbox.py); what cannot be delivered raises, is counted there, and
touches nothing else.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from yarl import URL

from ...brokers.secret import Secret
from ...diagnostics.diagnostic import InputError
from ...language.deployment import Notify
from ...orders.wanted import Alert

TIMEOUT = 8.0
"""Seconds that an address may take to answer."""
_LONGEST = 4_000


@dataclass(frozen=True, slots=True)
class Notifier:
    """Call it with an alert. `address` is a secret: whoever knows it may write there."""

    deployment: str
    log: Path | None = None
    address: Secret | None = None
    failures: list[str] = field(default_factory=list)
    """Why the last deliveries failed, in words that hold no address."""

    @classmethod
    def of(cls, deployment: str, notify: Notify, environment: Mapping[str, str]) -> Notifier:
        """Raises InputError where the environment does not hold the address that is named."""
        address = None if notify.http is None else address_of(notify.http, environment)
        return cls(deployment, None if notify.log is None else Path(notify.log), address)

    async def __call__(self, alert: Alert) -> None:
        """To all of them, one's failure keeping nothing from the others. Raises OSError, TimeoutError."""
        ways = []
        if self.log is not None:
            ways.append(asyncio.to_thread(_append, self.log, self.told(alert)))
        if self.address is not None:
            ways.append(_post(self.address, self.told(alert)))
        problems = [one for one in await asyncio.gather(*ways, return_exceptions=True) if isinstance(one, Exception)]
        for problem in problems:
            self.failures.append(type(problem).__name__)
            del self.failures[:-10]
        if problems:
            raise OSError("an alert was not delivered") from None

    def told(self, alert: Alert) -> dict[str, Any]:
        """As JSON: `text` is what chats show."""
        words = alert.words[:_LONGEST]
        return {
            "time": datetime.fromtimestamp(alert.time / 1_000, UTC).isoformat(timespec="milliseconds"),
            "deployment": self.deployment,
            "code": alert.code,
            "subject": alert.subject,
            "words": words,
            "text": f"{self.deployment}: {alert.code} {alert.subject}: {words}",
        }


def address_of(name: str, environment: Mapping[str, str]) -> Secret:
    """The address in an environment variable. Raises InputError, which never repeats it."""
    text = environment.get(name, "").strip()
    if not text:
        raise InputError(f"the environment variable {name}, which holds the address for alerts, is not set",
                         help=f"set {name}, or take `notify.http` out of the deployment")  # fmt: skip
    try:
        url = URL(text)
    except ValueError:
        url = URL()
    if url.scheme not in ("http", "https") or not url.host:
        raise InputError(f"what the environment variable {name} holds is no web address",
                         help=f"set {name} to an address that begins with https://")  # fmt: skip
    return Secret(text)


def _append(path: Path, told: Mapping[str, Any]) -> None:
    line = json.dumps(told, ensure_ascii=False).encode() + b"\n"
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, line)
    finally:
        os.close(handle)


async def _post(address: Secret, told: Mapping[str, Any]) -> None:
    import aiohttp

    waiting = aiohttp.ClientTimeout(total=TIMEOUT)
    async with (
        aiohttp.ClientSession(timeout=waiting) as session,
        session.post(address.reveal(), json=told, allow_redirects=False) as answer,
    ):
        if answer.status >= 300:
            raise OSError(f"the address for alerts answered {answer.status}")
