"""An end that could not do what it was to do says so, and is no success."""

from __future__ import annotations

from pathlib import Path

import pytest

from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.language.deployment import Shutdown
from stratrun.engine.ledger.opening import open_reader
from stratrun.engine.ledger.values import Role
from stratrun.engine.run.live.launch import Ended, Launch

from ..stage import CROSS
from .ground import Ground, until_the_end

LIMIT = CROSS + "orders: {type: limit, offset: 3%, cancel_after: 500 candles}\n"


@pytest.mark.parametrize(
    ("policy", "text", "words"),
    [(Shutdown.FLATTEN, CROSS, "not flat: "), (Shutdown.CANCEL, LIMIT, "buy BTC/USDT waits still")],
    ids=["flatten", "cancel"],
)  # fmt: skip
def test_a_venue_that_is_away_leaves_the_end_undone(tmp_path: Path, policy: Shutdown, text: str, words: str) -> None:
    """What is left is named and alerted, and the next start goes on with it."""
    ground = Ground(tmp_path, minutes=90, text=text, change={"shutdown": policy})

    async def act(ground: Ground, launch: Launch) -> None:
        state = launch._session.ledger.state
        while not (state.positions() if policy is Shutdown.FLATTEN else state.live()):
            await ground.clock.sleep(60)
        ground.exchange.maintenance = True
        launch.ask_to_stop("away")

    async def end(ground: Ground, launch: Launch) -> None:
        ground.exchange.maintenance = False
        await until_the_end(ground, launch)

    left, ended = ground.play(act, end)
    assert isinstance(left, InputError)
    assert words in left.message
    assert "FAILED" in {alert.code for alert in ground.delivered}
    assert ended is Ended.ORDERLY
    reader = open_reader(ground.place)
    assert not [row for row in reader.orders() if policy is Shutdown.FLATTEN or row.role is Role.ENTRY]
    assert policy is Shutdown.CANCEL or not reader.positions()
