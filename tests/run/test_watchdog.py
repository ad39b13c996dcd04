"""A loop that stands still is told of while it does, with whose work it is."""

from __future__ import annotations

import asyncio
import threading

from stratrun.engine.run.live.watchdog import Watchdog


class Slow:
    """Evaluates until it is let go."""

    def evaluate(self, until: threading.Event) -> None:
        until.wait(30)


def test_whose_evaluation_hangs_is_told_while_it_does() -> None:
    """From another thread, once for each time, with the strategy's name."""
    said: list[tuple[str, str]] = []
    heard = threading.Event()

    def tell(words: str) -> None:
        said.append((threading.current_thread().name, words))
        heard.set()

    async def main() -> None:
        slow = Slow()
        with Watchdog(lambda: {"calm": object(), "dip": slow}, tell, 0.05):
            slow.evaluate(heard)
            assert heard.is_set()
            heard.clear()
            for _ in range(10):
                await asyncio.sleep(0.01)  # the loop turns, which the watchdog's thread looks for
            heard.clear()
            count = len(said)
            heard.wait(30)  # nobody's evaluation: the place is named
            assert len(said) == count + 1

    asyncio.run(main())
    assert {thread for thread, _ in said} == {"watchdog"}
    assert "the evaluation of dip takes long" in said[0][1]
    assert "wait in line" in said[-1][1]
    assert "evaluation" not in said[-1][1]


def test_a_loop_that_turns_is_left_alone() -> None:
    """Nothing is told, and the thread ends with the session."""
    said: list[str] = []

    async def main() -> None:
        with Watchdog(dict, said.append, 30.0):
            await asyncio.sleep(0.01)  # the loop turns once

    asyncio.run(main())
    assert not said


def test_what_cannot_be_told_ends_no_watch() -> None:
    """Somebody who fails to hear of it, or a session that is just being changed, is told the next time."""
    said: list[str] = []
    heard = threading.Event()

    def tell(words: str) -> None:
        said.append(words)
        heard.set()
        if len(said) == 1:
            raise OSError("no room for a log")

    def workers() -> dict[str, object]:
        if not said:
            raise ValueError("the strategies are being changed")
        return {}

    async def main() -> None:
        with Watchdog(workers, tell, 0.05):
            for _ in range(2):
                heard.clear()
                heard.wait(10)
                for _ in range(10):
                    await asyncio.sleep(0.01)

    asyncio.run(main())
    assert len(said) == 2
    assert "ValueError" in said[0]
