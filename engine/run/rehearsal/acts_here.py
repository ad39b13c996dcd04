"""What happens on our side: the process, its disk, its strategies, and whoever operates it."""

from __future__ import annotations

from collections.abc import Sequence

from ...ledger.values import Role, Side
from ...market.timeline import Chunk
from ...orders.wanted import Wanted
from ..control.commands import Resume
from ..control.controlled import Ordered
from ..live.controls import Controls
from .acts import Act, length
from .stage import Stage


async def crash(stage: Stage, words: Sequence[str]) -> None:
    """The process dies."""
    stage.die()


async def restart(stage: Stage, words: Sequence[str]) -> None:
    """The process is asked to end (SIGTERM), and is started again."""
    await stage.stop_and_start()


async def lock(stage: Stage, words: Sequence[str]) -> None:
    """Something else locks the ledger for so long (default 20 s)."""
    stage.pen.shut(int(length(words, 20) * 1_000), "the database is locked")


async def full(stage: Stage, words: Sequence[str]) -> None:
    """The disk is full for so long (default 60 s)."""
    stage.pen.shut(int(length(words, 60) * 1_000), "the disk is full")


async def stuck(stage: Stage, words: Sequence[str]) -> None:
    """The ledger's log cannot be folded into its file for so long (default 30 m)."""
    stage.pen.stick(int(length(words, 1_800) * 1_000))


async def halt(stage: Stage, words: Sequence[str]) -> None:
    """The operator halts: nothing but exits is sent."""
    stage.halted = "rehearsed"


async def resume(stage: Stage, words: Sequence[str]) -> None:
    """The operator takes a halt back, and what else holds the whole account."""
    stage.halted = None
    await stage.hand(Controls(stage.session).act(Ordered("", "operator", "rehearsed", Resume())))


async def flatten(stage: Stage, words: Sequence[str]) -> None:
    """The operator closes everything."""
    await stage.hand(stage.session.desk.flatten(None, "rehearsed", 60.0))


async def exit_by_hand(stage: Stage, words: Sequence[str]) -> None:
    """The operator closes the position through the session's own order path."""
    desk = stage.session.desk
    for row in desk.state.positions():
        side = Side.SELL if row.quantity > 0 else Side.BUY
        wanted = Wanted(row.strategy, row.symbol, Role.EXIT, side, abs(row.quantity), reduce_only=True,
                        reason="external", key=f"hand {stage.clock.now()}")  # fmt: skip
        await stage.hand(desk.place(wanted))


async def backup(stage: Stage, words: Sequence[str]) -> None:
    """The operator copies the ledger; a damaged one is replaced by the copy."""
    stage.back_up()


async def throw(stage: Stage, words: Sequence[str]) -> None:
    """The next evaluation of the strategies fails with an error of the program."""
    portfolio = stage.session.book.portfolio
    usual = portfolio.close

    def fails(chunks: object) -> object:
        portfolio.close = usual  # type: ignore[method-assign]  # back to normal
        raise ZeroDivisionError("rehearsed")

    portfolio.close = fails  # type: ignore[method-assign,assignment]  # once


async def slow(stage: Stage, words: Sequence[str]) -> None:
    """The next evaluation holds up everything for so long (default 20 s)."""
    portfolio = stage.session.book.portfolio
    usual, late_by = portfolio.close, length(words, 20)

    def late(chunks: Sequence[Chunk]) -> object:
        portfolio.close = usual  # type: ignore[method-assign]  # back to normal
        stage.hold_up(late_by)
        return usual(chunks)

    portfolio.close = late  # type: ignore[method-assign,assignment]  # once


async def mute(stage: Stage, words: Sequence[str]) -> None:
    """Whoever is to be notified cannot be reached any more."""
    stage.muted = True


async def edit(stage: Stage, words: Sequence[str]) -> None:
    """Somebody edits the strategy's file (its size), and the process is started again."""
    stage.edit()
    await stage.stop_and_start()


async def corrupt(stage: Stage, words: Sequence[str]) -> None:
    """The process dies, and bytes of the ledger's file are damaged."""
    stage.damage()
    stage.die()


async def second(stage: Stage, words: Sequence[str]) -> None:
    """Another process wants the same ledger."""
    stage.try_second()


HERE: tuple[Act, ...] = (
    crash, restart, lock, full, stuck, halt, resume, flatten, exit_by_hand, backup, throw, slow, mute, edit, corrupt,
    second,
)  # fmt: skip
