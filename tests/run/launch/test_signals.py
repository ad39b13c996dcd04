"""The first signal asks, further ones insist, and afterwards the process has its own handlers again."""

from __future__ import annotations

import asyncio
import signal

import pytest

from stratrun.engine.run.live.signals import NAMES, Signals

HAVE = [name for name in NAMES if hasattr(signal, name)]


@pytest.mark.parametrize("name", HAVE)
def test_signals_are_heard_in_order(name: str) -> None:
    """Whichever it is; what was set before is set again."""
    number = getattr(signal, name)
    before = signal.getsignal(number)

    async def main() -> list[tuple[str, str]]:
        heard: list[tuple[str, str]] = []
        with Signals(lambda one: heard.append(("first", one)), lambda one: heard.append(("again", one))):
            for count in range(1, 4):
                signal.raise_signal(number)
                while len(heard) < count:
                    await asyncio.sleep(0)
        return heard

    assert asyncio.run(main()) == [("first", name), ("again", name), ("again", name)]
    assert signal.getsignal(number) == before
