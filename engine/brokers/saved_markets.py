"""The markets of a session, kept in a file, for whoever must act when the venue does not list them in time.

A list of markets is the largest answer of a venue and the first to fail when it is busy; orders can be canceled still.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..diagnostics.diagnostic import InputError
from ..report.atomic import replacing
from .connect import Connection
from .outcome import BrokerError, ReadError

FORMAT = 1
PATIENCE = 5.0
"""Seconds that a venue is waited for, before the saved markets are taken."""
_LARGEST = 50_000_000
_LEARNED = ("hf",)
"""Options that ccxt finds out while it loads markets: which kind of account it is, at KuCoin."""


@dataclass(frozen=True, slots=True)
class SavedMarkets:
    """`rescue` is told when what is saved was taken; None: it never is, only kept up to date."""

    path: Path
    rescue: Callable[[str], None] | None = None
    patience: float = PATIENCE

    async def loaded(self, link: Connection, load: Callable[[], Awaitable[Any]], symbols: Sequence[str]) -> None:
        """The venue's own list where it comes in time, and kept then. Raises what `load` does, ReadError."""
        if self.rescue is None:
            await load()
            self._save(link, symbols)
            return
        try:
            await asyncio.wait_for(load(), self.patience)
        except (BrokerError, TimeoutError) as error:
            words = error.words if isinstance(error, BrokerError) else f"no answer within {self.patience:g} s"
            self._restore(link, symbols, f"the venue does not list its markets: {words}")
            self.rescue(f"{words}: the markets of the last session were taken; orders in others are not seen")

    def _save(self, link: Connection, symbols: Sequence[str]) -> None:
        markets = link.client.markets or {}
        kept = {
            **_place(link),
            "learned": {name: link.client.options[name] for name in _LEARNED if name in link.client.options},
            "markets": [markets[symbol] for symbol in symbols if symbol in markets],
        }  # fmt: skip
        # A session trades without it: it is for an emergency that may never come.
        with suppress(InputError, TypeError, ValueError), replacing(self.path, private=True) as file:
            file.write(json.dumps(kept, default=str).encode())

    def _restore(self, link: Connection, symbols: Sequence[str], why: str) -> None:
        client, kept = link.client, self._read()
        rows = kept.get("markets")
        listed = rows if isinstance(rows, list) else []
        known = [row for row in listed if isinstance(row, dict) and isinstance(row.get("symbol"), str)]
        ours = _place(link)
        if {name: kept.get(name) for name in ours} != ours or not known:
            raise ReadError(f"{why}; none are saved")
        missing = [symbol for symbol in symbols if symbol not in {row["symbol"] for row in known}]
        if missing:
            raise ReadError(f"{why}; those that are saved lack {', '.join(missing)[:100]}")
        try:
            client.set_markets(known)
            learned = kept.get("learned")
            client.options |= {name: value for name, value in (learned or {}).items() if name in _LEARNED}
            if "marketsByAltname" in client.options:  # Kraken's orders name their markets so
                client.options["marketsByAltname"] = {row.get("altname"): row for row in known}
        except Exception as error:  # a file that somebody changed: ccxt takes whatever it is given
            raise ReadError(f"{why}; those that are saved cannot be read: {type(error).__name__}") from None

    def _read(self) -> dict[str, Any]:
        try:
            if not self.path.is_file() or self.path.stat().st_size > _LARGEST:
                return {}
            found = json.loads(self.path.read_bytes())
        except (OSError, ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


def _place(link: Connection) -> dict[str, Any]:
    """What a list of markets holds for."""
    return {
        "format": FORMAT, "venue": link.venue, "kind": str(link.kind), "sandbox": link.sandbox,
        "simulated": link.session.simulated,
    }  # fmt: skip
