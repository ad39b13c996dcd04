"""Alerts reach a file and an address, and neither's failure shows an address or costs the other."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from stratrun.engine.brokers.secret import Secret
from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.language.deployment import Notify
from stratrun.engine.orders.wanted import Alert
from stratrun.engine.run.live.notify import Notifier, address_of

ALERT = Alert(1_700_000_000_000, "CRASHED", "session", "it fell — over\nthere")
NAME = "STRATRUN_TEST_HOOK"


def sent(notifier: Notifier, status: int = 200) -> tuple[list[Any], BaseException | None]:
    """What an address received of one alert, and how it ended."""
    received: list[Any] = []

    async def receive(request: web.Request) -> web.Response:
        received.append(await request.json())
        return web.Response(status=status, headers={"Location": "http://127.0.0.1:1/"})

    async def main() -> BaseException | None:
        app = web.Application()
        app.router.add_post("/hook/abcdef", receive)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        address = Secret(f"http://127.0.0.1:{runner.addresses[0][1]}/hook/abcdef")
        try:
            await Notifier(notifier.deployment, notifier.log, address, notifier.failures)(ALERT)
        except OSError as error:
            return error
        finally:
            await runner.cleanup()
        return None

    problem = asyncio.run(main())
    return received, problem


def test_an_alert_reaches_both(tmp_path: Path) -> None:
    """The same JSON in the file, one line each, and at the address."""
    log = tmp_path / "alerts.jsonl"
    notifier = Notifier("Desk", log)
    asyncio.run(notifier(ALERT))
    received, problem = sent(notifier)
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    assert problem is None
    assert lines == [*received, *received]
    assert received[0]["text"] == "Desk: CRASHED session: it fell — over\nthere"
    assert received[0]["time"] == "2023-11-14T22:13:20.000+00:00"


@pytest.mark.parametrize("status", [302, 404, 500])
def test_a_refused_alert_is_a_failure(tmp_path: Path, status: int) -> None:
    """The file has it all the same; nothing is followed elsewhere, and no words hold the address."""
    notifier = Notifier("Desk", tmp_path / "alerts.jsonl")
    received, problem = sent(notifier, status)
    assert len(received) == 1
    assert isinstance(problem, OSError)
    assert "abcdef" not in repr(problem) + repr(notifier.failures)
    assert len((tmp_path / "alerts.jsonl").read_text().splitlines()) == 1


def test_a_file_that_cannot_be_written_keeps_nothing_from_the_address(tmp_path: Path) -> None:
    """A full disk, or a folder in the way."""
    received, problem = sent(Notifier("Desk", tmp_path))
    assert len(received) == 1
    assert isinstance(problem, OSError)


@pytest.mark.parametrize("text", ["", "   ", "hooks.example.com/abcdef", "ftp://h/abcdef", "http://", "http://[abcdef"])
def test_a_wrong_address_is_refused_and_not_repeated(text: str) -> None:
    """The message names the variable alone."""
    with pytest.raises(InputError) as caught:
        Notifier.of("Desk", Notify(http=NAME), {NAME: text} if text else {})
    assert NAME in caught.value.message
    assert "abcdef" not in caught.value.message + str(caught.value.help)


def test_an_address_hides_itself() -> None:
    """In repr of the notifier, too."""
    notifier = Notifier.of("Desk", Notify(http=NAME), {NAME: " https://hooks.example.com/abcdef "})
    assert address_of(NAME, {NAME: "https://hooks.example.com/abcdef"}) == notifier.address
    assert "abcdef" not in repr(notifier)
